package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Utf8Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Functions that order the series of an instant query. */
final class SortFunctions {
  private static final String MAX_NUMBER = Long.toString(Long.MAX_VALUE);
  private static final int MAX_DIGITS = MAX_NUMBER.length();

  private SortFunctions() {}

  /** Floats only; NaN comes last either way. */
  static Value byValue(FunctionCall call, boolean descending) {
    List<Column> columns = new ArrayList<>();
    for (Column column : call.vector(0).columns()) {
      Column out = new Column(column.labels(), column.dropName(), column.steps());
      for (int step = 0; step < column.steps(); step++) {
        if (column.hasFloat(step)) {
          out.set(step, column.value(step));
        }
      }
      if (!out.isEmpty()) {
        columns.add(out);
      }
    }
    Comparator<Column> order =
        (a, b) -> {
          double left = a.value(0);
          double right = b.value(0);
          if (Double.isNaN(left) || Double.isNaN(right)) {
            return Boolean.compare(Double.isNaN(left), Double.isNaN(right));
          }
          return left == right ? 0 : (left < right) != descending ? -1 : 1;
        };
    return ordered(call, columns, order);
  }

  static Value byLabel(FunctionCall call, boolean descending) {
    List<Column> columns = new ArrayList<>(call.vector(0).columns());
    List<String> names = new ArrayList<>();
    for (int i = 1; i < call.argumentCount(); i++) {
      names.add(call.text(i));
    }
    Comparator<Column> order =
        (a, b) -> {
          for (String name : names) {
            int compared = naturalOrder(a.labels().get(name), b.labels().get(name));
            if (compared != 0) {
              return compared;
            }
          }
          return a.labels().compareTo(b.labels());
        };
    return ordered(call, columns, descending ? order.reversed() : order);
  }

  private static Value ordered(FunctionCall call, List<Column> columns, Comparator<Column> order) {
    if (!call.grid().isInstant()) {
      call.context().annotations().warn(Texts.SORT_WITHOUT_EFFECT, call.invoke().span());
    } else {
      columns.sort(order);
    }
    return new Value.Vector(new SeriesMatrix(call.grid().count(), columns));
  }

  /** Runs of digits compare as numbers, everything else by bytes; a prefix is smaller. */
  static int naturalOrder(String left, String right) {
    int i = 0;
    int j = 0;
    while (i < left.length() && j < right.length()) {
      int leftEnd = endOfRun(left, i);
      int rightEnd = endOfRun(right, j);
      String a = left.substring(i, leftEnd);
      String b = right.substring(j, rightEnd);
      boolean numbers = isNumber(a) && isNumber(b);
      int compared =
          numbers
              ? Long.compare(Long.parseLong(a), Long.parseLong(b))
              : Utf8Order.INSTANCE.compare(a, b);
      if (compared != 0) {
        return compared;
      }
      i = leftEnd;
      j = rightEnd;
    }
    return Integer.compare(left.length() - i, right.length() - j);
  }

  private static int endOfRun(String text, int start) {
    boolean digits = isDigit(text.charAt(start));
    int end = start;
    while (end < text.length() && isDigit(text.charAt(end)) == digits) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Whether a run is a number of 64 bits; longer ones are texts like others. */
  private static boolean isNumber(String run) {
    if (!isDigit(run.charAt(0))) {
      return false;
    }
    String significant = run.replaceFirst("^0+(?=.)", "");
    return significant.length() < MAX_DIGITS
        || (significant.length() == MAX_DIGITS && significant.compareTo(MAX_NUMBER) <= 0);
  }
}
