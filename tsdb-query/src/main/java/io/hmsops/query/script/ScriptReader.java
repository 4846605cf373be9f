package io.hmsops.query.script;

import io.hmsops.query.parse.Durations;
import io.hmsops.query.parse.ParseException;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the commands of a script. */
final class ScriptReader {
  private static final Pattern LOAD = Pattern.compile("(?i)(load|load_with_nhcb)\\s+(\\S+)");
  private static final Pattern INSTANT =
      Pattern.compile("(?i)eval(?:_(\\w+))?\\s+instant\\s+(?:at\\s+(\\S+)\\s+)?(.+)");
  private static final Pattern RANGE =
      Pattern.compile(
          "(?i)eval(?:_(\\w+))?\\s+range\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)\\s+(.+)");
  private static final Pattern START_TIMESTAMPS = Pattern.compile("@st(?:\\s+|$)");
  private static final Pattern OFFSETS =
      Pattern.compile(
          "_(?:x(?<blanks>[0-9]+))?|(?<first>[+-]?[0-9a-z.]+?)(?:(?<sign>[+-])(?<delta>[0-9][0-9a-wyz.]*))?"
              + "(?:x(?<times>[0-9]+))?");

  private final List<String> lines;
  private int next;

  private ScriptReader(List<String> lines) {
    this.lines = lines;
  }

  static List<Command> read(List<String> lines) throws ScriptException {
    ScriptReader reader = new ScriptReader(lines.stream().map(String::strip).toList());
    List<Command> commands = new ArrayList<>();
    while (reader.next < reader.lines.size()) {
      if (reader.atBlank()) {
        reader.next++;
      } else {
        commands.add(reader.command());
      }
    }
    return commands;
  }

  /** Comments count as empty lines, also inside a block, which they end. */
  private boolean atBlank() {
    return lines.get(next).isEmpty() || lines.get(next).startsWith("#");
  }

  private boolean inBody() {
    return next < lines.size() && !atBlank();
  }

  private ScriptException error(int line, String reason) {
    return new ScriptException(line, reason, null);
  }

  private Command command() throws ScriptException {
    int line = next + 1;
    String text = lines.get(next++);
    String word = text.split("\\s+", 2)[0].toLowerCase(Locale.ROOT);
    if (word.equals("clear")) {
      return new Command.Clear();
    } else if (word.startsWith("load")) {
      return load(line, text);
    } else if (word.startsWith("eval")) {
      return eval(line, text);
    }
    throw error(line, "unknown command \"%s\" (expected: clear, load or eval)".formatted(word));
  }

  private Command.Load load(int line, String text) throws ScriptException {
    Matcher matcher = LOAD.matcher(text);
    if (!matcher.matches()) {
      throw error(line, "\"%s\" (expected: load or load_with_nhcb, and a step)".formatted(text));
    }
    List<SeriesLine> series = new ArrayList<>();
    while (inBody()) {
      series.add(loadedSeries());
    }
    boolean withCustomBuckets = !matcher.group(1).equalsIgnoreCase("load");
    return new Command.Load(line, timeMs(line, matcher.group(2)), withCustomBuckets, series);
  }

  private SeriesLine loadedSeries() throws ScriptException {
    int line = next + 1;
    String text = lines.get(next);
    int end = SeriesNotation.metricEnd(text);
    Matcher marker = START_TIMESTAMPS.matcher(text).region(end, text.length());
    if (!marker.lookingAt()) {
      next++;
      return series(line, text);
    }
    Labels labels = metric(line, text.substring(0, end));
    List<Long> offsets = startOffsets(line, text.substring(marker.end()));
    next++;
    if (!inBody()) {
      throw error(line, "@st line without the series it belongs to");
    }
    SeriesLine samples = series(next + 1, lines.get(next++));
    if (!samples.labels().equals(labels) || samples.items().size() != offsets.size()) {
      throw error(
          line,
          "@st line of %s with %d steps, followed by %s with %d"
              .formatted(labels, offsets.size(), samples.labels(), samples.items().size()));
    }
    return new SeriesLine(samples.line(), text, labels, samples.items(), offsets);
  }

  private SeriesLine series(int line, String text) throws ScriptException {
    try {
      return SeriesNotation.parse(line, text);
    } catch (ParseException e) {
      throw new ScriptException(line, String.valueOf(e.getMessage()), e);
    }
  }

  private Labels metric(int line, String text) throws ScriptException {
    try {
      return SeriesNotation.labels(text);
    } catch (ParseException e) {
      throw new ScriptException(line, String.valueOf(e.getMessage()), e);
    }
  }

  private List<Long> startOffsets(int line, String text) throws ScriptException {
    List<Long> offsets = new ArrayList<>();
    for (String token : text.strip().split("\\s+", -1)) {
      Matcher matcher = OFFSETS.matcher(token);
      if (!matcher.matches()) {
        throw error(line, "\"%s\" is not a start timestamp".formatted(token));
      }
      if (matcher.group("first") == null) {
        int blanks =
            matcher.group("blanks") == null ? 1 : Integer.parseInt(matcher.group("blanks"));
        for (int i = 0; i < blanks; i++) {
          offsets.add(SeriesLine.NO_START);
        }
        continue;
      }
      long offset = timeMs(line, matcher.group("first"));
      long delta = matcher.group("delta") == null ? 0 : timeMs(line, matcher.group("delta"));
      delta = "-".equals(matcher.group("sign")) ? -delta : delta;
      int times = matcher.group("times") == null ? 0 : Integer.parseInt(matcher.group("times"));
      for (int i = 0; i <= times; i++) {
        offsets.add(offset + i * delta);
      }
    }
    return offsets;
  }

  private Command.Eval eval(int line, String text) throws ScriptException {
    Matcher instant = INSTANT.matcher(text);
    if (instant.matches()) {
      long time = instant.group(2) == null ? 0 : timeMs(line, instant.group(2));
      Expectation expectation = expectation(instant.group(1));
      return new Command.Eval(line, instant.group(3), time, time, 0, expectation);
    }
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      throw error(line, "\"%s\" is neither eval instant nor eval range".formatted(text));
    }
    long step = timeMs(line, range.group(4));
    if (step <= 0) {
      throw error(line, "step %s (expected: more than 0)".formatted(range.group(4)));
    }
    return new Command.Eval(
        line,
        range.group(5),
        timeMs(line, range.group(2)),
        timeMs(line, range.group(3)),
        step,
        expectation(range.group(1)));
  }

  private Expectation expectation(@org.jspecify.annotations.Nullable String oldForm)
      throws ScriptException {
    ExpectationReader reader = new ExpectationReader();
    if (oldForm != null) {
      reader.oldForm(next, oldForm);
    }
    while (inBody()) {
      int line = next + 1;
      if (reader.read(line, lines.get(next++))) {
        break;
      }
    }
    return reader.expectation();
  }

  /** Returns a time or step: a duration, or seconds. */
  static long timeMs(int line, String text) throws ScriptException {
    boolean negative = text.startsWith("-");
    String unsigned = negative || text.startsWith("+") ? text.substring(1) : text;
    long milliseconds;
    try {
      OptionalLong duration = Durations.parseMs(unsigned);
      milliseconds =
          duration.isPresent()
              ? duration.getAsLong()
              : Math.round(Double.parseDouble(unsigned) * 1000);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new ScriptException(
          line, "\"%s\" is neither a duration nor a number".formatted(text), e);
    }
    return negative ? -milliseconds : milliseconds;
  }
}
