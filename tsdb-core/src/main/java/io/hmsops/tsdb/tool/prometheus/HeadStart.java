package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out from when on the log of a head holds what no block does: from the end of the last block
 * that was cut from the head. A block of samples that came late says nothing of the head, but the
 * hint that it is one gets lost when Prometheus merges it with another. Such a block is known by
 * its content: of the samples in the log that came in order, it does not have most. (The log has
 * the late ones, too.)
 */
final class HeadStart {
  /** So many of the log's samples are looked for in a block. */
  private static final int PROBES = 1000;

  private HeadStart() {}

  /**
   * {@return the time in milliseconds, {@link Long#MIN_VALUE} if all of the log counts}
   *
   * @param disk where the directory is
   * @param root the directory of Prometheus
   * @param blocks its blocks
   */
  static long of(Disk disk, Path root, List<SourceBlock> blocks) throws IOException {
    long cutMs = end(blocks, SourceBlock.Origin.HEAD);
    List<SourceBlock> unclear =
        blocks.stream()
            .filter(block -> block.origin() == SourceBlock.Origin.MERGE)
            .filter(block -> block.maxTimeMs() > cutMs)
            .sorted(Comparator.comparingLong(SourceBlock::maxTimeMs).reversed())
            .toList();
    for (SourceBlock block : unclear) {
      if (holdsMostOf(disk, block, Probes.of(disk, root, block))) {
        return block.maxTimeMs();
      }
    }
    return cutMs;
  }

  private static long end(List<SourceBlock> blocks, SourceBlock.Origin origin) {
    return blocks.stream()
        .filter(block -> block.origin() == origin)
        .mapToLong(SourceBlock::maxTimeMs)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  private static boolean holdsMostOf(Disk disk, SourceBlock block, Map<Labels, Set<Long>> probes)
      throws IOException {
    int found = 0;
    SampleBatch samples = new SampleBatch();
    try (Arena arena = Arena.ofConfined()) {
      ChunkFiles files = ChunkFiles.open(disk, block.directory().resolve("chunks"), arena);
      IndexFile index = IndexFile.open(disk, block.directory(), arena);
      for (IndexFile.Entry entry = index.next(); entry != null; entry = index.next()) {
        Set<Long> times = probes.getOrDefault(entry.labels(), Set.of());
        if (times.isEmpty()) {
          continue;
        }
        for (ChunkSource chunk : SourceBlock.chunks(entry, files, Intervals.NONE)) {
          chunk.decode(samples);
          for (int i = 0; i < samples.count(); i++) {
            if (times.contains(samples.timestampsMs()[i])) {
              found++;
            }
          }
        }
      }
    } catch (CorruptFileException e) {
      // Reported when the block is imported; then what the log has of its time is welcome.
      return false;
    }
    return 2 * found > probes.values().stream().mapToInt(Set::size).sum();
  }

  /** The first samples of the log in the time of a block that came in order, by series. */
  private static final class Probes implements LogRecords.Visitor {
    private final SourceBlock block;
    private final Map<Long, Labels> labels = new HashMap<>();
    private final Map<Long, Long> newestMs = new HashMap<>();
    private final Map<Labels, Set<Long>> times = new HashMap<>();
    private int count;

    private Probes(SourceBlock block) {
      this.block = block;
    }

    static Map<Labels, Set<Long>> of(Disk disk, Path root, SourceBlock block) throws IOException {
      Probes probes = new Probes(block);
      LogFiles.read(disk, root.resolve("wal"), in -> LogRecords.read(in, probes), _ -> {});
      return probes.times;
    }

    @Override
    public void series(long ref, Labels name) {
      labels.put(ref, name);
    }

    private void add(long ref, long timestampMs) {
      Labels name = labels.get(ref);
      Long newest = newestMs.merge(ref, timestampMs, Math::max);
      if (newest > timestampMs) {
        return;
      }
      if (count < PROBES
          && name != null
          && timestampMs >= block.minTimeMs()
          && timestampMs < block.maxTimeMs()) {
        count++;
        times.computeIfAbsent(name, _ -> new HashSet<>()).add(timestampMs);
      }
    }

    @Override
    public void sample(long ref, long timestampMs, double value, long startMs) {
      add(ref, timestampMs);
    }

    @Override
    public void histogram(long ref, long timestampMs, Histogram histogram, long startMs) {
      add(ref, timestampMs);
    }

    @Override
    public void deletion(long ref, BigEndianReader interval) throws IOException {
      interval.varint();
      interval.varint();
    }

    @Override
    public void exemplar(long ref, Exemplar exemplar) {}

    @Override
    public void metadata(long ref, Metadata metadata) {}

    @Override
    public void end() {}
  }
}
