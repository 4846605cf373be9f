package io.hmsops.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code hms tsdb …} on a real directory. */
class TsdbCommandTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path temporary = Path.of("set by JUnit");
  private Path data = Path.of("set below");

  @BeforeEach
  void fill() throws IOException {
    data = temporary.resolve("data");
    try (Tsdb store = Tsdb.open(data, QUIET)) {
      Appender appender = store.appender();
      for (String instance : List.of("a", "b")) {
        long ref = appender.series(Labels.of("__name__", "up", "instance", instance));
        for (int i = 0; i < 100; i++) {
          appender.add(ref, T0 + 15_000L * i, 1);
        }
      }
      assertThat(appender.commit().accepted()).isEqualTo(200);
    }
  }

  private record Run(int exitCode, String out) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    int code =
        new CommandLine(new TsdbCommand())
            .setOut(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (e, command, _) -> {
                  command.getOut().println(e.getMessage());
                  return e instanceof Failure failure ? failure.exitCode() : -1;
                })
            .execute(arguments);
    return new Run(code, out.toString());
  }

  private static int seriesIn(Path directory) throws IOException {
    try (Tsdb store = Tsdb.open(directory, QUIET);
        Querier querier = store.querier(T0, T0 + 3_600_000)) {
      SeriesSet set = querier.select(SelectHints.range(T0, T0 + 3_600_000), List.of());
      int count = 0;
      while (set.next()) {
        count++;
      }
      return count;
    }
  }

  @Test
  void compactMakesABlockThatTheOtherCommandsShow() {
    Run done = run("compact", data.toString());
    assertThat(done.exitCode()).isZero();
    assertThat(done.out()).startsWith("1 blocks, ");
    Run inspected = run("inspect", data.toString());
    assertThat(inspected.exitCode()).isZero();
    assertThat(inspected.out()).contains("series=2 samples=200", "index=", "chunks=", "1 blocks");
    assertThat(run("analyze", data.toString()).out())
        .contains("2 series", "  up series=2 chunks=2", "  instance values=2 series=2", "new=2");
    assertThat(run("verify", data.toString())).isEqualTo(new Run(0, "1 blocks, 0 damages\n"));
    assertThat(run("repair", data.toString())).isEqualTo(new Run(0, "nothing is damaged\n"));
  }

  @Test
  void whatCannotBeMeantIsRefusedWithWords() {
    assertThat(run("analyze", "--limit=-3", data.toString()))
        .isEqualTo(new Run(2, "--limit: -3 (expected: at least 0)\n"));
    String target = temporary.resolve("exported").toString();
    Run exported =
        run(
            "export-prometheus",
            "--to=" + target,
            "--from=2026-01-31T00:00:00Z",
            "--until=2026-01-30T00:00:00Z",
            data.toString());
    assertThat(exported)
        .isEqualTo(
            new Run(
                2,
                "--from: 2026-01-31T00:00:00Z is later than --until, 2026-01-30T00:00:00Z"
                    + " (expected: not later)\n"));
    Run imported =
        run("import-prometheus", "--data=" + temporary.resolve("other"), data.toString());
    assertThat(imported)
        .isEqualTo(
            new Run(
                1,
                data
                    + ": a data directory of HMS-OPS, with HMS-TSDB in it (expected: one of"
                    + " Prometheus)\n"));
    assertThat(temporary.resolve("exported")).doesNotExist();
    assertThat(temporary.resolve("other")).doesNotExist();
  }

  @Test
  void damageIsExitCodeOneUntilItIsRepaired() throws IOException {
    assertThat(run("compact", data.toString()).exitCode()).isZero();
    try (Stream<Path> files = Files.walk(data.resolve("blocks"))) {
      Path chunks = files.filter(file -> file.endsWith("chunks")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(chunks);
      bytes[17] ^= 1;
      Files.write(chunks, bytes);
      Run verified = run("verify", data.toString());
      assertThat(verified.exitCode()).isEqualTo(1);
      assertThat(verified.out()).contains(chunks + " at 16", "1 damages");
    }
    Run repaired = run("repair", data.toString());
    assertThat(repaired.exitCode()).isZero();
    assertThat(repaired.out()).contains("quarantine", "without 1 chunks");
    assertThat(run("verify", data.toString()).exitCode()).isZero();
    assertThat(seriesIn(data)).isEqualTo(1);
  }

  @Test
  void compactSaysThatADamagedBlockStaysAsItIs() throws IOException {
    assertThat(run("compact", data.toString()).exitCode()).isZero();
    Path chunks;
    try (Stream<Path> files = Files.walk(data.resolve("blocks"))) {
      chunks = files.filter(file -> file.endsWith("chunks")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(chunks);
    bytes[17] ^= 1;
    Files.write(chunks, bytes);
    try (Tsdb store = Tsdb.open(data, QUIET)) {
      Appender appender = store.appender();
      appender.add(appender.series(Labels.of("__name__", "up", "instance", "a")), T0 + 1, 1);
      assertThat(appender.commit().accepted()).isEqualTo(1);
    }
    Run done = run("compact", data.toString());
    assertThat(done.exitCode()).isEqualTo(1);
    assertThat(done.out()).contains("blocks are not merged, one is damaged: " + chunks + " at 16");
    try (Stream<Path> files = Files.list(data.resolve("blocks"))) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @Test
  void snapshotsAreDatabases() throws IOException {
    Path copy = temporary.resolve("copy");
    assertThat(run("snapshot", data.toString(), "--to", copy.toString()).exitCode()).isZero();
    assertThat(seriesIn(copy)).isEqualTo(2);
    assertThat(run("snapshot", data.toString(), "--to", copy.toString()).exitCode()).isEqualTo(1);

    try (Tsdb store = Tsdb.open(data, QUIET)) {
      TsdbAdmin admin = new TsdbAdmin(store, data, () -> Instant.parse("2026-01-01T12:00:00Z"));
      String whole = admin.snapshot(false);
      assertThat(whole).matches("20260101T120000Z-[0-9a-f]{16}");
      assertThat(seriesIn(data.resolve("snapshots").resolve(whole))).isEqualTo(2);
      String blocksOnly = admin.snapshot(true);
      assertThat(seriesIn(data.resolve("snapshots").resolve(blocksOnly))).isZero();
      admin.compact();
      String afterwards = admin.snapshot(true);
      assertThat(seriesIn(data.resolve("snapshots").resolve(afterwards))).isEqualTo(2);
    }
  }

  @Test
  void whatIsExportedToPrometheusIsImportedFromIt() throws IOException {
    Path blocks = temporary.resolve("prometheus");
    Run exported = run("export-prometheus", data.toString(), "--to", blocks.toString());
    assertThat(exported.exitCode()).isZero();
    assertThat(exported.out()).contains("2 series, 200 samples", "1 blocks, 200 samples");
    Path back = temporary.resolve("back");
    Run imported = run("import-prometheus", blocks.toString(), "--data", back.toString());
    assertThat(imported.exitCode()).isZero();
    assertThat(imported.out()).contains("1 blocks imported (200 samples of 2 series)");
    assertThat(seriesIn(back)).isEqualTo(2);
    assertThat(run("import-prometheus", blocks.toString(), "--data", back.toString()).out())
        .contains("0 blocks imported (0 samples of 0 series), 1 were there already");
    String later = Instant.ofEpochMilli(T0 + 15_000 * 90).toString();
    Path part = temporary.resolve("part");
    assertThat(
            run("export-prometheus", data.toString(), "--to", part.toString(), "--from", later)
                .out())
        .contains("1 blocks, 20 samples");
    assertThat(
            run("export-prometheus", data.toString(), "--to", part.toString(), "--from", "1")
                .exitCode())
        .isEqualTo(2);
    Run nothing = run("import-prometheus", temporary.toString(), "--data", back.toString());
    assertThat(nothing.exitCode()).isEqualTo(1);
    assertThat(nothing.out()).contains("expected: a data directory of Prometheus");
  }

  @Test
  void openMetricsFilesAreImportedWithExemplarsAndRefusedWithTheLine() throws IOException {
    Path file = temporary.resolve("samples.om");
    Files.writeString(
        file,
        """
        # TYPE old counter
        old_total 1 1600000000
        old_total 2 1600000015 # {trace="t"} 0.5
        # EOF
        """);
    Run done = run("import-openmetrics", file.toString(), "--data", data.toString());
    assertThat(done.exitCode()).isZero();
    assertThat(done.out())
        .isEqualTo(
            "2 samples of 1 series imported, 0 were there already, 0 refused; 1 exemplars\n");
    assertThat(run("import-openmetrics", file.toString(), "--data", data.toString()).out())
        .startsWith("0 samples of 1 series imported, 2 were there already, 0 refused");
    Files.writeString(file, "# TYPE old counter\nold_total 1 1600000000\nold_total x 3\n# EOF\n");
    Run broken = run("import-openmetrics", file.toString(), "--data", data.toString());
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.out()).startsWith(file + ":3: ").contains("nothing was imported");
    Path missing = temporary.resolve("missing.om");
    Run none = run("import-openmetrics", missing.toString(), "--data", data.toString());
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.out()).contains(missing + ": no such file").doesNotContain("Exception");
  }

  @Test
  void whatIsNoDataDirectoryIsLeftAlone() {
    for (String command : List.of("compact", "inspect", "verify", "repair", "analyze")) {
      Run run = run(command, temporary.resolve("nothing").toString());
      assertThat(run.exitCode()).as(command).isEqualTo(1);
      assertThat(run.out()).as(command).contains("expected: a data directory");
      assertThat(temporary.resolve("nothing")).doesNotExist();
    }
  }
}
