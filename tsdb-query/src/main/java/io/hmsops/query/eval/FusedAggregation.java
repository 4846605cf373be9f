package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryFailure;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates the columns of a stream as they are computed, so that memory is taken for groups, not
 * for series. Series are taken group by group ({@link GroupedSeries}), so that a morsel has few
 * groups; each morsel has its own part of each, and parts are merged in series order.
 */
final class FusedAggregation<F extends Fold> {
  private final AggregationCall call;
  private final ColumnStream stream;
  private final AggregationGroups grouping;
  private final Function<AggregationCall, F> factory;

  /** What a fold holds, in samples. */
  private final long cellsPerGroup;

  private final Map<AggregationGroups.Key, Group<F>> groups = new LinkedHashMap<>();
  private final Set<Labels> names = new HashSet<>();
  private final AtomicLong heldGroups = new AtomicLong();

  /** One group, or a morsel's part of it. */
  static final class Group<F> {
    private final F fold;

    /** The number of its first series with a sample. */
    private final int first;

    private boolean dropName;

    Group(F fold, int first) {
      this.fold = fold;
      this.first = first;
    }

    F fold() {
      return fold;
    }

    boolean dropName() {
      return dropName;
    }
  }

  private record Part<F>(
      Map<AggregationGroups.Key, Group<F>> groups, Annotations annotations, List<Labels> names) {}

  FusedAggregation(
      AggregationCall call,
      ColumnStream stream,
      AggregationGroups grouping,
      long cellsPerGroup,
      Function<AggregationCall, F> factory) {
    this.call = call;
    this.stream = stream;
    this.grouping = grouping;
    this.cellsPerGroup = cellsPerGroup;
    this.factory = factory;
  }

  /** The groups in the order of their first columns. What they hold is given back already. */
  Map<AggregationGroups.Key, Group<F>> run() {
    Workers workers = call.context().workers();
    GroupedSeries series =
        stream.count() <= workers.morselSeries() || grouping.isOne()
            ? GroupedSeries.ungrouped(stream, grouping)
            : GroupedSeries.group(stream, grouping, call.context().budget());
    try {
      Morsels.run(workers, stream.count(), morsel -> compute(morsel, series), this::merge);
    } finally {
      call.context().budget().release(cellsPerGroup * heldGroups.get());
    }
    stream.close();
    return inOrder();
  }

  private Map<AggregationGroups.Key, Group<F>> inOrder() {
    Map<AggregationGroups.Key, Group<F>> ordered = LinkedHashMap.newLinkedHashMap(groups.size());
    groups.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().first))
        .forEachOrdered(entry -> ordered.put(entry.getKey(), entry.getValue()));
    return ordered;
  }

  private Part<F> compute(Morsels.Morsel morsel, GroupedSeries series) {
    EvalContext context = call.context().withAnnotations(new Annotations());
    Scratch scratch = context.scratches().take();
    Part<F> part = new Part<>(new LinkedHashMap<>(), context.annotations(), new ArrayList<>());
    MorselFold fold = new MorselFold(call.in(context), part, stream.begin(context, scratch));
    Column column = scratch.takeColumn(stream.steps());
    Approach approach = new Approach(stream, morsel, series::at);
    for (int place = morsel.from(); place < morsel.to(); place++) {
      approach.to(place);
      int i = series.at(place);
      fold.computation.compute(i, column);
      if (column.hasHistograms()) {
        fold.add(i, series.key(i), column.named(stream.labels(i), stream.dropName(i)));
        column = scratch.takeColumn(stream.steps());
      } else if (!column.isEmpty()) {
        fold.add(i, series.key(i), column);
        column = column.cleared();
      }
    }
    scratch.recycle(column);
    context.scratches().give(scratch);
    return part;
  }

  /** Puts the columns of one morsel into groups. */
  private final class MorselFold {
    private final AggregationCall morselCall;
    private final Part<F> part;
    private final ColumnStream.Computation computation;
    private AggregationGroups.@Nullable Key lastKey;
    private @Nullable Group<F> lastGroup;

    MorselFold(AggregationCall morselCall, Part<F> part, ColumnStream.Computation computation) {
      this.morselCall = morselCall;
      this.part = part;
      this.computation = computation;
    }

    void add(int index, AggregationGroups.Key key, Column column) {
      if (stream.mustDiffer() && !stream.isUnique(index)) {
        part.names().add(stream.labels(index));
      }
      Group<F> group = group(index, key);
      group.dropName |= stream.dropName(index);
      group.fold.add(index, column);
    }

    private Group<F> group(int index, AggregationGroups.Key key) {
      Group<F> group = lastGroup;
      if (group == null || !key.equals(lastKey)) {
        group = part.groups().get(key);
        if (group == null) {
          heldGroups.incrementAndGet();
          morselCall.context().budget().hold(cellsPerGroup);
          group = new Group<>(factory.apply(morselCall), index);
          part.groups().put(key, group);
        }
        lastKey = key;
        lastGroup = group;
      }
      return group;
    }
  }

  private void merge(Part<F> part) {
    call.context().annotations().addAll(part.annotations());
    for (Labels labels : part.names()) {
      if (!names.add(labels)) {
        throw QueryFailure.execution(MetricNames.SAME_LABELS);
      }
    }
    part.groups()
        .forEach(
            (key, later) -> {
              Group<F> group = groups.putIfAbsent(key, later);
              if (group == null) {
                later.fold.settle(call);
              } else {
                group.fold.merge(later.fold);
                group.dropName |= later.dropName;
                heldGroups.decrementAndGet();
                call.context().budget().release(cellsPerGroup);
              }
            });
  }
}
