package io.hmsops.benchmarks.compare;

/**
 * A line of the table: one figure that every server has.
 *
 * @param row the row it belongs to, as named by {@code --only}
 * @param what the work
 * @param unit what the figure counts
 * @param goal the figure to reach, or NaN
 * @param moreIsBetter whether the goal is a least, not a most
 */
record Line(String row, String what, String unit, double goal, boolean moreIsBetter) {

  static Line atMost(String row, String what, String unit, double goal) {
    return new Line(row, what, unit, goal, false);
  }

  static Line atLeast(String row, String what, String unit, double goal) {
    return new Line(row, what, unit, goal, true);
  }

  static Line without(String row, String what, String unit) {
    return new Line(row, what, unit, Double.NaN, false);
  }
}
