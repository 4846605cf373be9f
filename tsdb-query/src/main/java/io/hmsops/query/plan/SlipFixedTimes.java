package io.hmsops.query.plan;

/**
 * Moves what {@code @} fixes inside a subquery whose first step is just the first step of what is
 * around it: at 10m, {@code (x @ 300)[2m:1m] offset -1m} is {@code x @ 240}.
 *
 * <p>So Prometheus has it, by chance as it seems: it turns {@code @} into an offset from the first
 * step, and takes the subquery's own shift from that. Where the subquery begins at another time it
 * starts anew from there, and the two cancel out. Samples that the selector as it is written would
 * not have seen have not been read by then.
 */
public final class SlipFixedTimes {
  private SlipFixedTimes() {}

  /**
   * {@return the expression of a subquery, as it is evaluated at the steps of the subquery}
   *
   * @param subquery the subquery
   * @param aroundMs the first step of what is around it
   * @param insideMs its own first step
   */
  public static Plan inside(Plan.Subquery subquery, long aroundMs, long insideMs) {
    Shift shift = subquery.shift();
    if (insideMs != aroundMs) {
      return shift.slipMs() == 0 ? subquery.operand() : move(subquery.operand(), 0);
    }
    long slipMs =
        shift.offsetMs() + (shift.isFixed() ? aroundMs - shift.atMs().getAsLong() : shift.slipMs());
    return slipMs == shift.slipMs() ? subquery.operand() : move(subquery.operand(), slipMs);
  }

  private static Plan move(Plan plan, long byMs) {
    return switch (plan) {
      case Plan.Select select -> moveSelect(select, byMs);
      case Plan.SelectRange(var selector, var rangeMs, var span) ->
          new Plan.SelectRange(moveSelect(selector, byMs), rangeMs, span);
      case Plan.Subquery(var operand, var rangeMs, var stepMs, var shift, var span) ->
          new Plan.Subquery(move(operand, byMs), rangeMs, stepMs, shift.slipped(byMs), span);
      case Plan.Constant _,
          Plan.Text _,
          Plan.Once _,
          Plan.Negate _,
          Plan.Plus _,
          Plan.Operate _,
          Plan.Aggregate _,
          Plan.Invoke _ ->
          plan.mapChildren(child -> move(child, byMs));
    };
  }

  private static Plan.Select moveSelect(Plan.Select select, long byMs) {
    return new Plan.Select(
        select.matchers(),
        select.shift().slipped(byMs),
        select.edges(),
        select.countsOnly(),
        select.span());
  }
}
