package io.hmsops.query.eval;

import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.plan.Plan;

/**
 * Arithmetic and comparison of floats at all steps at once. Arithmetic that costs no more than a
 * look at a bit is done at every step, whether there are floats or not: what comes of cells without
 * a float is not marked as one.
 */
final class FloatOperation {
  private final BinaryOperator operator;
  private final boolean returnBool;

  FloatOperation(Plan.Operate operate) {
    this.operator = operate.operator();
    this.returnBool = operate.returnBool();
  }

  /** Whether two floats have a result without an annotation. */
  static boolean isDefinedFor(BinaryOperator operator) {
    return switch (operator.kind()) {
      case ARITHMETIC ->
          operator != BinaryOperator.TRIM_LOWER && operator != BinaryOperator.TRIM_UPPER;
      case COMPARISON -> true;
      case SET -> false;
    };
  }

  /**
   * Fills an empty column.
   *
   * @param left a number for each step
   * @param right a number for each step
   * @param kept what a comparison that filters keeps, one of the two
   * @param bits the steps that have both; may be written to
   * @param out the column
   */
  void apply(double[] left, double[] right, double[] kept, long[] bits, Column out) {
    double[] values = out.values();
    if (operator.kind() == BinaryOperator.Kind.ARITHMETIC) {
      compute(left, right, bits, values);
    } else if (returnBool) {
      computeEach(left, right, bits, values);
    } else {
      System.arraycopy(kept, 0, values, 0, values.length);
      filter(left, right, bits);
    }
    out.setFloats(bits);
  }

  private void compute(double[] left, double[] right, long[] bits, double[] out) {
    switch (operator) {
      case ADD -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = left[i] + right[i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = left[i] - right[i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = left[i] * right[i];
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = left[i] / right[i];
        }
      }
      default -> computeEach(left, right, bits, out);
    }
  }

  private void computeEach(double[] left, double[] right, long[] bits, double[] out) {
    for (int word = 0; word < bits.length; word++) {
      for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
        int step = (word << 6) + Long.numberOfTrailingZeros(rest);
        out[step] = BinaryKernel.compute(operator, left[step], right[step]);
      }
    }
  }

  private void filter(double[] left, double[] right, long[] bits) {
    for (int word = 0; word < bits.length; word++) {
      for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
        int step = (word << 6) + Long.numberOfTrailingZeros(rest);
        if (!BinaryKernel.compare(operator, left[step], right[step])) {
          bits[word] &= ~(1L << step);
        }
      }
    }
  }
}
