package io.hmsops.query.engine;

import io.hmsops.tsdb.storage.Cancellation;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The queries under way, and the last ones that have ended. Thread-safe. */
final class QueryRuns {
  /** How many ended queries are remembered. */
  static final int RECENT = 100;

  /** How much of their text is remembered. */
  private static final int MAX_TEXT = 4096;

  private final InstantSource clock;
  private final QueryListener listener;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, QueryRun> active = new ConcurrentHashMap<>();
  // Guarded by itself.
  private final ArrayDeque<QueryView> recent = new ArrayDeque<>();

  QueryRuns(InstantSource clock, QueryListener listener) {
    this.clock = clock;
    this.listener = listener;
  }

  QueryRun begin(QueryRequest request) {
    QueryRun run = new QueryRun(ids.incrementAndGet(), request, clock.millis());
    active.put(run.id(), run);
    return run;
  }

  void end(QueryRun run) {
    QueryView view = run.view();
    QueryView kept = shortened(view);
    synchronized (recent) {
      if (recent.size() == RECENT) {
        recent.removeLast();
      }
      recent.addFirst(kept);
    }
    // Not earlier: between the two, a query would be in neither list.
    active.remove(run.id());
    listener.ended(view);
  }

  /** Without what would keep a long text or a connection in memory. */
  private static QueryView shortened(QueryView view) {
    QueryRequest request = view.request();
    String text = request.query();
    return new QueryView(
        view.id(),
        new QueryRequest(
            text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text,
            request.startMs(),
            request.endMs(),
            request.stepMs(),
            request.lookbackMs(),
            request.timeoutMs(),
            Cancellation.NONE,
            request.origin(),
            request.detail()),
        view.submittedMs(),
        view.state(),
        view.statistics(),
        view.error());
  }

  boolean cancel(long id, String reason) {
    QueryRun run = active.get(id);
    if (run == null) {
      return false;
    }
    run.cancel(reason);
    return true;
  }

  /** The oldest first. */
  List<QueryView> active() {
    List<QueryRun> runs = new ArrayList<>(active.values());
    runs.sort((a, b) -> Long.compare(a.id(), b.id()));
    return runs.stream().map(QueryRun::view).toList();
  }

  /** The newest first. */
  List<QueryView> recent() {
    synchronized (recent) {
      return List.copyOf(recent);
    }
  }
}
