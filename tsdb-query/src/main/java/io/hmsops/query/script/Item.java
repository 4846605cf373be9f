package io.hmsops.query.script;

import io.hmsops.tsdb.sample.Histogram;

/** What stands at one step of a series. */
sealed interface Item {
  /** No sample. */
  record Missing() implements Item {}

  /** A float, the staleness marker among them. */
  record Value(double value) implements Item {}

  /** A native histogram, and whether its counter reset hint was written. */
  record Hist(Histogram histogram, boolean hintStated) implements Item {}

  /** The one missing item. */
  Missing MISSING = new Missing();
}
