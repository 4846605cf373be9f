package io.hmsops.server.scrape;

import io.hmsops.server.config.ScrapeProtocol;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides by its content type how a page is read. */
final class ContentType {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String TEXT = "text/plain";
  private static final String PROTOBUF = "application/vnd.google.protobuf";

  private ContentType() {}

  /** {@return whether a page is OpenMetrics rather than the text format} */
  static boolean isOpenMetrics(String header, @Nullable ScrapeProtocol fallback)
      throws ScrapeException {
    String type = mediaType(header, fallback);
    if (type.equals(PROTOBUF)) {
      throw new ScrapeException("not supported: Content-Type \"%s\"".formatted(header));
    }
    return type.equals(OPEN_METRICS);
  }

  static String mediaType(String header, @Nullable ScrapeProtocol fallback) throws ScrapeException {
    if (header.isEmpty()) {
      if (fallback == null) {
        throw new ScrapeException(
            "non-compliant scrape target sending blank Content-Type and no"
                + " fallback_scrape_protocol specified for target");
      }
      return fallback.mediaType();
    }
    String type;
    try {
      type = parse(header);
    } catch (ScrapeException invalid) {
      if (fallback == null) {
        throw new ScrapeException(
            "cannot parse Content-Type \"%s\" and no fallback_scrape_protocol for target\n%s"
                .formatted(header, invalid.getMessage()));
      }
      return fallback.mediaType();
    }
    if (type.equals(OPEN_METRICS) || type.equals(TEXT) || type.equals(PROTOBUF)) {
      return type;
    }
    if (fallback == null) {
      throw new ScrapeException(
          "received unsupported Content-Type \"%s\" and no fallback_scrape_protocol specified for"
                  .formatted(header)
              + " target");
    }
    return fallback.mediaType();
  }

  private static String parse(String header) throws ScrapeException {
    int semicolon = header.indexOf(';');
    String base = semicolon < 0 ? header : header.substring(0, semicolon);
    String type = base.strip().toLowerCase(Locale.ROOT);
    int slash = tokenEnd(type, 0);
    if (slash == 0) {
      throw new ScrapeException("mime: no media type");
    }
    if (slash < type.length()) {
      if (type.charAt(slash) != '/') {
        throw new ScrapeException("mime: expected slash after first token");
      }
      int end = tokenEnd(type, slash + 1);
      if (end == slash + 1) {
        throw new ScrapeException("mime: expected token after slash");
      }
      if (end < type.length()) {
        throw new ScrapeException("mime: unexpected content after media subtype");
      }
    }
    checkParameters(header, base.length());
    return type;
  }

  private static void checkParameters(String header, int from) throws ScrapeException {
    Map<String, String> seen = new HashMap<>();
    String rest = header.substring(from).strip();
    while (!rest.isEmpty() && !rest.equals(";")) {
      String parameter = rest.startsWith(";") ? rest.substring(1).stripLeading() : "";
      int nameEnd = tokenEnd(parameter, 0);
      if (nameEnd == 0 || nameEnd == parameter.length() || parameter.charAt(nameEnd) != '=') {
        throw new ScrapeException("mime: invalid media parameter");
      }
      int valueEnd = valueEnd(parameter, nameEnd + 1);
      if (valueEnd == nameEnd + 1) {
        throw new ScrapeException("mime: invalid media parameter");
      }
      String name = parameter.substring(0, nameEnd).toLowerCase(Locale.ROOT);
      String value = parameter.substring(nameEnd + 1, valueEnd);
      if (!seen.getOrDefault(name, value).equals(value)) {
        throw new ScrapeException("mime: duplicate parameter name");
      }
      seen.put(name, value);
      rest = parameter.substring(valueEnd).strip();
    }
  }

  private static int valueEnd(String text, int from) {
    if (from < text.length() && text.charAt(from) == '"') {
      int close = text.indexOf('"', from + 1);
      return close < 0 ? from : close + 1;
    }
    return tokenEnd(text, from);
  }

  private static int tokenEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isTokenChar(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isTokenChar(char c) {
    return c > 0x20 && c < 0x7f && "()<>@,;:\\\"/[]?=".indexOf(c) < 0;
  }
}
