package io.hmsops.server.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Handles operating system signals. The JDK's only way to them is {@code sun.misc.Signal}, which
 * javac warns about by name, so it is reached by reflection.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs an action on each arrival of a signal, on a thread of the JVM's own.
   *
   * @param name the signal without {@code SIG}: {@code HUP}, {@code TERM}, {@code INT}
   * @param action what to do; it must not throw
   * @throws IllegalStateException if this JVM cannot handle that signal
   */
  static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler invocation =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              action.run();
              return null;
            }
            // The JDK keeps handlers in a table and may ask for the rest of Object.
            return switch (method.getName()) {
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> arguments != null && isSame(proxy, arguments[0]);
              default -> "handler of SIG" + name;
            };
          };
      Object proxy =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, invocation);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG%s: cannot be handled on this JVM".formatted(name), e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // A proxy is equal to itself only.
  private static boolean isSame(Object left, Object right) {
    return left == right;
  }
}
