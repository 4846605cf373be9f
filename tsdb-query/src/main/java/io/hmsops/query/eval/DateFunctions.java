package io.hmsops.query.eval;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Parts of the date that a float means as seconds since the Unix epoch, in UTC. */
final class DateFunctions {
  /** Beyond this the calendar ends; such seconds have no date. */
  private static final double MAX_SECONDS = 3.0e16;

  private DateFunctions() {}

  static FunctionTable.Function of(ToIntFunction<LocalDateTime> part) {
    return call -> evaluate(call, part);
  }

  private static Value evaluate(FunctionCall call, ToIntFunction<LocalDateTime> part) {
    SeriesMatrix matrix =
        call.argumentCount() == 0
            ? Conversions.toVector(new Value.Scalars(Conversions.times(call.grid())))
            : call.vector(0);
    List<Column> columns = new ArrayList<>();
    for (Column column : matrix.columns()) {
      Column out = call.context().names().derived(column);
      for (int step = 0; step < matrix.steps(); step++) {
        if (column.hasFloat(step)) {
          out.set(step, part(column.value(step), part));
        }
      }
      columns.add(out);
    }
    return call.result(columns);
  }

  private static double part(double seconds, ToIntFunction<LocalDateTime> part) {
    if (Double.isNaN(seconds) || Math.abs(seconds) > MAX_SECONDS) {
      return Double.NaN;
    }
    return part.applyAsInt(
        LocalDateTime.ofInstant(Instant.ofEpochSecond((long) seconds), ZoneOffset.UTC));
  }
}
