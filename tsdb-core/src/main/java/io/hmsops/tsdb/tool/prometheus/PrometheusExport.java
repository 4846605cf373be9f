package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.db.Stats;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What came of exporting a database as blocks that Prometheus opens. Exemplars and start timestamps
 * have no place in such blocks.
 *
 * @param blocks how many blocks were written
 * @param series how many series they have, one in several blocks counted for each
 * @param samples how many samples they have
 * @param startTimestamps how many of these had a start timestamp that was left out
 */
public record PrometheusExport(int blocks, long series, long samples, long startTimestamps) {
  /** What a block's directory is called until it is complete; deleted by Prometheus at a start. */
  private static final String TEMPORARY_SUFFIX = ".tmp-for-creation";

  /**
   * How to export.
   *
   * @param fromMs the first timestamp
   * @param toMs the last timestamp
   * @param blockRange the range of a block, whose multiples blocks do not cross
   * @param customBuckets whether histograms with custom bounds are written, which Prometheus can
   *     read from 3.0 on, rather than ending the export
   * @param random where names of blocks come from
   */
  public record Plan(
      long fromMs, long toMs, Duration blockRange, boolean customBuckets, RandomGenerator random) {
    /** Checks the range. */
    public Plan {
      if (blockRange.toMillis() < 1) {
        throw new IllegalArgumentException(
            "blockRange: %s (expected: at least 1 ms)".formatted(blockRange));
      }
    }
  }

  /**
   * Exports what a database holds.
   *
   * @param source an open database
   * @param target the directory of the blocks, created if missing; what is in it stays
   * @param plan how
   * @param progress told of each block, for people
   * @return what was written
   * @throws IOException if the database cannot be read in full, or a block cannot be written; the
   *     blocks before it are complete
   */
  public static PrometheusExport of(Tsdb source, Path target, Plan plan, Consumer<String> progress)
      throws IOException {
    Disk disk = Disk.real();
    disk.createDirectories(target);
    Stats stats = source.stats();
    long rangeMs = plan.blockRange().toMillis();
    long fromMs = Math.max(stats.minTimeMs(), plan.fromMs());
    long toMs = Math.min(stats.maxTimeMs(), plan.toMs());
    PrometheusExport done = new PrometheusExport(0, 0, 0, 0);
    for (long window = Math.floorDiv(fromMs, rangeMs);
        fromMs <= toMs && window <= Math.floorDiv(toMs, rangeMs);
        window++) {
      long windowFromMs = Math.max(fromMs, window * rangeMs);
      long windowToMs = Math.min(toMs, window * rangeMs + rangeMs - 1);
      PrometheusExport block =
          new Run(disk, target, plan, progress).export(source, windowFromMs, windowToMs);
      done =
          new PrometheusExport(
              done.blocks + block.blocks,
              done.series + block.series,
              done.samples + block.samples,
              done.startTimestamps + block.startTimestamps);
    }
    return done;
  }

  private static final class Run {
    private final Disk disk;
    private final Path target;
    private final Plan plan;
    private final Consumer<String> progress;
    private long minTimeMs = Long.MAX_VALUE;
    private long maxTimeMs = Long.MIN_VALUE;
    private long chunkCount;

    Run(Disk disk, Path target, Plan plan, Consumer<String> progress) {
      this.disk = disk;
      this.target = target;
      this.plan = plan;
      this.progress = progress;
    }

    PrometheusExport export(Tsdb source, long fromMs, long toMs) throws IOException {
      String name = name(toMs);
      Path temporary = target.resolve(name + TEMPORARY_SUFFIX);
      boolean complete = false;
      try {
        PrometheusExport written = write(source, fromMs, toMs, temporary, name);
        if (written.samples() > 0) {
          disk.forceDirectory(temporary);
          disk.rename(temporary, target.resolve(name));
          disk.forceDirectory(target);
          progress.accept(
              "%s: %d series, %d samples".formatted(name, written.series(), written.samples()));
          complete = true;
        }
        return written;
      } finally {
        if (!complete) {
          disk.delete(temporary);
        }
      }
    }

    private PrometheusExport write(Tsdb source, long fromMs, long toMs, Path temporary, String name)
        throws IOException {
      IndexFileWriter index = new IndexFileWriter();
      try (Querier querier = source.querier(fromMs, toMs);
          ChunkFilesWriter files = new ChunkFilesWriter(disk, temporary.resolve("chunks"))) {
        SeriesSet selected = querier.select(SelectHints.range(fromMs, toMs), List.of());
        SeriesChunks chunks = new SeriesChunks(files);
        while (selected.next()) {
          Series series = selected.series();
          add(series.labels(), chunks.write(cursor(series)), index);
        }
        if (!selected.warnings().isEmpty()) {
          throw new TsdbException(selected.warnings().getFirst());
        }
        if (index.seriesCount() == 0) {
          return new PrometheusExport(0, 0, 0, 0);
        }
        files.finish();
        index.write(disk, temporary.resolve(IndexFile.NAME));
        write(temporary.resolve(TombstoneFile.NAME), TombstoneFile.empty());
        write(
            temporary.resolve(SourceBlock.META),
            meta(name, index.seriesCount(), chunks.samples()).getBytes(StandardCharsets.UTF_8));
        return new PrometheusExport(
            1, index.seriesCount(), chunks.samples(), chunks.startTimestamps());
      }
    }

    private void add(Labels labels, long[] chunks, IndexFileWriter index) {
      if (chunks.length == 0) {
        return;
      }
      index.add(labels, chunks);
      chunkCount += chunks.length / 3;
      minTimeMs = Math.min(minTimeMs, chunks[0]);
      maxTimeMs = Math.max(maxTimeMs, chunks[chunks.length - 2]);
    }

    private SampleCursor cursor(Series series) throws TsdbException {
      SampleCursor samples = series.samples();
      return plan.customBuckets() ? samples : new WithoutCustomBuckets(series.labels(), samples);
    }

    private void write(Path path, byte[] content) throws IOException {
      try (DiskFile file = disk.create(path)) {
        file.write(ByteBuffer.wrap(content));
        file.force();
      }
    }

    private String meta(String name, int seriesCount, long sampleCount) {
      // The end is behind the last sample, not that of the range: nothing older than it may be
      // appended to Prometheus later.
      return """
          {
          	"ulid": "%1$s",
          	"minTime": %2$d,
          	"maxTime": %3$d,
          	"stats": {
          		"numSamples": %4$d,
          		"numSeries": %5$d,
          		"numChunks": %6$d
          	},
          	"compaction": {
          		"level": 1,
          		"sources": [
          			"%1$s"
          		]
          	},
          	"version": 1
          }
          """
          .formatted(name, minTimeMs, maxTimeMs + 1, sampleCount, seriesCount, chunkCount);
    }

    /** {@return a ULID: 48 bits of time and 80 of chance, in base 32} */
    private String name(long timestampMs) {
      String digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
      long time = Math.clamp(timestampMs, 0, (1L << 48) - 1);
      StringBuilder name = new StringBuilder();
      for (int shift = 45; shift >= 0; shift -= 5) {
        name.append(digits.charAt((int) (time >>> shift) & 31));
      }
      for (int i = 0; i < 16; i++) {
        name.append(digits.charAt(plan.random().nextInt(32)));
      }
      return name.toString();
    }
  }

  /** Ends an export at the first histogram that Prometheus before 3.0 would misread. */
  private record WithoutCustomBuckets(Labels labels, SampleCursor samples) implements SampleCursor {
    @Override
    public boolean next(SampleBatch into) throws TsdbException {
      boolean more = samples.next(into);
      if (more && into.holdsHistograms()) {
        for (int i = 0; i < into.count(); i++) {
          Histogram histogram = into.histograms()[i];
          if (histogram.isCustom() && !histogram.isStale()) {
            throw new TsdbException(
                ("%s at %d: a histogram with custom buckets, which is not supported by Prometheus"
                        + " before 3.0 (for later ones: --custom-buckets, Plan.customBuckets)")
                    .formatted(labels, into.timestampsMs()[i]));
          }
        }
      }
      return more;
    }
  }
}
