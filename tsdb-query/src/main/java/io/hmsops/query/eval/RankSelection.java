package io.hmsops.query.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code topk} and {@code bottomk}: at each step the k best floats of each group. */
final class RankSelection {
  /** More than this many a step are chosen among columns in memory rather than from a stream. */
  private static final int MAX_STREAMED = 64;

  private final AggregationCall call;
  private final double[] parameters;
  private final boolean largest;

  RankSelection(AggregationCall call, double[] parameters, boolean largest) {
    this.call = call;
    this.parameters = parameters;
    this.largest = largest;
  }

  /** How many are chosen at each step among so many series. */
  private int[] limits(int seriesCount) {
    int[] limits = new int[parameters.length];
    for (int step = 0; step < limits.length; step++) {
      limits[step] = Math.max(0, CountParameter.of(parameters[step], seriesCount));
    }
    return limits;
  }

  /** Whether choosing so many needs little memory beside that of the result. */
  static boolean canStream(double[] parameters) {
    for (double parameter : parameters) {
      if (!(parameter <= MAX_STREAMED)) {
        return false;
      }
    }
    return true;
  }

  SeriesMatrix select(ColumnStream stream, AggregationGroups grouping) {
    int[] limits = limits(stream.count());
    long cells = (long) call.steps() * Math.max(1, Ranks.widest(limits));
    FusedAggregation<Ranks> aggregation =
        new FusedAggregation<>(
            call, stream, grouping, cells, partCall -> new Ranks(partCall, largest, limits));
    Map<Integer, Column> chosen = new LinkedHashMap<>();
    for (FusedAggregation.Group<Ranks> group : aggregation.run().values()) {
      group
          .fold()
          .finish(
              chosen,
              index -> new Column(stream.labels(index), stream.dropName(index), call.steps()));
    }
    return new SeriesMatrix(call.steps(), List.copyOf(chosen.values()));
  }

  SeriesMatrix select(List<Aggregation.Group> groups) {
    List<Column> chosen = new ArrayList<>();
    for (Aggregation.Group group : groups) {
      call.context().budget().check();
      List<Column> members = group.members();
      Ranks ranks = new Ranks(call, largest, limits(members.size()));
      for (int i = 0; i < members.size(); i++) {
        ranks.add(i, members.get(i));
      }
      Map<Integer, Column> ofGroup = new LinkedHashMap<>();
      ranks.finish(
          ofGroup,
          index ->
              new Column(members.get(index).labels(), members.get(index).dropName(), call.steps()));
      chosen.addAll(ofGroup.values());
    }
    return new SeriesMatrix(call.steps(), chosen);
  }
}
