package io.hmsops.query.ast;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs what walks trees by recursion on a stack that is deep enough. Long chains of operators, as
 * {@code a or b or c …}, are trees as high as they are long; others are never high.
 */
public final class DeepTrees {
  /** Trees of up to this many levels are walked on any thread's stack (512 KiB are enough). */
  public static final int SHALLOW_LEVELS = 500;

  /** Address space, not memory: pages that are not touched are never there. */
  private static final long STACK_BYTES = 512L << 20;

  /**
   * A walk over a tree.
   *
   * @param <T> what it comes to
   * @param <E> how it fails
   */
  @FunctionalInterface
  public interface Walk<T, E extends Exception> {
    /**
     * {@return what the walk comes to}
     *
     * @throws E if it fails
     */
    T run() throws E;
  }

  private record Seen(Object node, int level) {}

  private static final class DeepThread extends Thread {
    DeepThread(Runnable task) {
      super(null, task, "deep-" + Thread.currentThread().getName(), STACK_BYTES);
      setDaemon(true);
    }
  }

  private static final class Run<T, E extends Exception> implements Runnable {
    private final Walk<T, E> walk;
    private @Nullable T result;
    private @Nullable Throwable failure;

    Run(Walk<T, E> walk) {
      this.walk = walk;
    }

    @Override
    public void run() {
      try {
        result = walk.run();
      } catch (Exception | Error e) {
        failure = e;
      }
    }

    @SuppressWarnings("unchecked") // A walk throws its own exceptions, or unchecked ones.
    T result() throws E {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      if (failure != null) {
        throw (E) failure;
      }
      return Objects.requireNonNull(result);
    }
  }

  private DeepTrees() {}

  /**
   * {@return whether a tree has more than {@link #SHALLOW_LEVELS} levels}
   *
   * @param expr the tree
   */
  public static boolean isDeep(Expr expr) {
    Deque<Seen> open = new ArrayDeque<>();
    open.push(new Seen(expr, 1));
    while (!open.isEmpty()) {
      Seen seen = open.pop();
      if (seen.level > SHALLOW_LEVELS) {
        return true;
      }
      int level = seen.level + 1;
      below(seen.node, node -> open.push(new Seen(node, level)));
    }
    return false;
  }

  private static void below(Object node, Consumer<Object> child) {
    switch (node) {
      case Expr.MatrixSelector(var selector, var range, _) -> {
        child.accept(selector);
        child.accept(range);
      }
      case Expr.VectorSelector selector -> selector.time().offset().ifPresent(child);
      case Expr.Subquery(var expr, var range, var step, var time, _) -> {
        child.accept(expr);
        child.accept(range);
        step.ifPresent(child);
        time.offset().ifPresent(child);
      }
      case Expr.Aggregation aggregation -> {
        aggregation.parameter().ifPresent(child);
        child.accept(aggregation.expr());
      }
      case Expr.Call call -> call.arguments().forEach(child);
      case Expr.Binary binary -> {
        child.accept(binary.left());
        child.accept(binary.right());
      }
      case Expr.Unary unary -> child.accept(unary.expr());
      case Expr.Paren paren -> child.accept(paren.expr());
      case DurationExpr.Binary binary -> {
        child.accept(binary.left());
        child.accept(binary.right());
      }
      case DurationExpr.Sign sign -> child.accept(sign.operand());
      case DurationExpr.Paren paren -> child.accept(paren.inner());
      default -> {
        // Nothing is below it.
      }
    }
  }

  /**
   * {@return what a walk over a tree comes to}
   *
   * @param expr the tree, which decides on which stack
   * @param walk the walk
   * @param <T> what it comes to
   * @param <E> how it fails
   * @throws E if the walk fails
   */
  public static <T, E extends Exception> T walk(Expr expr, Walk<T, E> walk) throws E {
    return isDeep(expr) ? onDeepStack(walk) : walk.run();
  }

  /**
   * {@return what a walk comes to, on a thread of its own unless this is such a thread} An
   * interrupt does not end the wait for it, and is kept.
   *
   * @param walk the walk
   * @param <T> what it comes to
   * @param <E> how it fails
   * @throws E if the walk fails
   */
  public static <T, E extends Exception> T onDeepStack(Walk<T, E> walk) throws E {
    if (Thread.currentThread() instanceof DeepThread) {
      return walk.run();
    }
    Run<T, E> run = new Run<>(walk);
    Thread thread = new DeepThread(run);
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
    return run.result();
  }
}
