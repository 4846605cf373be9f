package io.hmsops.server.ingest.exposition;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page line by line: {@link #next}, then the accessors for what stood there. Nothing is
 * allocated for a sample whose labels are not asked for, so that a caller may keep labels by the
 * bytes of the line. Not thread-safe.
 */
public abstract sealed class PageParser permits TextParser, OpenMetricsParser {
  final byte[] bytes;
  final Lexer lexer;

  /** Where the line began, blanks before it among it. */
  int lineStart;

  int seriesEnd;
  double value;
  boolean hasTimestamp;
  long timestampMs;
  String type = "unknown";
  String familyName = "";
  String text = "";

  /** The metric's name, then names and values by turns: start and end of each; -1 is absent. */
  private int[] offsets = new int[32];

  private int offsetCount;
  private final LineNumber number = new LineNumber();

  PageParser(byte[] bytes, Lexer lexer) {
    this.bytes = bytes;
    this.lexer = lexer;
  }

  /**
   * {@return a parser for a content type}
   *
   * @param openMetrics whether the page is OpenMetrics
   * @param page the page
   */
  public static PageParser of(boolean openMetrics, byte[] page) {
    return of(openMetrics, page, page.length);
  }

  /**
   * {@return a parser for a content type}
   *
   * @param openMetrics whether the page is OpenMetrics
   * @param page begins with the page; a byte behind it may be written to
   * @param length how long the page is
   */
  public static PageParser of(boolean openMetrics, byte[] page, int length) {
    if (openMetrics) {
      return new OpenMetricsParser(page, length);
    }
    // The last line need not be ended.
    byte[] ended = page.length > length ? page : Arrays.copyOf(page, length + 1);
    ended[length] = '\n';
    return new TextParser(ended, length + 1);
  }

  /**
   * Goes on as if the page stood behind that of another parser.
   *
   * @param before has read the page before
   */
  public final void goOnAfter(PageParser before) {
    type = before.type;
    familyName = before.familyName;
  }

  /**
   * {@return what stands on the next line}
   *
   * @throws ExpositionException if it is not in the format
   */
  public abstract Entry next() throws ExpositionException;

  /**
   * Reads the next line if it is a certain series, one space, a number and the line's end, so that
   * pages like the one before are compared rather than cut into tokens.
   *
   * @param known holds the series as {@link #seriesStart} and {@link #seriesEnd} once told it
   * @param from where the series begins
   * @param to where it ends
   * @return whether it was; if not, nothing has changed
   */
  public final boolean nextIs(byte[] known, int from, int to) {
    int at = lexer.end;
    int nameEnd = at + (to - from);
    if (nameEnd >= lexer.length
        || bytes[nameEnd] != ' '
        || !Arrays.equals(bytes, at, nameEnd, known, from, to)) {
      return false;
    }
    int numberEnd = number.read(bytes, nameEnd + 1, lexer.length);
    if (numberEnd < 0) {
      return false;
    }
    startLine();
    seriesEnd = nameEnd;
    value = number.value();
    hasTimestamp = false;
    lexer.start = numberEnd;
    lexer.end = numberEnd + 1;
    return true;
  }

  /** {@return the page, longer by a line end in the text format} */
  public final byte[] bytes() {
    return bytes;
  }

  /** {@return where the sample's name and labels start in the page} */
  public final int seriesStart() {
    return lineStart;
  }

  /** {@return where the sample's name and labels end in the page} */
  public final int seriesEnd() {
    return seriesEnd;
  }

  /** {@return the sample's value} */
  public final double value() {
    return value;
  }

  /** {@return whether the sample has a timestamp of its own} */
  public final boolean hasTimestamp() {
    return hasTimestamp;
  }

  /** {@return the sample's own timestamp} */
  public final long timestampMs() {
    return timestampMs;
  }

  /** {@return the family's name, after its type, help or unit} */
  public final String familyName() {
    return familyName;
  }

  /** {@return the type, help or unit} */
  public final String text() {
    return text;
  }

  /** {@return the sample's exemplar, null if it has none; one without timestamp has the given} */
  public @Nullable Exemplar exemplar(long absentTimestampMs) {
    return null;
  }

  /**
   * {@return the sample's labels} A name that stands twice is kept once, the last one wins; bytes
   * of names that are not UTF-8 become U+FFFD.
   */
  public final Labels labels() {
    Labels.Builder labels = new Labels.Builder();
    labels.add(Label.METRIC_NAME, unescaped(offsets[0], offsets[1]));
    for (int i = 2; i < offsetCount; i += 4) {
      String name = unescaped(offsets[i], offsets[i + 1]);
      String labelValue = unescaped(offsets[i + 2], offsets[i + 3]);
      labels.set(name, normalised(name, labelValue));
    }
    return labels.build();
  }

  /**
   * {@return the name of a label that the sample has twice, null if there is none}
   *
   * @param labels the sample's labels, as {@link #labels} gave them
   */
  public final @Nullable String repeatedLabel(Labels labels) {
    if (labels.size() == 1 + (offsetCount - 2) / 4) {
      return null;
    }
    // One is missing: it was there already, or is empty.
    Set<String> names = new HashSet<>();
    names.add(Label.METRIC_NAME);
    for (int i = 2; i < offsetCount; i += 4) {
      String name = unescaped(offsets[i], offsets[i + 1]);
      if (!names.add(name)) {
        return name;
      }
    }
    return null;
  }

  /**
   * {@return whether the sample has a label of that name with an empty value, which {@link #labels}
   * leaves out}
   */
  public final boolean hasEmptyLabel(String name) {
    for (int i = 2; i < offsetCount; i += 4) {
      boolean empty = offsets[i + 2] == offsets[i + 3];
      if (empty && unescaped(offsets[i], offsets[i + 1]).equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Two exporters may spell one bucket's bound {@code 1} and {@code 1.0}: it is one series. */
  private String normalised(String name, String labelValue) {
    boolean number =
        (type.equals("summary") && name.equals("quantile"))
            || (type.equals("histogram") && name.equals("le"));
    if (!number) {
      return labelValue;
    }
    byte[] digits = labelValue.getBytes(StandardCharsets.UTF_8);
    try {
      return GoText.labelFloat(GoText.parseFloat(digits, 0, digits.length));
    } catch (ExpositionException notOne) {
      return labelValue; // A label like any other.
    }
  }

  void startLine() {
    lineStart = lexer.end;
    offsetCount = 0;
  }

  final void addOffsets(int from, int to) {
    if (offsetCount + 2 > offsets.length) {
      offsets = Arrays.copyOf(offsets, offsets.length * 2);
    }
    offsets[offsetCount++] = from;
    offsets[offsetCount++] = to;
  }

  final void nameAbsent() {
    addOffsets(-1, -1);
  }

  final void setName(int from, int to) {
    offsets[0] = from;
    offsets[1] = to;
  }

  final void requireName() throws ExpositionException {
    if (offsets[0] < 0) {
      throw new ExpositionException("metric name not set while parsing: " + line());
    }
  }

  /** {@return the line up to the token last read, in quotes} */
  final String line() {
    return GoText.quote(bytes, lineStart, lexer.end);
  }

  final ExpositionException unexpected(String expected, Token got) {
    // One byte more than the token: it is often the one that is wrong.
    int to = Math.min(lexer.end + 1, lexer.length);
    return new ExpositionException(
        "%s, got %s (\"%s\") while parsing: %s"
            .formatted(
                expected,
                GoText.quote(bytes, lexer.start, to),
                got.text(),
                GoText.quote(bytes, lineStart, to)));
  }

  final double number(int from) throws ExpositionException {
    try {
      return GoText.parseFloat(bytes, from, lexer.end);
    } catch (ExpositionException notOne) {
      throw new ExpositionException(notOne.getMessage() + " while parsing: " + line());
    }
  }

  /** Reads the family's name, which may be quoted. */
  final void family(Token meta) throws ExpositionException {
    Token name = lexer.next();
    if (name != Token.METRIC_NAME) {
      throw unexpected("expected metric name after " + meta.text(), name);
    }
    boolean quoted = bytes[lexer.start] == '"';
    familyName =
        quoted ? unescaped(lexer.start + 1, lexer.end - 1) : unescaped(lexer.start, lexer.end);
  }

  final String checkedHelp(int from, int to) throws ExpositionException {
    if (!GoText.isUtf8(bytes, from, to)) {
      throw new ExpositionException(
          "help text %s is not a valid utf8 string".formatted(GoText.quote(bytes, from, to)));
    }
    return unescaped(from, to);
  }

  final void checkLabelValue() throws ExpositionException {
    if (!GoText.isUtf8(bytes, lexer.start, lexer.end)) {
      throw new ExpositionException(
          "invalid UTF-8 label value: " + GoText.quote(bytes, lexer.start, lexer.end));
    }
  }

  /** {@return a text with its escapes of quotes, backslashes and line ends resolved} */
  final String unescaped(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\\') {
        return unescape(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static String unescape(String escaped) {
    StringBuilder text = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      char following = i + 1 < escaped.length() ? escaped.charAt(i + 1) : 0;
      if (c == '\\' && (following == '"' || following == '\\' || following == 'n')) {
        text.append(following == 'n' ? '\n' : following);
        i++;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
