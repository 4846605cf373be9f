package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.CrashDisk;
import io.hmsops.tsdb.testing.CrashDisk.Loss;
import io.hmsops.tsdb.testing.CrashDisk.Operation;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.ReadSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint is written in slices, and commits go on in between: a slice has batches that the
 * ones before it lack. These must be in the log when the checkpoint counts, and may not leave it.
 */
final class SlicedCheckpointTest {
  private static final long T0 = 1_700_006_400_000L;

  /** Of three slices. */
  private static final int SERIES = 2100;

  @TempDir private Path directory;

  private final Set<Integer> acknowledged = new TreeSet<>();

  private static Options options() {
    return Options.defaults()
        .withDurability(Durability.OS)
        .withMaintenance(Duration.ZERO, 64 << 20, 1024);
  }

  private static Labels labels(int series) {
    return Labels.of("__name__", "test", "series", "s" + series);
  }

  private void append(Tsdb db, int batch) throws IOException {
    Appender appender = db.appender();
    for (int i = 0; i < SERIES; i++) {
      appender.add(appender.series(labels(i)), T0 + batch * 1000L, batch);
    }
    assertThat(appender.commit().accepted()).isEqualTo(SERIES);
    acknowledged.add(batch);
  }

  private static Set<Integer> batches(List<ReadSample> samples) {
    return samples.stream()
        .map(sample -> (int) Double.longBitsToDouble(sample.bits()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void check(String context, Path left, Set<Integer> promised) throws IOException {
    try (Tsdb db = Tsdb.open(left, options())) {
      Map<Labels, List<ReadSample>> all =
          new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(all).as(context).hasSize(SERIES);
      Set<Integer> there = batches(all.values().iterator().next());
      assertThat(there).as(context).containsAll(promised);
      all.forEach(
          (labels, samples) ->
              assertThat(batches(samples)).as("%s: %s", context, labels).isEqualTo(there));
    }
  }

  /** Commits behind the first and the second slice: the third one has both batches. */
  private CrashDisk.Observer committing(Tsdb db) {
    int[] writes = {0};
    return (operation, path) -> {
      if (operation == Operation.WRITE && path.endsWith("new.tmp")) {
        // The first write is the header's.
        int write = ++writes[0];
        if (write == 2 || write == 3) {
          append(db, acknowledged.size());
        }
      }
    };
  }

  @Test
  void whatIsCommittedBetweenSlicesIsThereWholeOrNotAtAll() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Path home = Files.createDirectory(directory.resolve("home"));
    CrashDisk disk = new CrashDisk(home);
    try (Tsdb db = Tsdb.open(disk, home.resolve("db"), options())) {
      append(db, 0);
      db.force();
      CrashDisk.Observer committing = committing(db);
      boolean[] written = {false};
      disk.observe(
          (operation, path) -> {
            committing.before(operation, path);
            written[0] |= operation == Operation.RENAME && path.endsWith("new.tmp");
            if (written[0]) {
              look(disk, "seed=%d before %s of %s".formatted(seed, operation, path), random);
            }
          });
      db.checkpoint();
      disk.observe((_, _) -> {});
      look(disk, "seed=%d afterwards".formatted(seed), random);
      assertThat(written[0]).isTrue();
      assertThat(acknowledged).containsExactly(0, 1, 2);
    }
  }

  @Test
  void whatIsCommittedWhileACopyIsMadeIsInItWhole() throws IOException {
    Path home = Files.createDirectory(directory.resolve("home"));
    CrashDisk disk = new CrashDisk(home);
    Path copy = home.resolve("copy");
    try (Tsdb db = Tsdb.open(disk, home.resolve("db"), options())) {
      append(db, 0);
      disk.observe(committing(db));
      db.snapshot(copy);
      assertThat(acknowledged).containsExactly(0, 1, 2);
    }
    check("copy", copy, acknowledged);
    // What is appended to the copy is there after its next start, too.
    try (Tsdb db = Tsdb.open(copy, options())) {
      assertThat(db.stats().problems()).isEmpty();
      append(db, 3);
    }
    check("copy, opened again", copy, acknowledged);
  }

  private void look(CrashDisk disk, String context, Random random) throws IOException {
    for (Loss loss : Loss.values()) {
      Path left = directory.resolve("left");
      disk.leave(left, loss, random);
      check(
          context + ", " + loss,
          left.resolve("db"),
          loss == Loss.NOTHING ? acknowledged : Set.of(0));
      Disks.delete(left);
    }
  }
}
