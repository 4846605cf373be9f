package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.EngineOptions;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP clients see of a data directory that is damaged while it is served. */
class DamagedStoreTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final long HOUR = 3_600_000;
  private static final int SERIES = 500;

  @TempDir Path directory = Path.of("set by JUnit");

  private static void add(Tsdb db, long startMs) throws IOException {
    Appender appender = db.appender();
    for (int i = 0; i < SERIES; i++) {
      long ref = appender.series(Labels.of("__name__", "m", "host", "h" + i));
      for (int s = 0; s < 60; s++) {
        appender.add(ref, startMs + s * 60_000L + i + 1, Math.sqrt(i + s));
      }
    }
    assertThat(appender.commit().rejections()).isEmpty();
    db.maintain();
  }

  /** {@return the first of two blocks} */
  private Path fill(Tsdb db) throws IOException {
    add(db, T0);
    add(db, T0 + 4 * HOUR);
    add(db, T0 + 8 * HOUR);
    try (Stream<Path> blocks = Files.list(directory.resolve("blocks"))) {
      return blocks.sorted().toList().getFirst();
    }
  }

  private static Tsdb open(Path directory) throws IOException {
    return Tsdb.open(
        directory, Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20));
  }

  private static String query(String function, long timeMs) {
    return "/api/v1/query?query=%s(count_over_time(m[1h]))&time=%d"
        .formatted(function, timeMs / 1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "chunks", "times"})
  void aFileThatIsCutEndsTheQueriesThatNeedItWithItsName(String name) throws Exception {
    try (Tsdb db = open(directory);
        ApiServer server = new ApiServer(o -> o, s -> s, EngineOptions.defaults(), _ -> db)) {
      Path file = fill(db).resolve(name);
      byte[] content = Files.readAllBytes(file);
      String first = query("sum", T0 + HOUR);
      String second = query("sum", T0 + 5 * HOUR);
      String sound = server.get(first).body();
      assertThat(sound).contains("\"success\"").contains(Integer.toString(SERIES * 60));
      String soundSecond = server.get(second).body();

      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(content.length / 3);
      }
      for (int attempt = 0; attempt < 3; attempt++) {
        HttpResponse<String> cut = server.get(first);
        assertThat(cut.statusCode()).as(cut.body()).isEqualTo(500);
        assertThat(cut.body()).contains("\"error\"").contains(file + " at ");
        assertThat(server.get(second).body()).isEqualTo(soundSecond);
      }

      Files.write(file, content);
      assertThat(server.get(first).body()).isEqualTo(sound);
    }
  }

  /** A damaged chunk is not the end of the query, but every answer that misses it says so. */
  @Test
  void aDamagedChunkIsAWarningInTheAnswer() throws Exception {
    Path block;
    try (Tsdb db = open(directory)) {
      block = fill(db);
    }
    byte[] chunks = Files.readAllBytes(block.resolve("chunks"));
    chunks[chunks.length / 2] ^= 4;
    Files.write(block.resolve("chunks"), chunks);
    try (Tsdb db = open(directory);
        ApiServer server = new ApiServer(o -> o, s -> s, EngineOptions.defaults(), _ -> db)) {
      String answer = server.get(query("sum", T0 + HOUR)).body();
      assertThat(answer)
          .contains("\"warnings\":[\"")
          .contains("data is missing, chunk left out: " + block.resolve("chunks") + " at ")
          .contains("\"" + (SERIES - 1) * 60 + "\"");
      assertThat(server.get(query("sum", T0 + 5 * HOUR)).body()).doesNotContain("warnings");
    }
  }
}
