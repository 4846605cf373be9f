package io.hmsops.query.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code topk} and {@code bottomk}: at each step the k best floats of each group. NaN is worst in
 * both; of equals the earlier series is better.
 */
final class RankSelection {
  private final AggregationCall call;
  private final double[] parameters;
  private final boolean largest;

  RankSelection(AggregationCall call, double[] parameters, boolean largest) {
    this.call = call;
    this.parameters = parameters;
    this.largest = largest;
  }

  /** A series and where its chosen samples go. */
  private record Candidate(Column from, Column to) {}

  SeriesMatrix select(List<Aggregation.Group> groups) {
    Set<Column> ordered = new LinkedHashSet<>();
    for (Aggregation.Group group : groups) {
      call.context().budget().check();
      List<Candidate> candidates = new ArrayList<>();
      for (Column member : group.members()) {
        candidates.add(
            new Candidate(member, new Column(member.labels(), member.dropName(), call.steps())));
      }
      for (int step = 0; step < call.steps(); step++) {
        select(candidates, step, ordered);
      }
    }
    return new SeriesMatrix(call.steps(), List.copyOf(ordered));
  }

  private void select(List<Candidate> candidates, int step, Set<Column> ordered) {
    int k = CountParameter.of(parameters[step], call.seriesCount());
    List<Candidate> present = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.from().histogram(step) != null) {
        informIgnored(k);
      } else if (candidate.from().hasFloat(step)) {
        present.add(candidate);
      }
    }
    if (k < 1) {
      return;
    }
    present.sort(order(step));
    for (Candidate candidate : present.subList(0, Math.min(k, present.size()))) {
      candidate.to().set(step, candidate.from().value(step));
      ordered.add(candidate.to());
    }
  }

  private void informIgnored(int k) {
    if (k >= 1) {
      call.context()
          .annotations()
          .inform(
              Texts.ignoredHistogramIn(call.aggregate().operator().symbol()),
              call.aggregate().span());
    }
  }

  private Comparator<Candidate> order(int step) {
    return (a, b) -> {
      double left = a.from().value(step);
      double right = b.from().value(step);
      if (Double.isNaN(left) || Double.isNaN(right)) {
        return Boolean.compare(Double.isNaN(left), Double.isNaN(right));
      }
      if (left == right) {
        return 0;
      }
      return largest == left > right ? -1 : 1;
    };
  }
}
