package io.hmsops.tsdb.head;

import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of a batch before its commit; reused, so that steady appending allocates nothing. */
final class Batch {
  record NewExemplar(long ref, Exemplar exemplar) {
    int number() {
      return (int) ref - 1;
    }
  }

  record NewMetadata(String family, Metadata metadata) {}

  /** The sample is stored. */
  static final int ACCEPTED = 1;

  /** It is behind a newer one of its series. */
  static final int LATE = 2;

  /** The value of the newest sample before it was known. */
  static final int WAS_KNOWN = 4;

  /** Its series is one that the log does not name yet. */
  static final int UNLOGGED = 8;

  /** So many samples are looked at ahead, for their memory to arrive side by side. */
  static final int BLOCK = 32;

  /** How many times series had been taken out of the head when the batch was begun. */
  long removals;

  /** References of series in the head: their numbers are the low halves less 1. */
  long[] refs = new long[64];

  long[] timestampsMs = new long[64];
  double[] values = new double[64];
  byte[] flags = new byte[64];

  /** What was the newest sample of the series before: to be put back if the batch is not stored. */
  long[] beforeMs = new long[64];

  double[] beforeValues = new double[64];

  /** Whether there is more than floats: most batches leave the columns below as they are. */
  private boolean rich;

  /** Null for a float, and behind the end. */
  private @Nullable Histogram[] histograms = {};

  /** {@link SampleBatch#NO_START_TIMESTAMP} where there is none, and behind the end. */
  private long[] startsMs = {};

  private boolean replacesHistograms;

  /** Null where the newest sample before was a float, and behind the end. */
  private @Nullable Histogram[] beforeHistograms = {};

  /** How many series were created for it. */
  int created;

  final List<NewExemplar> exemplars = new ArrayList<>();
  final List<NewMetadata> metadata = new ArrayList<>();
  int size;

  void add(long ref, long timestampMs, double value) {
    if (size == refs.length) {
      grow(2 * size);
    }
    refs[size] = ref;
    timestampsMs[size] = timestampMs;
    values[size] = value;
    size++;
  }

  void add(long ref, long timestampMs, Histogram histogram) {
    add(ref, timestampMs, 0);
    if (histograms.length < refs.length) {
      histograms = Arrays.copyOf(histograms, refs.length);
    }
    rich = true;
    histograms[size - 1] = histogram;
  }

  private void grow(int capacity) {
    refs = Arrays.copyOf(refs, capacity);
    timestampsMs = Arrays.copyOf(timestampsMs, capacity);
    values = Arrays.copyOf(values, capacity);
    flags = Arrays.copyOf(flags, capacity);
    beforeMs = Arrays.copyOf(beforeMs, capacity);
    beforeValues = Arrays.copyOf(beforeValues, capacity);
  }

  /** Gives the sample added last a start timestamp. */
  void setStart(long startMs) {
    if (startsMs.length < refs.length) {
      startsMs = Arrays.copyOf(startsMs, refs.length);
    }
    rich = true;
    startsMs[size - 1] = startMs;
  }

  int number(int i) {
    return (int) refs[i] - 1;
  }

  @Nullable Histogram histogram(int i) {
    return rich && i < histograms.length ? histograms[i] : null;
  }

  long startMs(int i) {
    return rich && i < startsMs.length ? startsMs[i] : SampleBatch.NO_START_TIMESTAMP;
  }

  /** {@return whether a sample is a float without start timestamp} */
  boolean isFloat(int i) {
    return !rich || (histogram(i) == null && startMs(i) == SampleBatch.NO_START_TIMESTAMP);
  }

  boolean is(int i, int flag) {
    return (flags[i] & flag) != 0;
  }

  boolean isEmpty() {
    return size == 0 && exemplars.isEmpty();
  }

  /** Finds the series anew, after some have left the head. */
  void resolve(Resolver resolver) throws TsdbException {
    for (int i = 0; i < size; i++) {
      refs[i] = resolver.current(refs[i]);
    }
    for (int i = 0; i < exemplars.size(); i++) {
      NewExemplar old = exemplars.get(i);
      exemplars.set(i, new NewExemplar(resolver.current(old.ref), old.exemplar));
    }
  }

  /** Knows the references of series. */
  @FunctionalInterface
  interface Resolver {
    long current(long ref) throws TsdbException;
  }

  void clear() {
    if (rich) {
      Arrays.fill(histograms, 0, Math.min(size, histograms.length), null);
      Arrays.fill(startsMs, 0, Math.min(size, startsMs.length), SampleBatch.NO_START_TIMESTAMP);
      rich = false;
    }
    if (replacesHistograms) {
      Arrays.fill(beforeHistograms, 0, Math.min(size, beforeHistograms.length), null);
      replacesHistograms = false;
    }
    exemplars.clear();
    metadata.clear();
    created = 0;
    size = 0;
  }

  /** Takes a sample as the newest of its series. */
  void acceptNewest(int i, SeriesTable table) {
    noteBefore(i, table, ACCEPTED);
    table.newest().set(number(i), timestampsMs[i], values[i], histogram(i), true);
  }

  /** Takes a sample behind the newest of its series. */
  void acceptLate(int i, SeriesTable table) {
    noteBefore(i, table, ACCEPTED | LATE);
  }

  private void noteBefore(int i, SeriesTable table, int accepted) {
    int number = number(i);
    beforeMs[i] = table.newest().timeMs(number);
    beforeValues[i] = table.newest().value(number);
    Histogram histogram = table.newest().histogram(number);
    if (histogram != null) {
      if (beforeHistograms.length < refs.length) {
        beforeHistograms = Arrays.copyOf(beforeHistograms, refs.length);
      }
      replacesHistograms = true;
      beforeHistograms[i] = histogram;
    }
    flags[i] =
        (byte)
            (accepted
                | (table.newest().isKnown(number) ? WAS_KNOWN : 0)
                | (table.isLogged(number) ? 0 : UNLOGGED));
  }

  /** Makes undone what the check has noted in the series. */
  void undo(SeriesTable table) {
    for (int i = size - 1; i >= 0; i--) {
      if (is(i, ACCEPTED) && !is(i, LATE)) {
        table
            .newest()
            .set(
                number(i),
                beforeMs[i],
                beforeValues[i],
                replacesHistograms && i < beforeHistograms.length ? beforeHistograms[i] : null,
                is(i, WAS_KNOWN));
      }
    }
  }
}
