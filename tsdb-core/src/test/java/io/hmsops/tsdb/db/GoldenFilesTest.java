package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.testing.MemoryStore;
import io.hmsops.tsdb.testing.ProjectFiles;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.ReadSample;
import io.hmsops.tsdb.tool.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that an earlier version wrote, kept in {@code src/test/resources/golden}: they are read as
 * what they were, today's writer writes the same bytes, and the examples of {@code docs/format} are
 * parts of them. A format that changes on purpose is a new version with files of its own; {@link
 * #main} writes them.
 */
final class GoldenFilesTest {
  private static final List<String> NAMES = GoldenDatabase.NAMES;
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "\\*\\*Example\\.\\*\\* `(golden/[^`]+)`.*?\\n```hex\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{4})  ([0-9a-f ]+?)(?: *\\| .*)?");

  @TempDir private Path temporary;

  private static Path golden(String name) {
    return ProjectFiles.root().resolve("tsdb-core/src/test/resources/golden").resolve(name);
  }

  /** {@return the files of a database by name, without the lock} */
  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("LOCK")) {
          files.put(
              directory.relativize(file).toString(),
              HexFormat.of().formatHex(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }

  private Path copy(String name) throws IOException {
    Path copy = temporary.resolve(name);
    for (var file : files(golden(name)).entrySet()) {
      Path target = copy.resolve(file.getKey());
      Files.createDirectories(target.resolveSibling("."));
      Files.write(target, HexFormat.of().parseHex(file.getValue()));
    }
    return copy;
  }

  private static Map<Labels, List<ReadSample>> expected(String name) throws IOException {
    MemoryStore memory = new MemoryStore();
    GoldenDatabase.appendTo(name, memory.appender());
    Map<Labels, List<ReadSample>> expected = samples(new StoreProbe(memory, memory));
    expected.replaceAll(
        (labels, samples) ->
            samples.stream()
                .filter(s -> !GoldenDatabase.isDeleted(name, labels, s.timestampMs()))
                .toList());
    return expected;
  }

  /** {@return all samples; what is known of resets depends on where chunks begin} */
  private static Map<Labels, List<ReadSample>> samples(StoreProbe store) throws IOException {
    Map<Labels, List<ReadSample>> all = new TreeMap<>();
    store
        .select(Long.MIN_VALUE, Long.MAX_VALUE)
        .forEach(
            (labels, samples) ->
                all.put(labels, samples.stream().map(GoldenFilesTest::withoutHint).toList()));
    return all;
  }

  private static ReadSample withoutHint(ReadSample sample) {
    return sample.histogram() == null
        ? sample
        : new ReadSample(
            sample.timestampMs(),
            sample.bits(),
            sample.histogram().withResetHint(CounterResetHint.UNKNOWN),
            sample.startTimestampMs());
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void filesOfAnEarlierVersionAreReadAsWhatTheyWere(String name) throws IOException {
    check(name, copy(name));
  }

  /** What checkpoint-2 and the others have at the end of their headers is zero. */
  @ParameterizedTest
  @CsvSource({
    "checkpoint-1, 0000000000000005.ckpt, wal/checkpoint",
    "checkpoint-2, 0000000000000005.ckpt, wal/checkpoint",
    "log-1, 0000000000000006.wal, wal",
    "log-1, extras, ."
  })
  void aFileOfAnEarlierVersionIsReadAsWhatItWas(String from, String file, String place)
      throws IOException {
    Path copy = copy("young");
    Files.copy(
        golden(from).resolve(file),
        copy.resolve(place).resolve(file),
        StandardCopyOption.REPLACE_EXISTING);
    check("young", copy);
  }

  /** Blocks without differences between buckets, and without what they can be mended from. */
  @ParameterizedTest
  @ValueSource(strings = {"young", "cold"})
  void blocksOfTheSecondVersionAreReadAsWhatTheyWere(String name) throws IOException {
    Path copy = copy(name);
    Path old = golden("blocks-2").resolve(name);
    for (var file : files(old).entrySet()) {
      Path target = copy.resolve("blocks").resolve(file.getKey());
      byte[] bytes = HexFormat.of().parseHex(file.getValue());
      assertThat(Files.readAllBytes(target)).as("today's").isNotEqualTo(bytes);
      Files.write(target, bytes);
      // There was none.
      Files.deleteIfExists(target.resolveSibling("parity"));
    }
    check(name, copy);
    try (Tsdb db = Tsdb.open(copy, GoldenDatabase.QUIET)) {
      db.compact();
      assertThat(samples(new StoreProbe(db, db))).isEqualTo(expected(name));
    }
    assertThat(Verification.of(copy).damages()).isEmpty();
  }

  private static void check(String name, Path copy) throws IOException {
    assertThat(Verification.of(copy).damages()).isEmpty();
    try (Tsdb db = Tsdb.open(copy, GoldenDatabase.QUIET);
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      assertThat(db.stats().problems()).isEmpty();
      assertThat(samples(new StoreProbe(db, db))).isEqualTo(expected(name));
      assertThat(querier.exemplars(List.of(List.of(LabelMatcher.equal("code", "200")))).toString())
          .contains("4bf92f35", "0.25");
      assertThat(querier.metadata().toString()).contains("requests", "counter", "Requests.");
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void todaysWriterWritesTheSameBytes(String name) throws IOException {
    Path written = temporary.resolve("written");
    GoldenDatabase.write(name, written);

    assertThat(files(written)).isEqualTo(files(golden(name)));
  }

  @Test
  void examplesInThePagesAreBytesOfTheseFiles() throws IOException {
    List<Path> pages;
    try (Stream<Path> all = Files.list(ProjectFiles.root().resolve("docs/format"))) {
      pages = all.sorted().toList();
    }
    List<String> withExamples = new ArrayList<>();
    for (Path page : pages) {
      Matcher examples = EXAMPLE.matcher(Files.readString(page));
      while (examples.find()) {
        withExamples.add(String.valueOf(page.getFileName()));
        check(page, examples.group(1), examples.group(2));
      }
    }
    assertThat(withExamples)
        .contains(
            "block.md",
            "checkpoint.md",
            "chunk-column.md",
            "chunk-histogram.md",
            "chunk-start.md",
            "directory.md",
            "extras.md",
            "parity.md",
            "tombstones.md",
            "wal.md");
  }

  private static void check(Path page, String file, String lines) throws IOException {
    String bytes =
        HexFormat.of().formatHex(Files.readAllBytes(golden(file.substring("golden/".length()))));
    for (String line : lines.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      assertThat(matcher.matches()).as("%s: line of an example: %s", page, line).isTrue();
      int start = 2 * Integer.parseInt(matcher.group(1), 16);
      String hex = matcher.group(2).replace(" ", "");
      assertThat(bytes.substring(start, Math.min(bytes.length(), start + hex.length())))
          .as("%s: %s at %s", page, file, matcher.group(1))
          .isEqualTo(hex);
    }
  }

  /** Writes the files anew into an empty directory, to be looked at and put in their place. */
  public static void main(String[] args) throws IOException {
    for (String name : NAMES) {
      Path directory = Path.of(args[0]).resolve(name);
      GoldenDatabase.write(name, directory);
      Files.delete(directory.resolve("LOCK"));
    }
  }
}
