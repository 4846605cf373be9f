package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.collections.Long2LongHashMap;

/**
 * Appends to a database what a head holds: the chunks it has written down, then its log, then its
 * log of samples that came out of order. Not thread-safe.
 */
final class HeadImport {
  private static final int BATCH = 10_000;
  private static final long UNKNOWN = -1;

  private final Disk disk;
  private final Path root;
  private final Appender appender;
  private final long fromMs;
  private final ImportCounts counts;
  private final Consumer<CorruptFileException> damages;

  /** By the log's reference, the target's one. */
  private final Long2LongHashMap references = new Long2LongHashMap(UNKNOWN);

  private final Map<Long, Intervals> deleted = new HashMap<>();

  /** By the target's reference, up to when chunks have been appended. */
  private final Long2LongHashMap inChunksToMs = new Long2LongHashMap(Long.MIN_VALUE);

  /**
   * Prepares an import.
   *
   * @param disk where the head is
   * @param root the directory of Prometheus
   * @param target where samples go
   * @param fromMs earlier samples that did not come out of order are in blocks already
   * @param counts counts what is imported
   * @param damages told of what cannot be read
   */
  HeadImport(
      Disk disk,
      Path root,
      Tsdb target,
      long fromMs,
      ImportCounts counts,
      Consumer<CorruptFileException> damages) {
    this.disk = disk;
    this.root = root;
    this.appender = target.appender();
    this.fromMs = fromMs;
    this.counts = counts;
    this.damages = damages;
  }

  void run() throws IOException {
    Path log = root.resolve("wal");
    Path lateLog = root.resolve("wbl");
    Known known = new Known();
    // What is damaged is reported by the second reading.
    LogFiles.read(disk, log, in -> LogRecords.read(in, known), _ -> {});
    HeadChunkFiles.read(disk, root.resolve("chunks_head"), this::chunk, damages);
    commit();
    LogFiles.read(disk, log, in -> LogRecords.read(in, new Samples(false)), damages);
    LogFiles.read(disk, lateLog, in -> LogRecords.read(in, new Samples(true)), damages);
    commit();
  }

  private void chunk(long series, boolean late, SampleBatch samples) throws IOException {
    long ref = references.get(series);
    if (ref == UNKNOWN) {
      // The log says nothing of series whose samples are all in blocks.
      return;
    }
    for (int i = 0; i < samples.count(); i++) {
      long timestampMs = samples.timestampsMs()[i];
      if (!wanted(series, timestampMs, late)) {
        continue;
      }
      if (samples.holdsHistograms()) {
        appender.add(ref, timestampMs, samples.histograms()[i]);
      } else {
        appender.add(ref, timestampMs, samples.values()[i]);
      }
      startTimestamp(samples.startTimestampMs(i));
    }
    if (!late && samples.count() > 0) {
      long lastMs = samples.timestampsMs()[samples.count() - 1];
      inChunksToMs.put(ref, Math.max(lastMs, inChunksToMs.get(ref)));
    }
    commitIfLarge();
  }

  private void startTimestamp(long startMs) {
    if (startMs != SampleBatch.NO_START_TIMESTAMP) {
      appender.startTimestamp(startMs);
    }
  }

  private boolean wanted(long series, long timestampMs, boolean late) {
    return (late || timestampMs >= fromMs)
        && !deleted.getOrDefault(series, Intervals.NONE).contains(timestampMs);
  }

  private void commitIfLarge() throws IOException {
    if (appender.size() >= BATCH) {
      commit();
    }
  }

  private void commit() throws IOException {
    CommitResult result = appender.commit();
    counts.add(result);
  }

  /** Learns series and deletions: a deletion is meant for what stands before it in the log. */
  private final class Known implements LogRecords.Visitor {
    @Override
    public void series(long ref, Labels labels) throws IOException {
      if (labels.isEmpty()) {
        return;
      }
      references.put(ref, appender.series(labels));
    }

    @Override
    public void deletion(long ref, BigEndianReader interval) throws IOException {
      TombstoneFile.add(deleted, ref, interval);
    }

    @Override
    public void sample(long ref, long timestampMs, double value, long startMs) {}

    @Override
    public void histogram(long ref, long timestampMs, Histogram histogram, long startMs) {}

    @Override
    public void exemplar(long ref, Exemplar exemplar) {}

    @Override
    public void metadata(long ref, Metadata metadata) {}

    @Override
    public void end() {}
  }

  private final class Samples implements LogRecords.Visitor {
    private final boolean late;

    Samples(boolean late) {
      this.late = late;
    }

    /** {@return the target's reference, or that there is nothing to append} */
    private long refOf(long series, long timestampMs) {
      long ref = references.get(series);
      if (ref == UNKNOWN) {
        counts.addOfUnknownSeries();
        return UNKNOWN;
      }
      return wanted(series, timestampMs, late) && (late || timestampMs > inChunksToMs.get(ref))
          ? ref
          : UNKNOWN;
    }

    @Override
    public void series(long ref, Labels labels) {}

    @Override
    public void deletion(long ref, BigEndianReader interval) throws IOException {
      interval.varint();
      interval.varint();
    }

    @Override
    public void sample(long series, long timestampMs, double value, long startMs) {
      long ref = refOf(series, timestampMs);
      if (ref != UNKNOWN) {
        appender.add(ref, timestampMs, value);
        startTimestamp(startMs);
      }
    }

    @Override
    public void histogram(long series, long timestampMs, Histogram histogram, long startMs) {
      long ref = refOf(series, timestampMs);
      if (ref != UNKNOWN) {
        appender.add(ref, timestampMs, histogram);
        startTimestamp(startMs);
      }
    }

    @Override
    public void exemplar(long series, Exemplar exemplar) {
      long ref = references.get(series);
      if (ref != UNKNOWN) {
        appender.add(ref, exemplar);
        counts.addExemplar();
      }
    }

    @Override
    public void metadata(long ref, Metadata metadata) {
      counts.addMetadata();
    }

    @Override
    public void end() throws IOException {
      commitIfLarge();
    }
  }
}
