package io.hmsops.query.eval;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToIntFunction;

/** Parts of the date that a float means as seconds since the Unix epoch, in UTC. */
final class DateFunctions {
  private static final int SECONDS_PER_DAY = 86_400;

  /** The Gregorian calendar repeats after this many days and years. */
  private static final int CYCLE_DAYS = 146_097;

  private static final int CYCLE_YEARS = 400;

  private DateFunctions() {}

  static FunctionBody of(ToIntFunction<LocalDateTime> part) {
    return call -> evaluate(call, value -> part(value, part));
  }

  private static Value evaluate(FunctionCall call, DoubleUnaryOperator part) {
    SeriesMatrix matrix =
        call.argumentCount() == 0
            ? Conversions.toVector(new Value.Scalars(Conversions.times(call.grid())))
            : call.vector(0);
    List<Column> columns = new ArrayList<>();
    for (Column column : matrix.columns()) {
      Column out = call.context().names().derived(column);
      for (int step = 0; step < matrix.steps(); step++) {
        if (column.hasFloat(step)) {
          out.set(step, part.applyAsDouble(column.value(step)));
        }
      }
      columns.add(out);
    }
    return call.result(columns);
  }

  private static double part(double value, ToIntFunction<LocalDateTime> part) {
    return part.applyAsInt(dateInFirstCycle(seconds(value)));
  }

  static Value year(FunctionCall call) {
    return evaluate(
        call,
        value -> {
          long seconds = seconds(value);
          long cycle = Math.floorDiv(days(seconds), CYCLE_DAYS);
          return dateInFirstCycle(seconds).getYear() + (double) cycle * CYCLE_YEARS;
        });
  }

  /** Go casts what is not in the range of 64 bits to the smallest number. */
  private static long seconds(double value) {
    return Double.isNaN(value) || Math.abs(value) >= 0x1p63 ? Long.MIN_VALUE : (long) value;
  }

  /** That smallest number wraps round to the far future in Go's calendar. */
  private static long days(long seconds) {
    return seconds == Long.MIN_VALUE
        ? Long.divideUnsigned(seconds, SECONDS_PER_DAY)
        : Math.floorDiv(seconds, SECONDS_PER_DAY);
  }

  private static LocalDateTime dateInFirstCycle(long seconds) {
    long days = days(seconds);
    long secondOfDay = seconds - days * SECONDS_PER_DAY;
    return LocalDate.ofEpochDay(Math.floorMod(days, (long) CYCLE_DAYS))
        .atTime(LocalTime.ofSecondOfDay(secondOfDay));
  }
}
