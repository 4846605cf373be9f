package io.hmsops.query.eval;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/*
 * Every piece of work ("morsel") covers the same number of series whatever the number of workers,
 * and the parts are merged in the order of morsels. So an answer has the same bits with one worker
 * and with seven. A worker does one morsel and then queues again behind the other queries. No
 * worker runs further ahead of the merged part than the window allows: that bounds memory. The
 * oldest morsel not merged is always in the hands of a running thread, so nobody waits for ever.
 */
/** Runs work over many series on the workers, and merges what they give in series order. */
final class Morsels<P> {
  /** How far, in morsels a worker, work may be ahead of the merged part. */
  private static final int AHEAD = 4;

  private final Workers workers;
  private final int count;
  private final IntFunction<P> work;
  private final Consumer<P> merge;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** What was done behind the merged part; holes where a morsel is still being worked on. */
  private final ArrayDeque<Slot<P>> ahead = new ArrayDeque<>();

  private int next;
  private int running;
  private @Nullable Throwable failure;
  private int failedMorsel;

  /** The place of one morsel that was handed out. */
  private static final class Slot<P> {
    private final int morsel;
    private @Nullable P part;

    Slot(int morsel) {
      this.morsel = morsel;
    }
  }

  private Morsels(Workers workers, int count, IntFunction<P> work, Consumer<P> merge) {
    this.workers = workers;
    this.count = count;
    this.work = work;
    this.merge = merge;
  }

  /** A row of series: those from {@code from} to {@code to} − 1. */
  record Morsel(int from, int to) {}

  /**
   * Runs all morsels; a single one on the calling thread.
   *
   * @param seriesCount how many series there are
   * @param work makes the part of a morsel, on any thread
   * @param merge takes the parts in order, one at a time, on any thread
   */
  static <P> void run(
      Workers workers, int seriesCount, Function<Morsel, P> work, Consumer<P> merge) {
    int size = workers.morselSeries();
    if (seriesCount <= size) {
      merge.accept(work.apply(new Morsel(0, seriesCount)));
      return;
    }
    int count = Math.ceilDiv(seriesCount, size);
    IntFunction<P> numbered =
        number ->
            work.apply(
                new Morsel(number * size, (int) Math.min(seriesCount, (number + 1L) * size)));
    if (workers.isAlone()) {
      for (int number = 0; number < count; number++) {
        merge.accept(numbered.apply(number));
      }
      return;
    }
    new Morsels<>(workers, count, numbered, merge).run();
  }

  private void run() {
    int threads = Math.min(workers.count(), count);
    for (int i = 0; i < threads; i++) {
      submit();
    }
    lock.lock();
    try {
      while (running > 0) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("a checked exception from a morsel", failure);
    }
  }

  private void submit() {
    lock.lock();
    try {
      running++;
    } finally {
      lock.unlock();
    }
    try {
      workers.execute(this::workOnOne);
    } catch (RejectedExecutionException e) {
      fail(-1, new IllegalStateException("the engine is closed", e));
      leave();
    }
  }

  /** One turn of one worker. */
  private void workOnOne() {
    Slot<P> slot = take();
    if (slot == null) {
      leave();
      return;
    }
    try {
      P part = work.apply(slot.morsel);
      finish(slot, part);
    } catch (Throwable e) {
      // Rethrown on the thread that waits for the answer.
      fail(slot.morsel, e);
    }
    try {
      workers.execute(this::workOnOne);
    } catch (RejectedExecutionException e) {
      fail(-1, new IllegalStateException("the engine is closed", e));
      leave();
    }
  }

  private @Nullable Slot<P> take() {
    lock.lock();
    try {
      while (failure == null && next < count && ahead.size() >= AHEAD * workers.count()) {
        changed.awaitUninterruptibly();
      }
      if (failure != null || next == count) {
        return null;
      }
      Slot<P> slot = new Slot<>(next++);
      ahead.add(slot);
      return slot;
    } finally {
      lock.unlock();
    }
  }

  private void finish(Slot<P> slot, P part) {
    lock.lock();
    try {
      slot.part = part;
      while (failure == null && !ahead.isEmpty()) {
        P first = ahead.getFirst().part;
        if (first == null) {
          break;
        }
        ahead.removeFirst();
        merge.accept(first);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Of several failures that of the first morsel is told. */
  private void fail(int morsel, Throwable e) {
    lock.lock();
    try {
      if (failure == null || morsel < failedMorsel) {
        failure = e;
        failedMorsel = morsel;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      running--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
