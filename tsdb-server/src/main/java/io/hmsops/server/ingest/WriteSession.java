package io.hmsops.server.ingest;

import io.hmsops.server.http.HttpException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.SeriesLimitException;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xerial.snappy.Snappy;

/**
 * Stores remote write 1.0 requests one after another, each with one commit. Keeps its buffers, so
 * that a request of known series allocates next to nothing. Not thread-safe.
 */
final class WriteSession {
  /** How far ahead of the clock a sample may be. */
  static final long MAX_AHEAD_MS = 600_000;

  /** Larger buffers are not kept for the next request. */
  private static final int KEPT_BYTES = 4 << 20;

  /** In the place of a reference: a series that is left out, or one without samples. */
  private static final long SKIPPED = 0;

  private static final long EMPTY = -1;

  private final KnownSeries known;
  private final Appender appender;
  private final RequestColumns columns;
  private byte[] message = {};
  private long[] refs = {};

  WriteSession(SampleStore store, KnownSeries known, LabelHash hash) {
    this.known = known;
    this.appender = store.appender();
    this.columns = new RequestColumns(hash);
  }

  /** What became of a request that was stored whole. */
  record Outcome(int accepted, int skippedSeries) {}

  /**
   * Stores a request. What can be stored is stored, even if some of it is refused.
   *
   * @throws HttpException 400 if it is not such a request, or samples were refused; the text says
   *     which, up to ten of them
   * @throws TsdbException if nothing was stored
   */
  Outcome store(byte[] body, long nowMs, Cancellation cancellation) throws TsdbException {
    int length = decompress(body);
    WriteBatch others = new WriteBatch();
    if (columns.read(message, length)) {
      for (int i = 0; i < columns.otherCount(); i++) {
        WriteRequestReader.readSeries(message, columns.otherStart(i), columns.otherEnd(i), others);
      }
      for (int i = 0; i < columns.metadataCount(); i++) {
        WriteRequestReader.readMetadata(
            message, columns.metadataStart(i), columns.metadataEnd(i), others);
      }
    } else {
      // The other reader says what is wrong.
      columns.clear();
      others = WriteRequestReader.read(message, length);
    }
    return commit(others, nowMs + MAX_AHEAD_MS, cancellation);
  }

  private Outcome commit(WriteBatch others, long maxMs, Cancellation cancellation)
      throws TsdbException {
    List<String> refusals = new ArrayList<>(0);
    int skipped;
    try {
      skipped = appendKnown(maxMs, refusals);
      skipped += others.append(appender, maxMs, refusals);
      // Nobody would learn of the commit: better to let the sender repeat it whole.
      cancellation.check();
    } catch (TsdbException | RuntimeException e) {
      appender.rollback();
      throw e;
    }
    CommitResult result = appender.commit();
    result.rejections().forEach(r -> refusals.add(Refusals.text(r)));
    if (!refusals.isEmpty()) {
      throw new HttpException(400, Refusals.message(refusals, result.accepted()));
    }
    return new Outcome(result.accepted(), skipped);
  }

  /** Adds the floats to the appender, or {@return how many series are left out} */
  private int appendKnown(long maxMs, List<String> refusals) throws TsdbException {
    try {
      int skipped = findSeries(refusals);
      append(maxMs, refusals);
      return skipped;
    } catch (IllegalArgumentException outdated) {
      // The store has forgotten a series that nobody wrote to for long: all are looked up anew.
      known.clear();
      appender.rollback();
      refusals.clear();
      int skipped = findSeries(refusals);
      append(maxMs, refusals);
      return skipped;
    }
  }

  /** Finds or creates the series, or {@return how many are left out for their labels} */
  private int findSeries(List<String> refusals) throws TsdbException {
    int count = columns.seriesCount();
    if (refs.length < count) {
      refs = new long[Math.max(count, 2 * refs.length)];
    }
    int skipped = 0;
    // A loop of its own: the look-ups do not wait for each other's memory.
    for (int i = 0; i < count; i++) {
      refs[i] = known.find(columns.high(i), columns.low(i));
    }
    for (int i = 0; i < count; i++) {
      if (refs[i] == 0) {
        int refusedBefore = refusals.size();
        refs[i] = resolve(i, refusals);
        skipped += refs[i] == SKIPPED && refusals.size() == refusedBefore ? 1 : 0;
      }
    }
    return skipped;
  }

  private long resolve(int series, List<String> refusals) throws TsdbException {
    Optional<Labels> labels = labels(series);
    if (labels.isEmpty()) {
      return SKIPPED;
    }
    if (columns.firstSample(series) == columns.sampleEnd(series)) {
      return EMPTY;
    }
    long ref;
    try {
      ref = appender.series(labels.get());
    } catch (SeriesLimitException e) {
      // The others of the request, and above all those that exist, are stored.
      refusals.add(String.valueOf(e.getMessage()));
      return SKIPPED;
    }
    known.put(columns.high(series), columns.low(series), ref);
    return ref;
  }

  private Optional<Labels> labels(int series) {
    return WriteRequestReader.readLabels(
        message, columns.labelsStart(series), columns.labelsEnd(series));
  }

  private void append(long maxMs, List<String> refusals) {
    int sample = 0;
    for (int series = 0; series < columns.seriesCount(); series++) {
      long ref = refs[series];
      int end = columns.sampleEnd(series);
      for (; sample < end; sample++) {
        long timestampMs = columns.timestampMs(sample);
        if (ref == SKIPPED) {
          continue;
        }
        if (timestampMs <= maxMs) {
          appender.add(ref, timestampMs, columns.value(sample));
        } else {
          Refusals.addTooFar(timestampMs, labels(series).orElse(Labels.EMPTY), refusals);
        }
      }
    }
  }

  private int decompress(byte[] body) {
    try {
      int length = Snappy.uncompressedLength(body);
      if (length > RemoteWriteHandler.MAX_DECODED_BYTES) {
        throw new HttpException(
            400,
            "snappy: decoded length %d is above the limit of %d bytes\n"
                .formatted(length, RemoteWriteHandler.MAX_DECODED_BYTES));
      }
      // The length is the sender's word: no compressed byte can stand for more than 64.
      if (length < 0 || length > 64L * body.length + 64) {
        throw new HttpException(
            400, "snappy: corrupt input: %d bytes cannot hold %d\n".formatted(body.length, length));
      }
      if (message.length < length) {
        message = new byte[Math.max(length, Math.min(2 * message.length, KEPT_BYTES))];
      }
      return Snappy.rawUncompress(body, 0, body.length, message, 0);
    } catch (IOException e) {
      throw new HttpException(400, "snappy: corrupt input: %s\n".formatted(e.getMessage()));
    }
  }

  /** {@return whether the buffers are small enough to be kept for another request} */
  boolean mayBeKept() {
    return message.length <= KEPT_BYTES;
  }
}
