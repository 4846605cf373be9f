package io.hmsops.server.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets a bounded number of requests work at a time, and a bounded number wait for that. */
final class Admission {
  private final HttpOptions options;
  private final Semaphore places;
  private final AtomicInteger waiting = new AtomicInteger();

  Admission(HttpOptions options) {
    this.options = options;
    this.places = new Semaphore(options.maxConcurrentRequests(), true);
  }

  /**
   * Waits for a place, which the caller gives back with {@link #leave}.
   *
   * @throws HttpException 503 if too many wait already, or it takes too long
   */
  void enter() throws InterruptedException {
    if (places.tryAcquire()) {
      return;
    }
    if (waiting.incrementAndGet() > options.maxQueuedRequests()) {
      waiting.decrementAndGet();
      throw new HttpException(
          503,
          "too many requests: %d are at work and %d wait (limits max-concurrent-requests, max-queued-requests)\n"
              .formatted(options.maxConcurrentRequests(), options.maxQueuedRequests()));
    }
    try {
      if (!places.tryAcquire(options.queueTimeoutMs(), TimeUnit.MILLISECONDS)) {
        throw new HttpException(
            503,
            "too many requests: waited %d ms behind %d at work (limits queue-timeout, max-concurrent-requests)\n"
                .formatted(options.queueTimeoutMs(), options.maxConcurrentRequests()));
      }
    } finally {
      waiting.decrementAndGet();
    }
  }

  void leave() {
    places.release();
  }

  int atWork() {
    return options.maxConcurrentRequests() - places.availablePermits();
  }

  int waiting() {
    return waiting.get();
  }
}
