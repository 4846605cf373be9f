package io.hmsops.query.limit;

import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a bounded number of queries work at a time and a bounded number wait for that, in two lanes:
 * a small query never waits behind a large one. Within a lane the order is that of arrival.
 * Thread-safe.
 */
public final class QueryGate {
  /** How often one that waits looks whether it is still wanted. */
  private static final long LOOK_MS = 10;

  private final int places;
  private final int maxQueued;
  private final long queueTimeoutMs;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicLong rejected = new AtomicLong();

  // Guarded by the lock, lanes included.
  private final Line small = new Line();
  private final Line large = new Line();

  /** The two lanes. */
  public enum Lane {
    /** For queries that have shown no sign of being large. */
    SMALL,
    /** For the others. */
    LARGE
  }

  private static final class Line {
    private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
    private int atWork;
  }

  private static final class Ticket {
    private final CountDownLatch called = new CountDownLatch(1);
  }

  /** A place at work, given back once. */
  public final class Place implements AutoCloseable {
    private final Line line;
    private boolean held = true;

    private Place(Line line) {
      this.line = line;
    }

    @Override
    public void close() {
      if (held) {
        held = false;
        leave(line);
      }
    }
  }

  /**
   * Who stands where.
   *
   * @param smallAtWork small queries at work
   * @param largeAtWork large queries at work
   * @param waiting queries that wait
   * @param rejected queries sent away since the start, because too many waited or it took too long
   */
  public record Counts(int smallAtWork, int largeAtWork, int waiting, long rejected) {}

  /**
   * Creates a gate.
   *
   * @param places how many queries of each lane work at a time
   * @param maxQueued how many queries of both lanes wait
   * @param queueTimeoutMs how long one waits
   */
  public QueryGate(int places, int maxQueued, long queueTimeoutMs) {
    this.places = places;
    this.maxQueued = maxQueued;
    this.queueTimeoutMs = queueTimeoutMs;
  }

  /**
   * Waits for a place, which the caller gives back.
   *
   * @param lane which lane
   * @param submittedNanos when the query's time started to run, of {@link System#nanoTime}
   * @param timeoutMs how long the query may take, waiting included
   * @param caller says whether the answer is still wanted
   * @return the place
   * @throws QueryFailure if there is none in time, or too many wait already
   */
  public Place enter(Lane lane, long submittedNanos, long timeoutMs, Cancellation caller) {
    Line line = lane == Lane.SMALL ? small : large;
    Ticket ticket = new Ticket();
    lock.lock();
    try {
      if (line.atWork < places && line.waiting.isEmpty()) {
        line.atWork++;
        return new Place(line);
      }
      if (small.waiting.size() + large.waiting.size() >= maxQueued) {
        rejected.incrementAndGet();
        throw new QueryFailure(
            QueryFailure.Kind.REJECTED,
            "too many queries: %d are at work and %d wait (limits query.max-concurrency: %d, query.max-queued: %d)"
                .formatted(line.atWork, maxQueued, places, maxQueued),
            null);
      }
      line.waiting.add(ticket);
    } finally {
      lock.unlock();
    }
    return await(line, ticket, new Patience(submittedNanos, timeoutMs, caller));
  }

  /** How long one is willing to wait. */
  private record Patience(long submittedNanos, long timeoutMs, Cancellation caller) {}

  private Place await(Line line, Ticket ticket, Patience patience) {
    long queuedNanos = System.nanoTime();
    boolean called = false;
    try {
      while (!ticket.called.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        checkPatience(queuedNanos, line, patience);
      }
      called = true;
      return new Place(line);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueryFailure(
          QueryFailure.Kind.CANCELLED, "query was canceled in query queue: interrupted", e);
    } finally {
      if (!called) {
        giveUp(line, ticket);
      }
    }
  }

  private void checkPatience(long queuedNanos, Line line, Patience patience) {
    try {
      patience.caller().check();
    } catch (CancelledException e) {
      throw new QueryFailure(
          QueryFailure.Kind.CANCELLED, "query was canceled in query queue: " + e.getMessage(), e);
    }
    long now = System.nanoTime();
    long waitedMs = TimeUnit.NANOSECONDS.toMillis(now - queuedNanos);
    boolean late =
        TimeUnit.NANOSECONDS.toMillis(now - patience.submittedNanos()) > patience.timeoutMs();
    if (late || waitedMs > queueTimeoutMs) {
      rejected.incrementAndGet();
      throw new QueryFailure(
          QueryFailure.Kind.TIMEOUT,
          String.format(
              Locale.ROOT,
              "query timed out in query queue: waited %.3fs behind %d at work (limit query.%s: %.3fs)",
              waitedMs / 1e3,
              line.atWork,
              late ? "timeout" : "queue-timeout",
              (late ? patience.timeoutMs() : queueTimeoutMs) / 1e3),
          null);
    }
  }

  private void giveUp(Line line, Ticket ticket) {
    lock.lock();
    try {
      if (!line.waiting.remove(ticket)) {
        // Called at the last moment: the place goes to the next one.
        pass(line);
      }
    } finally {
      lock.unlock();
    }
  }

  private void leave(Line line) {
    lock.lock();
    try {
      pass(line);
    } finally {
      lock.unlock();
    }
  }

  /** Hands a place on, or frees it if nobody waits. */
  private static void pass(Line line) {
    Ticket next = line.waiting.poll();
    if (next == null) {
      line.atWork--;
    } else {
      next.called.countDown();
    }
  }

  /** {@return who stands where} */
  public Counts counts() {
    lock.lock();
    try {
      return new Counts(
          small.atWork, large.atWork, small.waiting.size() + large.waiting.size(), rejected.get());
    } finally {
      lock.unlock();
    }
  }
}
