package io.hmsops.query.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Computes all columns of a stream: a morsel of them by one worker, put together in order. */
final class ColumnCollection {
  private final EvalContext context;
  private final ColumnStream stream;
  private final List<Column> columns = new ArrayList<>();
  private final AtomicLong held = new AtomicLong();
  private boolean allUnique = true;

  /** The columns of one morsel that have a sample. */
  private record Part(List<Column> columns, Annotations annotations, boolean unique) {}

  ColumnCollection(EvalContext context, ColumnStream stream) {
    this.context = context;
    this.stream = stream;
  }

  SeriesMatrix collect() {
    try {
      Morsels.run(context.workers(), stream.count(), this::compute, this::add);
    } finally {
      // Whoever asked takes over what is held.
      context.budget().release(held.get());
    }
    SeriesMatrix matrix = new SeriesMatrix(stream.steps(), columns);
    stream.close();
    return allUnique ? matrix : context.names().distinct(matrix);
  }

  private Part compute(Morsels.Morsel morsel) {
    Scratch scratch = context.scratches().take();
    Annotations annotations = new Annotations();
    ColumnStream.Computation computation =
        stream.begin(context.withAnnotations(annotations), scratch);
    List<Column> computed = new ArrayList<>();
    boolean unique = true;
    Approach approach = new Approach(stream, morsel, place -> place);
    for (int i = morsel.from(); i < morsel.to(); i++) {
      approach.to(i);
      Column out = scratch.takeColumn(stream.steps());
      computation.compute(i, out);
      if (out.isEmpty()) {
        scratch.recycle(out);
      } else {
        computed.add(out.named(stream.labels(i), stream.dropName(i)));
        unique &= !stream.mustDiffer() || stream.isUnique(i);
      }
    }
    context.scratches().give(scratch);
    long cells = (long) stream.steps() * computed.size();
    held.addAndGet(cells);
    context.budget().hold(cells);
    return new Part(computed, annotations, unique);
  }

  private void add(Part part) {
    columns.addAll(part.columns());
    context.annotations().addAll(part.annotations());
    allUnique &= part.unique();
  }
}
