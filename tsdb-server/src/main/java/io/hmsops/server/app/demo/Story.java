package io.hmsops.server.app.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Follows a server's timeline from now on, and prints it as it grows. */
final class Story {
  private final DemoServer server;
  private final PrintWriter out;
  private final long startNanos = System.nanoTime();
  private final Map<String, Double> seconds = new HashMap<>();
  private final Map<String, String> alerts = new HashMap<>();
  private int seen;

  Story(DemoServer server, PrintWriter out) {
    this.server = server;
    this.out = out;
  }

  /** Prints what is new. Always true, so that a condition may follow. */
  boolean follow() throws IOException, InterruptedException {
    List<?> events = server.timeline();
    for (Object element : events.subList(Math.min(seen, events.size()), events.size())) {
      if (element instanceof Map<?, ?> event) {
        String kind = Demo.text(event, "kind");
        seconds.putIfAbsent(kind, secondsSoFar());
        alerts.putIfAbsent(kind, Demo.text(event, "alert"));
        out.printf(
            "  %s  +%5.1f s  %-16s %s  %s%n",
            Demo.text(event, "time"),
            secondsSoFar(),
            kind,
            Demo.text(event, "alert"),
            Demo.text(event, "detail"));
        out.flush();
      }
    }
    seen = events.size();
    return true;
  }

  boolean saw(String kind) throws IOException, InterruptedException {
    return follow() && seconds.containsKey(kind);
  }

  double secondsTo(String kind) {
    return seconds.getOrDefault(kind, Double.NaN);
  }

  double secondsSoFar() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  String alertOf(String kind) {
    return alerts.getOrDefault(kind, "");
  }
}
