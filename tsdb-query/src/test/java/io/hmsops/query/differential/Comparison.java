package io.hmsops.query.differential;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.QueryException;
import io.hmsops.tsdb.storage.Queryable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Asks this engine and a Prometheus the same, over the same samples, and counts. */
final class Comparison {
  /** How often a query is asked while only what is said of the answer differs. */
  private static final int ASKED = 8;

  private final Engine engine;
  private final Queryable store;
  private final PeerPrometheus server;
  private final KnownDifferences known;
  private final Answer.Strictness strictness;
  private final Map<String, Integer> counts;
  private final List<String> failures = new ArrayList<>();

  Comparison(
      Engine engine, Queryable store, PeerPrometheus server, Peer peer, Map<String, Integer> counts)
      throws IOException {
    this.engine = engine;
    this.store = store;
    this.server = server;
    this.known = peer.knownDifferences();
    this.strictness = peer.strictness();
    this.counts = counts;
  }

  /** {@return empty counts, ordered by what is counted} */
  static Map<String, Integer> counts() {
    return new TreeMap<>();
  }

  /** {@return what differed, shrunk} */
  List<String> failures() {
    return failures;
  }

  void ask(QueryNode query, Times times) throws IOException, InterruptedException {
    Answer ours = answer(query, times);
    counts.merge(ours.isError() ? "errors" : ours.isEmpty() ? "empty" : "samples", 1, Integer::sum);
    Optional<String> difference = difference(query, times);
    if (difference.isEmpty()) {
      return;
    }
    if (known.find(query.text(), difference.get()).isPresent()) {
      counts.merge("known", 1, Integer::sum);
      return;
    }
    QueryNode smallest = shrink(query, times);
    failures.add(
        "%s%n  shrunk: %s%n  %s%n  %s"
            .formatted(
                query.text(),
                smallest.text(),
                times,
                difference(smallest, times).orElse("gone: " + difference.get())));
  }

  /**
   * What differs from each of some answers: what is said of one, and which of two errors comes
   * first, depends in Prometheus on the order in which a map happens to be walked through.
   */
  private Optional<String> difference(QueryNode query, Times times)
      throws IOException, InterruptedException {
    Answer ours = answer(query, times);
    Optional<String> difference = Optional.empty();
    for (int i = 0; i < ASKED; i++) {
      difference = ours.difference(server.query(query.text(), times), strictness);
      if (difference.isEmpty()) {
        return difference;
      }
      if (!difference.get().startsWith(Answer.SAYS)) {
        break;
      }
    }
    return difference;
  }

  private Answer answer(QueryNode query, Times times) {
    try {
      return Answer.of(engine.query(store, times.request(query.text())));
    } catch (QueryException e) {
      return Answer.failed(String.valueOf(e.getMessage()));
    }
  }

  /** The smallest part of a query that still differs in a way that is not known. */
  private QueryNode shrink(QueryNode query, Times times) throws IOException, InterruptedException {
    for (QueryNode smaller : query.smaller()) {
      Optional<String> difference = difference(smaller, times);
      if (difference.isPresent() && known.find(smaller.text(), difference.get()).isEmpty()) {
        return shrink(smaller, times);
      }
    }
    return query;
  }
}
