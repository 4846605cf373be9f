package io.hmsops.query.script;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real engine in a directory of its own, with the samples where a test wants them. */
public final class TsdbScriptStore implements ScriptStore {
  /** Where the samples are when they are queried. */
  public enum Layout {
    /** All in the head. */
    HEAD,
    /** All in blocks. */
    BLOCKS,
    /** The older half in blocks. */
    MIXED
  }

  private final Path directory;
  private final Tsdb db;
  private final Layout layout;

  /**
   * Opens an empty engine.
   *
   * @param layout where its samples are to be
   */
  public TsdbScriptStore(Layout layout) {
    this.layout = layout;
    try {
      directory = Files.createTempDirectory("hms-script");
      Options quiet =
          Options.defaults().toBuilder()
              .outOfOrderWindow(Duration.ofDays(100_000))
              .retention(Duration.ofDays(100_000))
              .maxAhead(Duration.ofDays(100_000))
              .build()
              .withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
      db = Tsdb.open(directory, quiet);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Appender appender() {
    return new PlacingAppender();
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException {
    return db.querier(minTimeMs, maxTimeMs);
  }

  @Override
  public void close() throws TsdbException {
    try {
      db.close();
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (TsdbException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Sample(long ref, long timestampMs, double value, @Nullable Histogram histogram) {}

  /** Keeps a batch until its commit, to store the older part first. */
  private final class PlacingAppender implements Appender {
    private final Appender appender = db.appender();
    private final List<Sample> samples = new ArrayList<>();
    private final List<Long> startsMs = new ArrayList<>();

    @Override
    public long series(Labels labels) throws TsdbException {
      return appender.series(labels);
    }

    @Override
    public void add(long ref, long timestampMs, double value) {
      samples.add(new Sample(ref, timestampMs, value, null));
      startsMs.add(0L);
    }

    @Override
    public void add(long ref, long timestampMs, Histogram histogram) {
      samples.add(new Sample(ref, timestampMs, 0, histogram));
      startsMs.add(0L);
    }

    @Override
    public void startTimestamp(long startTimestampMs) {
      startsMs.set(startsMs.size() - 1, startTimestampMs);
    }

    @Override
    public void add(long ref, Exemplar exemplar) {
      appender.add(ref, exemplar);
    }

    @Override
    public void metadata(String family, Metadata metadata) {
      appender.metadata(family, metadata);
    }

    @Override
    public int size() {
      return samples.size();
    }

    @Override
    public CommitResult commit() throws TsdbException {
      long middleMs =
          switch (layout) {
            case HEAD -> Long.MIN_VALUE;
            case BLOCKS -> Long.MAX_VALUE;
            case MIXED -> {
              long[] times = samples.stream().mapToLong(Sample::timestampMs).sorted().toArray();
              yield times.length == 0 ? 0 : times[times.length / 2];
            }
          };
      CommitResult first = commit(sample -> sample.timestampMs <= middleMs);
      if (layout != Layout.HEAD) {
        try {
          db.compact();
        } catch (TsdbException e) {
          throw e;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      CommitResult second = commit(sample -> sample.timestampMs > middleMs);
      samples.clear();
      startsMs.clear();
      List<CommitResult.Rejection> rejections = new ArrayList<>(first.rejections());
      rejections.addAll(second.rejections());
      return new CommitResult(
          first.accepted() + second.accepted(),
          first.duplicates() + second.duplicates(),
          rejections);
    }

    private CommitResult commit(java.util.function.Predicate<Sample> wanted) throws TsdbException {
      for (int i = 0; i < samples.size(); i++) {
        Sample sample = samples.get(i);
        if (wanted.test(sample)) {
          if (sample.histogram != null) {
            appender.add(sample.ref, sample.timestampMs, sample.histogram);
          } else {
            appender.add(sample.ref, sample.timestampMs, sample.value);
          }
          appender.startTimestamp(startsMs.get(i));
        }
      }
      return appender.commit();
    }

    @Override
    public void rollback() {
      samples.clear();
      startsMs.clear();
      appender.rollback();
    }
  }
}
