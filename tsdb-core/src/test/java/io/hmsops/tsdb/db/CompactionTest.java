package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.testing.MemoryStore;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merging, deleting and keeping, against the naive model. */
final class CompactionTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final long MINUTE = 60_000;
  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir private Path directory;

  private final MemoryStore memory = new MemoryStore();
  private final StoreProbe model = new StoreProbe(memory, memory);

  private static Labels labels(int i) {
    return Labels.of("__name__", "m" + i % 3, "i", "v" + i);
  }

  private static StoreProbe probe(Tsdb db) {
    return new StoreProbe(db, db);
  }

  /** Appends minutes to both; now and then a sample is late, or a series pauses. */
  private void fill(Random random, Tsdb db, int fromMinute, int toMinute) throws IOException {
    for (int minute = fromMinute; minute < toMinute; minute++) {
      List<Appender> appenders = List.of(db.appender(), memory.appender());
      for (int i = 0; i < 7; i++) {
        long time = T0 + minute * MINUTE + i;
        if (random.nextInt(20) == 0) {
          time -= random.nextInt(25) * MINUTE + random.nextInt(1000);
        }
        double value = random.nextInt(4) == 0 ? random.nextDouble() : minute * (i + 1);
        for (Appender appender : appenders) {
          appender.add(appender.series(labels(i)), time, value);
        }
      }
      assertThat(appenders.getFirst().commit().accepted())
          .isEqualTo(appenders.getLast().commit().accepted());
    }
  }

  private void checkSame(String context, Tsdb db) throws IOException {
    try (Querier left = db.querier(Long.MIN_VALUE, Long.MAX_VALUE);
        Querier right = model.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      assertThat(StoreProbe.select(left, Long.MIN_VALUE, Long.MAX_VALUE, List.of()))
          .as(context)
          .isEqualTo(StoreProbe.select(right, Long.MIN_VALUE, Long.MAX_VALUE, List.of()));
      for (List<LabelMatcher> matchers :
          List.of(List.<LabelMatcher>of(), List.of(LabelMatcher.equal("__name__", "m1")))) {
        assertThat(left.labelNames(matchers)).as(context).isEqualTo(right.labelNames(matchers));
        assertThat(left.labelValues("i", matchers))
            .as(context)
            .isEqualTo(right.labelValues("i", matchers));
      }
    }
  }

  private void delete(Random random, Tsdb db) throws IOException {
    long from = T0 + random.nextInt(1500) * MINUTE;
    long to = from + random.nextInt(300) * MINUTE;
    List<LabelMatcher> matchers = List.of(LabelMatcher.equal("__name__", "m" + random.nextInt(3)));
    db.delete(List.of(matchers), from, to);
    memory.delete(matchers, from, to);
  }

  @Test
  void everythingThatHappensToBlocksLeavesTheSameSamples() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    int minute = 0;
    for (int round = 0; round < 12; round++) {
      String context = "seed=%d round=%d".formatted(seed, round);
      try (Tsdb db = Tsdb.open(directory, QUIET)) {
        checkSame(context + " opened", db);
        fill(random, db, minute, minute + 150);
        minute += 150;
        checkSame(context + " filled", db);
        if (random.nextBoolean()) {
          delete(random, db);
          checkSame(context + " deleted", db);
        }
        switch (random.nextInt(4)) {
          case 0 -> db.maintain();
          case 1 -> db.compact();
          case 2 -> db.checkpoint();
          default -> db.cleanTombstones();
        }
        checkSame(context + " maintained", db);
      }
    }
  }

  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            directory.relativize(file).toString(),
            HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  @Test
  void compactingTwiceChangesNothing() throws IOException {
    Random random = new Random(3);
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      fill(random, db, 0, 2000);
      db.compact();
      Map<String, String> once = files(directory);
      assertThat(once.keySet()).filteredOn(name -> name.endsWith("index")).hasSizeLessThan(3);
      db.compact();
      assertThat(files(directory)).isEqualTo(once);
      checkSame("compacted", db);
    }
  }

  /** A querier, and what it read when it was opened. */
  private record Held(Querier querier, Object content) {
    static Held of(Tsdb db) throws IOException {
      Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE);
      return new Held(querier, read(querier));
    }

    private static Object read(Querier querier) throws IOException {
      return StoreProbe.select(querier, Long.MIN_VALUE, Long.MAX_VALUE, List.of());
    }

    void check(String context) throws IOException {
      assertThat(read(querier)).as(context).isEqualTo(content);
    }
  }

  @Test
  void everythingIsInBlocksAfterwardsWhateverQueriersAreOpen() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Path data = directory.resolve("db");
    Path copy = directory.resolve("copy");
    try (Tsdb db = Tsdb.open(data, QUIET)) {
      List<Held> held = new ArrayList<>();
      for (int round = 0; round < 4; round++) {
        String context = "seed=%d round=%d".formatted(seed, round);
        held.add(Held.of(db));
        fill(random, db, round * 200, round * 200 + 150);
        held.add(Held.of(db));
        fill(random, db, round * 200 + 150, round * 200 + 200);
        db.compact();
        assertThat(db.stats().headChunks()).as(context).isZero();
        checkSame(context, db);
        for (Held one : held) {
          one.check(context);
        }
        if (round == 2) {
          // The oldest go; what the others need stays.
          held.removeFirst().querier().close();
          held.removeFirst().querier().close();
          held.removeFirst().querier().close();
        }
        Map<String, String> once = files(data);
        db.compact();
        assertThat(files(data)).as(context).isEqualTo(once);
      }
      db.snapshot(copy, true);
      for (Held one : held) {
        one.check("seed=%d before it is closed".formatted(seed));
        one.querier().close();
      }
    }
    try (Tsdb db = Tsdb.open(copy, QUIET)) {
      checkSame("seed=%d without log and checkpoint".formatted(seed), db);
    }
  }

  @Test
  void backgroundMaintenanceMergesWindowsThatAreOver() throws IOException {
    Random random = new Random(4);
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      for (int hour = 0; hour < 50; hour++) {
        fill(random, db, hour * 60, hour * 60 + 60);
        db.maintain();
      }
      // Two days of 24 h each, and what is left of the third in blocks of 2 h.
      assertThat(db.stats().blocks()).isLessThanOrEqualTo(2 + 2);
      checkSame("merged", db);
    }
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      checkSame("opened again", db);
      assertThat(db.stats().problems()).isEmpty();
    }
  }

  @Test
  void whatIsAppendedAfterADeletionStays() throws IOException {
    Labels labels = labels(0);
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      probe(db).addFloats(labels, T0, 1, 2, 3, 4);
      db.delete(List.of(List.of()), T0 + 1000, T0 + 2000);
      probe(db).addFloats(labels, T0 + 1000, 20);
    }
    for (int restart = 0; restart < 3; restart++) {
      try (Tsdb db = Tsdb.open(directory, QUIET)) {
        assertThat(probe(db).floats(T0, T0 + 9999, labels))
            .as("restart %d", restart)
            .containsExactly(
                StoreProbe.point(T0, 1),
                StoreProbe.point(T0 + 1000, 20),
                StoreProbe.point(T0 + 3000, 4));
        if (restart == 0) {
          db.checkpoint();
        } else {
          db.compact();
        }
      }
    }
  }

  @Test
  void theOldestBlocksGoWhenThereIsNoRoom() throws IOException {
    Random random = new Random(5);
    Options small = QUIET.toBuilder().retentionBytes(40_000).build();
    try (Tsdb db = Tsdb.open(directory, small)) {
      fill(random, db, 0, 3000);
      db.maintain();
      assertThat(db.stats().blockBytes()).isLessThanOrEqualTo(40_000);
      assertThat(probe(db).floats(T0, T0 + 60 * MINUTE, labels(0))).isEmpty();
      assertThat(probe(db).floats(T0 + 2900 * MINUTE, T0 + 3000 * MINUTE, labels(0))).isNotEmpty();
    }
  }

  @Test
  void exemplarsAndMetadataCountAmongWhatThereIsRoomFor() throws IOException {
    Random random = new Random(5);
    Options small = QUIET.toBuilder().retentionBytes(60_000).build();
    try (Tsdb db = Tsdb.open(directory, small)) {
      Appender appender = db.appender();
      for (int i = 0; i < 40; i++) {
        appender.metadata("family" + i, new Metadata("gauge", "", text(random, 1_000)));
      }
      assertThat(appender.commit().rejections()).isEmpty();
      fill(random, db, 0, 3000);
      db.compact();
      long extras = Files.size(directory.resolve("extras"));
      assertThat(extras).isBetween(30_000L, 50_000L);
      db.maintain();
      assertThat(db.stats().blockBytes()).isPositive().isLessThanOrEqualTo(60_000 - extras);
    }
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    random.ints(length, '!', 'z').forEach(c -> text.append((char) c));
    return text.toString();
  }

  @Test
  void aSnapshotIsADatabase() throws IOException {
    Random random = new Random(6);
    List<Path> copies = new ArrayList<>();
    try (Tsdb db = Tsdb.open(directory.resolve("db"), QUIET)) {
      fill(random, db, 0, 700);
      db.maintain();
      copies.add(directory.resolve("copy"));
      db.snapshot(copies.getFirst());
      checkSame("source", db);
    }
    try (Tsdb copy = Tsdb.open(copies.getFirst(), QUIET)) {
      checkSame("copy", copy);
    }
  }
}
