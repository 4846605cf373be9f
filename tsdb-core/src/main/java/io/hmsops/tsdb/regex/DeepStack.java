package io.hmsops.tsdb.regex;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what may recurse more deeply than the stack of the thread that asks for it: RE2/J follows
 * the empty steps of an expression, and its nesting, by recursion.
 */
final class DeepStack {
  /** Address space, not memory: the pages that are not touched are never there. */
  private static final long STACK_BYTES = 256L << 20;

  private static final class Run<T> implements Runnable {
    private final Supplier<T> task;
    private @Nullable T result;
    private @Nullable Throwable failure;

    Run(Supplier<T> task) {
      this.task = task;
    }

    @Override
    public void run() {
      try {
        result = task.get();
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }
  }

  private DeepStack() {}

  /**
   * Runs a task on a thread of its own and waits for it; an interrupt does not end the wait, and is
   * kept.
   */
  static <T> T call(Supplier<T> task) {
    Run<T> run = new Run<>(task);
    Thread thread = new Thread(null, run, "regex", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (run.failure instanceof RuntimeException e) {
      throw e;
    } else if (run.failure instanceof Error e) {
      throw e;
    }
    return java.util.Objects.requireNonNull(run.result);
  }
}
