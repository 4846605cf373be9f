package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Regular expressions over 400,000 different values of a label. */
final class RegexRow implements Row {
  private static final String NAME = "regex";
  private static final int SERIES = 400_000;
  private static final double ENOUGH_SECONDS = 1.5;

  private final Map<String, Long> matches = new HashMap<>();

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void run(Contestant contestant, Settings settings, Report report) throws IOException {
    PathLoad load = new PathLoad(settings.scaled(SERIES, 4_000), settings.startMs(1));
    report.note(
        ("regex: %s; cold is the mean of other patterns of the form that were never"
                + " asked before, on a warm server; every count is checked")
            .formatted(load.description()));
    try (RunningServer server = RunningServer.start(contestant, settings, null)) {
      new LoadWriter(server.port(), load, LoadWriter.SAMPLES_PER_REQUEST).write();
      contestant.flush(server);
      server.awaitQuiet(Duration.ofSeconds(30));
      for (RegexPattern pattern : RegexPattern.all()) {
        measure(server, pattern, load, settings, report);
      }
    }
  }

  private void measure(
      RunningServer server, RegexPattern pattern, PathLoad load, Settings settings, Report report)
      throws IOException {
    List<String> others = pattern.others();
    int warmUps = others.size() / 3;
    for (String other : others.subList(0, warmUps)) {
      for (int i = 0; i < 5; i++) {
        ask(server, pattern, other, load);
      }
    }
    List<String> fresh = others.subList(warmUps, others.size());
    for (String other : fresh) {
      // Counted before the clock runs.
      expected(pattern, other, load);
    }
    double before = server.figures().cpuSeconds();
    for (String other : fresh) {
      ask(server, pattern, other, load);
    }
    double cold = (server.figures().cpuSeconds() - before) / fresh.size();
    ask(server, pattern, pattern.pattern(), load);
    QueryTimer timer =
        QueryTimer.measure(
            server,
            path(server, pattern.query(pattern.pattern()), load),
            settings.seconds(ENOUGH_SECONDS));
    String what =
        "%s (%,d match)"
            .formatted(
                pattern.query(pattern.pattern()), expected(pattern, pattern.pattern(), load));
    report.put(
        Line.atMost(NAME, what + ", cold", "CPU-s", pattern.goal()), server.contestant(), cold);
    report.put(
        Line.atMost(NAME, what + ", cached", "CPU-s", pattern.goal()),
        server.contestant(),
        timer.cpuSeconds());
  }

  private static String path(RunningServer server, String query, PathLoad load) {
    return Counts.instant(server.contestant(), query, load.startMs() + 7_000);
  }

  private void ask(RunningServer server, RegexPattern pattern, String expression, PathLoad load)
      throws IOException {
    String query = pattern.query(expression);
    double count = Answer.parse(server.get(path(server, query, load))).onlyValue();
    long expected = expected(pattern, expression, load);
    if (count != expected) {
      throw new IOException("%s is %.0f (expected: %d)".formatted(query, count, expected));
    }
  }

  private long expected(RegexPattern pattern, String expression, PathLoad load) {
    return matches.computeIfAbsent(
        pattern.query(expression),
        ignored -> {
          Pattern compiled = Pattern.compile(expression);
          long count = 0;
          for (int i = 0; i < load.series(); i++) {
            if (compiled.matcher(load.path(i)).matches() != pattern.negated()) {
              count++;
            }
          }
          return count;
        });
  }
}
