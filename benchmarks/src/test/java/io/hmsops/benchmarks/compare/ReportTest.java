package io.hmsops.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  /** A contestant that is only a name. */
  private record Named(
      String name, String title, Optional<String> version, boolean followsPrometheus)
      implements Contestant {
    @Override
    public List<String> command(int port, Path directory, @Nullable Path config) {
      return List.of();
    }

    @Override
    public String readyPath() {
      return "/";
    }

    @Override
    public String queryParameters() {
      return "";
    }

    @Override
    public void flush(RunningServer server) {
      throw new AssertionError("not started");
    }

    @Override
    public long compactedBytes(RunningServer server) {
      throw new AssertionError("not started");
    }
  }

  private static final Contestant OURS = new Named("hms", "Ours", Optional.of("1"), true);
  private static final Contestant FIRST = new Named("first", "First", Optional.of("2"), true);
  private static final Contestant OTHER = new Named("other", "Other", Optional.of("3"), false);
  private static final Contestant ABSENT = new Named("absent", "Absent", Optional.empty(), true);

  @TempDir private Path directory;

  private final Report report = new Report(new PrintWriter(new StringWriter()));

  @Test
  void aLineHasRatiosTheGoalAndWhoIsNotInstalled() throws IOException {
    Line line = Line.atMost("ingest", "a|b", "CPU-s", 0.7);
    report.put(line, OURS, 0.5, "cold 1");
    report.put(line, FIRST, 1.5);
    report.put(Line.atLeast("small-query", "c", "requests/s", 20_000), OURS, 12_345);

    new ReportFiles(
            report, List.of(OURS, FIRST, ABSENT), Set.of("absent"), true, Map.of("commit", "abc"))
        .write(directory, "test");

    assertThat(Files.readString(directory.resolve("test.md")))
        .contains("- commit: abc")
        .contains(
            "| ingest | a\\|b | CPU-s | 0.500 (cold 1) | 1.50 | not installed | ≤ 0.700 met | 3 |  |")
        .contains("| 12,345 |  | not installed | ≥ 20,000 NOT met |");
    assertThat(Files.readString(directory.resolve("test.json")))
        .contains("\"figures\":{\"hms\":0.5,\"first\":1.5}");
  }

  @Test
  void numbersHaveThreeDigits() {
    assertThat(List.of(0.0, 0.01234, 1.5, 12.345, 123.45, 1_234.4, 7.0))
        .extracting(Report::number)
        .containsExactly("0", "0.0123", "1.50", "12.3", "123", "1,234", "7");
  }

  @Test
  void anAnswerThatDiffersFailsTheRunUnlessItIsKnownTo() throws IOException {
    AnswerBook book = new AnswerBook();
    for (boolean agrees : new boolean[] {true, false}) {
      book.put("q" + agrees, agrees, OURS, answer("1"));
      book.put("q" + agrees, agrees, FIRST, answer("1.0000000001"));
      book.put("q" + agrees, agrees, OTHER, answer("2"));
    }
    book.put("p", false, OURS, answer("1"));
    book.put("p", false, FIRST, answer("2"));

    book.compare(report);

    assertThat(report.failures())
        .containsExactly(
            "qtrue: Ours and Other answer differently: {} at 1000 is 1.0 against 2.0",
            "p: Ours and First answer differently: {} at 1000 is 1.0 against 2.0");
    assertThat(report.agreements())
        .hasSize(3)
        .anyMatch(text -> text.startsWith("qfalse: Ours and Other: differ by design"));
  }

  @Test
  void bytesAreCountedWithoutWhatIsNoData() throws IOException {
    Files.createDirectories(directory.resolve("wal"));
    Files.createDirectories(directory.resolve("blocks/wal"));
    Files.write(directory.resolve("wal/1"), new byte[1_000]);
    Files.write(directory.resolve("blocks/wal/1"), new byte[20]);
    Files.write(directory.resolve("index"), new byte[3]);

    assertThat(Commands.bytesBelow(directory, Set.of("wal"))).isEqualTo(23);
    Commands.remove(directory.resolve("blocks"));
    assertThat(directory.resolve("blocks")).doesNotExist();
  }

  private static Answer answer(String value) throws IOException {
    return Answer.parse("{\"result\":[{\"metric\":{},\"value\":[1,\"%s\"]}]}".formatted(value));
  }
}
