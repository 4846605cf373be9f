package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.BitPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed: what they acknowledged is there, bit for bit, and no half batch. */
class CrashTest {
  private static final int KILLS_OF_A_LIFE = 20;
  private static final int MAX_ACKNOWLEDGED_PER_RUN = 4000;

  @TempDir Path directory = Path.of("set by JUnit");

  /** {@code -Dkills=200} kills as many; every twenty a new directory. */
  @Test
  void everyAcknowledgedSampleSurvivesKills() throws Exception {
    long seed = Seeds.next();
    Random random = new Random(seed);
    int kills = Integer.getInteger("kills", KILLS_OF_A_LIFE);
    int killsInsideAWrite = 0;
    for (int life = 0; KILLS_OF_A_LIFE * life < kills; life++) {
      Path data = directory.resolve("life-" + life);
      killsInsideAWrite +=
          killAgainAndAgain(
              data, random, Math.min(KILLS_OF_A_LIFE, kills - KILLS_OF_A_LIFE * life), seed);
      Disks.delete(data);
    }
    System.out.printf(
        "CrashTest: seed=%d, kills that left a half-made block or checkpoint: %d of %d%n",
        seed, killsInsideAWrite, kills);
  }

  private static int killAgainAndAgain(Path data, Random random, int kills, long seed)
      throws Exception {
    long[] next = new long[CrashAppender.SENDERS];
    int insideAWrite = 0;
    for (int kill = 0; kill < kills; kill++) {
      String context = "seed=%d %s kill=%d".formatted(seed, data.getFileName(), kill);
      long[] acknowledged = runAndKill(data, next, random.nextInt(1, MAX_ACKNOWLEDGED_PER_RUN));
      insideAWrite += temporaryFiles(data) > 0 ? 1 : 0;
      try (Tsdb db = Tsdb.open(data, CrashAppender.options())) {
        StoreProbe store = new StoreProbe(db, db);
        for (int sender = 0; sender < CrashAppender.SENDERS; sender++) {
          long stored = checkSender(store, sender, context);
          assertThat(stored)
              .as("%s sender=%d: batches stored", context, sender)
              .isGreaterThan(acknowledged[sender]);
          next[sender] = stored;
        }
        assertThat(db.stats().problems())
            .as(context)
            .allMatch(problem -> problem.contains("torn by a crash"));
      }
    }
    try (Tsdb db = Tsdb.open(data, CrashAppender.options())) {
      assertThat(db.stats().blocks()).as("blocks cut, seed=%d", seed).isPositive();
    }
    return insideAWrite;
  }

  /** {@return the last acknowledged batch of each sender} */
  private static long[] runAndKill(Path data, long[] next, int acknowledgements) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CrashAppender.class.getName(),
                data.toString()));
    long[] acknowledged = new long[next.length];
    for (int i = 0; i < next.length; i++) {
      command.add(Long.toString(next[i]));
      acknowledged[i] = next[i] - 1;
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader ledger = process.inputReader(StandardCharsets.US_ASCII)) {
      int lines = 0;
      String line = ledger.readLine();
      while (line != null) {
        // A last line without its end was perhaps cut inside a number.
        String[] fields = line.split(" ");
        if (fields.length == 2 && Long.parseLong(fields[1]) > acknowledged[number(fields)]) {
          acknowledged[number(fields)] =
              Math.max(acknowledged[number(fields)], Long.parseLong(fields[1]));
        }
        if (++lines == acknowledgements) {
          // Not through the Process, which would close the ledger before its end is read.
          process.toHandle().destroyForcibly();
        }
        line = ledger.readLine();
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    assertThat(process.exitValue()).as("killed, not failed").isEqualTo(128 + 9);
    return acknowledged;
  }

  private static int number(String[] fields) {
    return Integer.parseInt(fields[0]);
  }

  /** {@return how many batches are stored, after checking each} */
  private static long checkSender(StoreProbe store, int sender, String context) throws IOException {
    long stored = -1;
    for (int series = 0; series < CrashAppender.SERIES; series++) {
      List<BitPoint> points =
          store.floats(Long.MIN_VALUE, Long.MAX_VALUE, CrashAppender.labels(sender, series));
      if (series == 0) {
        stored = points.size();
      }
      assertThat(points.size())
          .as("%s sender=%d: no half batch", context, sender)
          .isEqualTo((int) stored);
      for (int batch = 0; batch < points.size(); batch++) {
        BitPoint expected =
            StoreProbe.point(
                CrashAppender.timestampMs(batch), CrashAppender.value(sender, series, batch));
        if (!points.get(batch).equals(expected)) {
          assertThat(points.get(batch))
              .as("%s sender=%d series=%d batch=%d", context, sender, series, batch)
              .isEqualTo(expected);
        }
      }
    }
    return stored;
  }

  private static long temporaryFiles(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data, 2)) {
      return files.filter(f -> f.toString().endsWith(".tmp")).count();
    }
  }
}
