package io.hmsops.tsdb.db;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;

/** Lets a search for series end where its query does, even inside the matching of label values. */
final class StoppableMatching {
  /** Carries the reason through code that knows no storage. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CancelledException reason;

    Stopped(CancelledException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  /** A search with matchers that ask. */
  @FunctionalInterface
  interface Search<T> {
    T select(List<LabelMatcher> matchers) throws TsdbException;
  }

  private StoppableMatching() {}

  /**
   * {@return what is found}
   *
   * @throws CancelledException if the search was stopped
   */
  static <T> T run(List<LabelMatcher> matchers, Cancellation cancellation, Search<T> search)
      throws TsdbException {
    Runnable check =
        () -> {
          try {
            cancellation.check();
          } catch (CancelledException e) {
            throw new Stopped(e);
          }
        };
    try {
      return search.select(matchers.stream().map(matcher -> matcher.asking(check)).toList());
    } catch (Stopped e) {
      throw e.reason;
    }
  }
}
