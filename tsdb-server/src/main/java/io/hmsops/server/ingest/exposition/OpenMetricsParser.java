package io.hmsops.server.ingest.exposition;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads OpenMetrics as leniently as Prometheus: the layout of lines and the end mark are checked,
 * the rules on the order of families are not. A {@code _created} sample is a sample like any other.
 */
final class OpenMetricsParser extends PageParser {
  private static final Set<String> TYPES =
      Set.of(
          "counter",
          "gauge",
          "histogram",
          "gaugehistogram",
          "summary",
          "info",
          "stateset",
          "unknown");

  private Labels.@Nullable Builder exemplarLabels;
  private double exemplarValue;
  private boolean hasExemplarTimestamp;
  private long exemplarTimestampMs;

  OpenMetricsParser(byte[] page, int length) {
    super(page, new OpenMetricsLexer(page, length));
  }

  @Override
  void startLine() {
    super.startLine();
    exemplarLabels = null;
  }

  @Override
  public Entry next() throws ExpositionException {
    startLine();
    Token token = lexer.next();
    return switch (token) {
      case EOF_WORD -> {
        if (lexer.next() != Token.EOF) {
          throw new ExpositionException("unexpected data after # EOF");
        }
        yield Entry.END;
      }
      case EOF -> throw noEnd();
      case HELP, TYPE, UNIT -> meta(token);
      case BRACE_OPEN -> {
        nameAbsent();
        labelPairs(null);
        seriesEnd = lexer.end;
        yield series(lexer.next());
      }
      case METRIC_NAME -> {
        addOffsets(lineStart, lexer.end);
        seriesEnd = lexer.end;
        Token following = lexer.next();
        if (following == Token.BRACE_OPEN) {
          labelPairs(null);
          seriesEnd = lexer.end;
          following = lexer.next();
        }
        yield series(following);
      }
      case INVALID,
          LINEBREAK,
          WHITESPACE,
          TEXT,
          COMMENT,
          QUOTED,
          BRACE_CLOSE,
          LABEL_NAME,
          LABEL_VALUE,
          EQUAL,
          COMMA,
          TIMESTAMP,
          VALUE ->
          throw unexpected("expected a valid start token", token);
    };
  }

  @Override
  public @Nullable Exemplar exemplar(long absentTimestampMs) {
    return exemplarLabels == null
        ? null
        : new Exemplar(
            exemplarLabels.build(),
            exemplarValue,
            hasExemplarTimestamp ? exemplarTimestampMs : absentTimestampMs);
  }

  private static ExpositionException noEnd() {
    return new ExpositionException("data does not end with # EOF");
  }

  private Entry meta(Token token) throws ExpositionException {
    family(token);
    int nameStart = lexer.start;
    int nameEnd = lexer.end;
    if (lexer.next() != Token.TEXT) {
      throw new ExpositionException("expected text in " + token.text());
    }
    int from = lexer.start + 1;
    int to = lexer.end - 1;
    String found = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    if (token == Token.HELP) {
      text = checkedHelp(from, to);
      return Entry.HELP;
    }
    text = found;
    if (token == Token.TYPE) {
      if (!TYPES.contains(found)) {
        throw new ExpositionException("invalid metric type " + GoText.quote(bytes, from, to));
      }
      type = found;
      return Entry.TYPE;
    }
    if (!found.isEmpty() && !familyName.endsWith("_" + found)) {
      throw new ExpositionException(
          "unit %s not a suffix of metric %s"
              .formatted(GoText.quote(bytes, from, to), GoText.quote(bytes, nameStart, nameEnd)));
    }
    return Entry.UNIT;
  }

  /** Reads labels up to the brace: an exemplar's if a builder is given, else the sample's. */
  private void labelPairs(Labels.@Nullable Builder exemplar) throws ExpositionException {
    Token token = lexer.next();
    while (token != Token.BRACE_CLOSE) {
      if (token != Token.LABEL_NAME && token != Token.QUOTED) {
        throw unexpected("expected label name", token);
      }
      int quote = token == Token.QUOTED ? 1 : 0;
      int nameStart = lexer.start + quote;
      int nameEnd = lexer.end - quote;
      token = lexer.next();
      boolean alone = token == Token.COMMA || token == Token.BRACE_CLOSE;
      if (exemplar == null && quote == 1 && alone) {
        setName(nameStart, nameEnd); // A quoted text alone is the metric's name.
        if (token == Token.COMMA) {
          token = lexer.next();
        }
        continue;
      }
      if (token != Token.EQUAL) {
        throw unexpected("expected equal", token);
      }
      labelValue(exemplar, nameStart, nameEnd);
      token = lexer.next();
      if (token == Token.COMMA) {
        token = lexer.next();
      } else if (token != Token.BRACE_CLOSE) {
        throw unexpected("expected comma or brace close", token);
      }
    }
  }

  private void labelValue(Labels.@Nullable Builder exemplar, int nameStart, int nameEnd)
      throws ExpositionException {
    Token token = lexer.next();
    if (token != Token.LABEL_VALUE) {
      throw unexpected("expected label value", token);
    }
    checkLabelValue();
    if (exemplar == null) {
      addOffsets(nameStart, nameEnd);
      addOffsets(lexer.start + 1, lexer.end - 1);
    } else {
      exemplar.set(unescaped(nameStart, nameEnd), unescaped(lexer.start + 1, lexer.end - 1));
    }
  }

  private Entry series(Token token) throws ExpositionException {
    requireName();
    value = spacedNumber(token, "metric");
    hasTimestamp = false;
    Token following = lexer.next();
    if (following == Token.EOF) {
      throw noEnd();
    }
    if (following == Token.TIMESTAMP) {
      hasTimestamp = true;
      timestampMs = timestamp("invalid timestamp ");
      following = lexer.next();
      if (following != Token.LINEBREAK && following != Token.COMMENT) {
        throw unexpected("expected next entry after timestamp", following);
      }
    }
    if (following == Token.COMMENT) {
      exemplar();
    } else if (following != Token.LINEBREAK) {
      throw unexpected("expected timestamp or new record", following);
    }
    return Entry.SERIES;
  }

  private void exemplar() throws ExpositionException {
    Labels.Builder labels = new Labels.Builder();
    labelPairs(labels);
    exemplarValue = spacedNumber(lexer.next(), "exemplar labels");
    hasExemplarTimestamp = false;
    Token following = lexer.next();
    if (following == Token.EOF) {
      throw noEnd();
    }
    if (following == Token.TIMESTAMP) {
      hasExemplarTimestamp = true;
      exemplarTimestampMs = timestamp("invalid exemplar timestamp ");
      following = lexer.next();
      if (following != Token.LINEBREAK) {
        throw unexpected("expected next entry after exemplar timestamp", following);
      }
    } else if (following != Token.LINEBREAK) {
      throw unexpected("expected timestamp or comment", following);
    }
    exemplarLabels = labels;
  }

  private double spacedNumber(Token token, String after) throws ExpositionException {
    if (token != Token.VALUE) {
      throw unexpected("expected value after " + after, token);
    }
    return number(lexer.start + 1);
  }

  /** {@return seconds as milliseconds, cut off} */
  private long timestamp(String invalid) throws ExpositionException {
    double seconds = number(lexer.start + 1);
    if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
      throw new ExpositionException(
          invalid + (Double.isNaN(seconds) ? "NaN" : seconds > 0 ? "+Inf" : "-Inf"));
    }
    return (long) (seconds * 1000);
  }
}
