package io.hmsops.query.eval;

/** {@code count}, and {@code group}, which is 1 wherever there is something to count. */
final class CountFold implements Fold {
  private final boolean group;
  private final int[] counts;

  CountFold(AggregationCall call, boolean group) {
    this.group = group;
    this.counts = new int[call.steps()];
  }

  @Override
  public void add(int index, Column member) {
    if (member.isFullOfFloats()) {
      for (int step = 0; step < counts.length; step++) {
        counts[step]++;
      }
      return;
    }
    for (int step = 0; step < counts.length; step++) {
      if (member.has(step)) {
        counts[step]++;
      }
    }
  }

  @Override
  public void merge(Fold later) {
    int[] others = ((CountFold) later).counts;
    for (int step = 0; step < counts.length; step++) {
      counts[step] += others[step];
    }
  }

  @Override
  public void finish(Column out) {
    for (int step = 0; step < counts.length; step++) {
      if (counts[step] > 0) {
        out.set(step, group ? 1 : counts[step]);
      }
    }
  }
}
