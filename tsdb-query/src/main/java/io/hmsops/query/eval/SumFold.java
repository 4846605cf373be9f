package io.hmsops.query.eval;

import io.hmsops.query.ast.AggregationOperator;
import io.hmsops.tsdb.sample.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code sum} and {@code avg}, of floats or of histograms. Histograms are not added up in parts:
 * which of them go together depends on their order, and on where the first float stands.
 */
final class SumFold implements Fold {
  private AggregationCall call;
  private final @Nullable KahanColumn sums;
  private final @Nullable MeanColumn means;

  /** A bit for each step that has a float. */
  private final long[] seen;

  /** The number of the first series with a float at a step; the largest number if there is none. */
  private final int[] firstFloats;

  private final List<Member> withHistograms = new ArrayList<>();
  private @Nullable HistogramFold histograms;

  private record Member(int index, Column column) {}

  SumFold(AggregationCall call) {
    this.call = call;
    boolean average = call.aggregate().operator() == AggregationOperator.AVG;
    sums = average ? null : new KahanColumn(call.steps());
    means = average ? new MeanColumn(call.steps()) : null;
    seen = new long[Column.words(call.steps())];
    firstFloats = new int[call.steps()];
    Arrays.fill(firstFloats, Integer.MAX_VALUE);
  }

  @Override
  public void add(int index, Column member) {
    noteFirstFloats(index, member.floatBits());
    if (sums != null) {
      sums.add(member);
    } else if (means != null) {
      means.add(member);
    }
    if (member.hasHistograms()) {
      withHistograms.add(new Member(index, member));
    }
  }

  private void noteFirstFloats(int index, long[] bits) {
    for (int word = 0; word < seen.length; word++) {
      long added = bits[word] & ~seen[word];
      seen[word] |= added;
      for (; added != 0; added &= added - 1) {
        firstFloats[(word << 6) + Long.numberOfTrailingZeros(added)] = index;
      }
    }
  }

  @Override
  public void settle(AggregationCall whole) {
    call = whole;
    addHistograms(withHistograms);
    withHistograms.clear();
  }

  @Override
  public void merge(Fold later) {
    SumFold other = (SumFold) later;
    if (sums != null && other.sums != null) {
      sums.merge(other.sums);
    } else if (means != null && other.means != null) {
      means.merge(other.means);
    }
    for (int step = 0; step < firstFloats.length; step++) {
      firstFloats[step] = Math.min(firstFloats[step], other.firstFloats[step]);
    }
    for (int word = 0; word < seen.length; word++) {
      seen[word] |= other.seen[word];
    }
    addHistograms(other.withHistograms);
  }

  private void addHistograms(List<Member> members) {
    if (members.isEmpty()) {
      return;
    }
    HistogramFold fold = histograms;
    if (fold == null) {
      fold = new HistogramFold(call, means != null);
      histograms = fold;
    }
    for (Member member : members) {
      fold.add(member.index(), member.column(), firstFloats);
    }
  }

  @Override
  public void finish(Column out) {
    for (int step = 0; step < firstFloats.length; step++) {
      HistogramFold fold = histograms;
      if (fold != null && fold.has(step)) {
        Histogram result = fold.finish(step, firstFloats[step]);
        if (result != null) {
          out.set(step, result);
        }
      } else if (sums != null && sums.has(step)) {
        out.set(step, sums.value(step));
      } else if (means != null && means.has(step)) {
        out.set(step, means.value(step));
      }
    }
  }
}
