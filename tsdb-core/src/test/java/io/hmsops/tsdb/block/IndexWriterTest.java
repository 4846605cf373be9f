package io.hmsops.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index is the same however little of it may be in memory while it is written. */
final class IndexWriterTest {
  private static final int SERIES = 40_000;

  private final Disk disk = Disk.real();

  @TempDir private Path directory;

  private static List<Labels> series(Random random) {
    TreeSet<Labels> all = new TreeSet<>();
    while (all.size() < SERIES) {
      Labels.Builder builder = new Labels.Builder();
      builder.add("__name__", random.nextBoolean() ? "up" : "größe_" + random.nextInt(40));
      builder.add("instance", "host-" + random.nextInt(3_000));
      if (random.nextInt(3) == 0) {
        // Also a text that is a name elsewhere, and one that is its own name.
        builder.add("path", List.of("instance", "path", "/\ud83d\ude00").get(random.nextInt(3)));
      }
      if (random.nextInt(4) > 0) {
        builder.add("series", Integer.toString(random.nextInt(1_000_000)));
      }
      all.add(builder.build());
    }
    return new ArrayList<>(all);
  }

  private static IndexWriter.Directory chunks(Random random, long offset) {
    int count = 1 + random.nextInt(3);
    return new IndexWriter.Directory(
        offset,
        random.longs(count, 16, 5_000).toArray(),
        random.ints(count, 0, 3).toArray(),
        random.ints(count, 1, 300).toArray());
  }

  private static List<Path> files(Path below) throws IOException {
    try (Stream<Path> found = Files.list(below)) {
      return found.toList();
    }
  }

  /** {@return the sections, one behind the other} */
  private byte[] write(long seed, String name, IndexWriter.Limits limits, int spilled)
      throws IOException {
    Random random = new Random(seed);
    Path temporary = Files.createDirectory(directory.resolve(name));
    Path target = directory.resolve(name + ".sections");
    try (IndexWriter index = new IndexWriter(disk, temporary, limits);
        DiskFile file = disk.create(target)) {
      long offset = 16;
      for (Labels labels : series(random)) {
        index.add(labels, chunks(random, offset));
        offset += random.nextInt(1_000);
      }
      long length = 0;
      for (IndexWriter.Section section : index.finish()) {
        section.writeTo(file);
        length += section.length();
        assertThat(Files.size(target)).isEqualTo(length);
      }
      assertThat(index.seriesCount()).isEqualTo(SERIES);
      assertThat(files(temporary)).hasSize(spilled);
    }
    assertThat(files(temporary)).as("files that were needed in the meantime").isEmpty();
    return Files.readAllBytes(target);
  }

  @Test
  void runsInFilesGiveTheSameBytesAsOneRunInMemory() throws IOException {
    long seed = Seeds.next();
    IndexWriter.Limits all = new IndexWriter.Limits(1 << 30, 1 << 30, 1 << 30);
    byte[] expected = write(seed, "all", all, 0);
    // All seven kinds of entries, of which each has more than a chunk.
    assertThat(write(seed, "texts", new IndexWriter.Limits(64, 700, 1 << 30), 7))
        .as("seed=%d, few texts a run", seed)
        .isEqualTo(expected);
    assertThat(write(seed, "labels", new IndexWriter.Limits(64, 1 << 30, 100), 7))
        .as("seed=%d, few labels a run", seed)
        .isEqualTo(expected);
  }
}
