package io.hmsops.query.eval;

import java.util.function.IntUnaryOperator;

/** Tells a stream which of its columns are computed next, a few at a time, as a morsel goes on. */
final class Approach {
  /** The samples of so many series have room in the cache that is nearest to a processor. */
  private static final int NEAR = 16;

  private final ColumnStream stream;
  private final IntUnaryOperator order;
  private final int end;
  private final int[] near = new int[NEAR];
  private int told;

  /**
   * Begins a morsel.
   *
   * @param order the column at each place
   */
  Approach(ColumnStream stream, Morsels.Morsel morsel, IntUnaryOperator order) {
    this.stream = stream;
    this.order = order;
    this.told = morsel.from();
    this.end = morsel.to();
  }

  /** The column at a place comes next; places come one after the other. */
  void to(int place) {
    if (place < told) {
      return;
    }
    int count = Math.min(NEAR, end - place);
    for (int i = 0; i < count; i++) {
      near[i] = order.applyAsInt(place + i);
    }
    stream.approach(near, count);
    told = place + count;
  }
}
