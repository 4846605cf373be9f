package io.hmsops.server.app;

import io.hmsops.server.ingest.exposition.PageParser;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The samples of an OpenMetrics file, on their way into a store. The file goes series by series, a
 * store takes samples in the order of time: so all are read first and sorted, in temporary files if
 * they are many, then written by time. Series, a bounded number of samples and the newest exemplars
 * are in memory.
 */
final class OpenMetricsImport implements Closeable {
  /** Samples a commit. */
  private static final int BATCH = 10_000;

  /** After so many commits the store moves what is old enough into blocks. */
  private static final int COMMITS_BETWEEN_CUTS = 50;

  private static final int SAMPLES_IN_MEMORY = 1 << 20;
  private static final int PIECE_BYTES = 4 << 20;

  private final int maxExemplars;
  private final Map<Labels, Integer> series = new LinkedHashMap<>();
  private final SampleRuns samples;
  private final List<SeriesExemplar> exemplars = new ArrayList<>();
  private long exemplarCount;

  private record SeriesExemplar(int series, Exemplar exemplar) {}

  /**
   * What became of the samples.
   *
   * @param accepted how many were stored
   * @param duplicates how many were there already
   * @param refused how many could not be stored
   * @param firstRefusal why the first of them was refused
   */
  record Outcome(long accepted, long duplicates, long refused, Optional<String> firstRefusal) {}

  /**
   * Creates an empty import.
   *
   * @param temporary where temporary files are made
   * @param maxExemplars how many exemplars the store keeps
   */
  OpenMetricsImport(Path temporary, int maxExemplars) {
    this(temporary, maxExemplars, SAMPLES_IN_MEMORY);
  }

  /** With another number of samples in memory, for tests. */
  OpenMetricsImport(Path temporary, int maxExemplars, int samplesInMemory) {
    this.maxExemplars = maxExemplars;
    this.samples = new SampleRuns(samplesInMemory, temporary);
  }

  long exemplarCount() {
    return exemplarCount;
  }

  int seriesCount() {
    return series.size();
  }

  /**
   * Reads a file.
   *
   * @param name its name, for messages
   * @param in its bytes
   * @throws Failure if there is a mistake in it
   * @throws IOException if it cannot be read or a temporary file cannot be written
   */
  void read(String name, InputStream in) throws Failure, IOException {
    read(name, in, PIECE_BYTES);
  }

  /** With pieces of another size, for tests. */
  void read(String name, InputStream in, int pieceBytes) throws Failure, IOException {
    OpenMetricsFile file = new OpenMetricsFile(name, in, pieceBytes);
    file.read(parser -> add(file, parser));
  }

  private void add(OpenMetricsFile file, PageParser parser) throws Failure, IOException {
    Labels labels = parser.labels();
    String repeated = parser.repeatedLabel(labels);
    if (repeated != null) {
      throw file.mistake(
          parser, "%s: label name \"%s\" is not unique".formatted(labels, repeated), null);
    }
    if (!parser.hasTimestamp()) {
      throw file.mistake(parser, labels + " has no timestamp", null);
    }
    int index = series.computeIfAbsent(labels, unknown -> series.size());
    samples.add(index, parser.timestampMs(), parser.value());
    Exemplar exemplar = parser.exemplar(parser.timestampMs());
    if (exemplar != null) {
      exemplarCount++;
      exemplars.add(new SeriesExemplar(index, exemplar));
      if (exemplars.size() >= 2L * Math.max(BATCH, maxExemplars)) {
        dropOldExemplars();
      }
    }
  }

  /** The store would keep no more. */
  private void dropOldExemplars() {
    sortExemplars();
    exemplars.subList(0, Math.max(0, exemplars.size() - maxExemplars)).clear();
  }

  private void sortExemplars() {
    exemplars.sort(Comparator.comparingLong(one -> one.exemplar().timestampMs()));
  }

  /**
   * Writes all that was read, by time.
   *
   * @param store where to
   * @return what became of it
   * @throws IOException if the store or a temporary file fails
   */
  Outcome writeTo(Tsdb store) throws IOException {
    Writer writer = new Writer(store);
    samples.drainTo(writer::add);
    writer.commit();
    sortExemplars();
    for (SeriesExemplar one : exemplars) {
      writer.appender.add(writer.refs[one.series()], one.exemplar());
    }
    var _ = writer.appender.commit();
    return new Outcome(
        writer.accepted, writer.duplicates, writer.refused, Optional.ofNullable(writer.first));
  }

  /** Appends batch by batch. */
  private final class Writer {
    private final Tsdb store;
    private final Appender appender;
    private final long[] refs;
    private long accepted;
    private long duplicates;
    private long refused;
    private int commits;
    private @Nullable String first;

    Writer(Tsdb store) throws IOException {
      this.store = store;
      this.appender = store.appender();
      this.refs = new long[series.size()];
      for (Map.Entry<Labels, Integer> entry : series.entrySet()) {
        refs[entry.getValue()] = appender.series(entry.getKey());
      }
    }

    void add(int ofSeries, long timestampMs, double value) throws IOException {
      appender.add(refs[ofSeries], timestampMs, value);
      if (appender.size() >= BATCH) {
        commit();
        if (++commits % COMMITS_BETWEEN_CUTS == 0) {
          store.maintain();
        }
      }
    }

    void commit() throws IOException {
      CommitResult result = appender.commit();
      accepted += result.accepted();
      duplicates += result.duplicates();
      refused += result.rejections().size();
      if (first == null && !result.rejections().isEmpty()) {
        first = result.rejections().getFirst().message();
      }
    }
  }

  /** Deletes the temporary files. */
  @Override
  public void close() throws IOException {
    samples.close();
  }
}
