package io.hmsops.tsdb.head;

import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of a batch before its commit; reused, so that steady appending allocates nothing. */
final class Batch {
  record NewExemplar(long ref, int number, Exemplar exemplar) {}

  record NewMetadata(String family, Metadata metadata) {}

  /** How many times series had been taken out of the head when the batch was begun. */
  long removals;

  /** The references that {@link #numbers} stand for. */
  long[] refs = new long[64];

  int[] numbers = new int[64];
  long[] timestampsMs = new long[64];
  double[] values = new double[64];
  @Nullable Histogram[] histograms = new @Nullable Histogram[64];
  long[] startsMs = new long[64];
  boolean[] accepted = new boolean[64];
  boolean[] late = new boolean[64];

  /** What was the newest sample of the series before: to be put back if the batch is not stored. */
  long[] beforeMs = new long[64];

  double[] beforeValues = new double[64];
  @Nullable Histogram[] beforeHistograms = new @Nullable Histogram[64];
  boolean[] beforeKnown = new boolean[64];

  /** How many series were created for it. */
  int created;

  final List<NewExemplar> exemplars = new ArrayList<>();
  final List<NewMetadata> metadata = new ArrayList<>();
  int size;

  void add(long ref, int number, long timestampMs, double value, @Nullable Histogram histogram) {
    if (size == numbers.length) {
      int capacity = 2 * size;
      refs = Arrays.copyOf(refs, capacity);
      numbers = Arrays.copyOf(numbers, capacity);
      timestampsMs = Arrays.copyOf(timestampsMs, capacity);
      values = Arrays.copyOf(values, capacity);
      histograms = Arrays.copyOf(histograms, capacity);
      startsMs = Arrays.copyOf(startsMs, capacity);
      accepted = Arrays.copyOf(accepted, capacity);
      late = Arrays.copyOf(late, capacity);
      beforeMs = Arrays.copyOf(beforeMs, capacity);
      beforeValues = Arrays.copyOf(beforeValues, capacity);
      beforeHistograms = Arrays.copyOf(beforeHistograms, capacity);
      beforeKnown = Arrays.copyOf(beforeKnown, capacity);
    }
    refs[size] = ref;
    numbers[size] = number;
    timestampsMs[size] = timestampMs;
    values[size] = value;
    histograms[size] = histogram;
    startsMs[size] = 0;
    size++;
  }

  boolean isEmpty() {
    return size == 0 && exemplars.isEmpty();
  }

  /** Finds the series anew, after some have left the head. */
  void resolve(Resolver resolver) throws TsdbException {
    for (int i = 0; i < size; i++) {
      numbers[i] = resolver.number(refs[i]);
    }
    for (int i = 0; i < exemplars.size(); i++) {
      NewExemplar old = exemplars.get(i);
      exemplars.set(i, new NewExemplar(old.ref, resolver.number(old.ref), old.exemplar));
    }
  }

  /** Knows the numbers of series. */
  @FunctionalInterface
  interface Resolver {
    int number(long ref) throws TsdbException;
  }

  void clear() {
    Arrays.fill(histograms, 0, size, null);
    Arrays.fill(beforeHistograms, 0, size, null);
    exemplars.clear();
    metadata.clear();
    created = 0;
    size = 0;
  }

  /** Takes a sample as the newest of its series. */
  void acceptNewest(int i, SeriesTable table) {
    noteBefore(i, table);
    table.newest().set(numbers[i], timestampsMs[i], values[i], histograms[i], true);
    accepted[i] = true;
    late[i] = false;
  }

  /** Takes a sample behind the newest of its series. */
  void acceptLate(int i, SeriesTable table) {
    noteBefore(i, table);
    accepted[i] = true;
    late[i] = true;
  }

  private void noteBefore(int i, SeriesTable table) {
    int number = numbers[i];
    beforeMs[i] = table.newest().timeMs(number);
    beforeValues[i] = table.newest().value(number);
    beforeHistograms[i] = table.newest().histogram(number);
    beforeKnown[i] = table.newest().isKnown(number);
  }

  /** Makes undone what the check has noted in the series. */
  void undo(SeriesTable table) {
    for (int i = size - 1; i >= 0; i--) {
      if (accepted[i] && !late[i]) {
        table
            .newest()
            .set(numbers[i], beforeMs[i], beforeValues[i], beforeHistograms[i], beforeKnown[i]);
      }
    }
  }
}
