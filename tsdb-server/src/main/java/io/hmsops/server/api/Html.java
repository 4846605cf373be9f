package io.hmsops.server.api;

import io.hmsops.server.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Writes one plain page. Text is escaped on its way in; there are no scripts and no assets. */
final class Html {
  private static final String STYLE =
      "body{font:15px system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em}"
          + "nav a{margin-right:1em}table{border-collapse:collapse;width:100%}"
          + "td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top}"
          + "code{overflow-wrap:anywhere}.up,.ok,.inactive{background:#d7f0d7}"
          + ".down,.err,.firing{background:#f6d0d0}.pending,.unknown{background:#f7edc8}";

  private final StringBuilder page = new StringBuilder();

  Html(String title) {
    page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    text(title);
    page.append(" · HMS-OPS</title><style>").append(STYLE).append("</style></head><body><nav>");
    link("/", "HMS-OPS").link("/targets", "Targets").link("/rules", "Rules");
    link("/alerts", "Alerts").link("/status", "Status").link("/metrics", "Own metrics");
    page.append("</nav><h1>");
    text(title);
    page.append("</h1>");
  }

  Html text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> page.append("&lt;");
        case '>' -> page.append("&gt;");
        case '&' -> page.append("&amp;");
        case '"' -> page.append("&quot;");
        case '\'' -> page.append("&#39;");
        default -> page.append(c);
      }
    }
    return this;
  }

  private Html link(String path, String label) {
    page.append("<a href=\"").append(path).append("\">");
    text(label);
    page.append("</a>");
    return this;
  }

  Html heading(String text) {
    page.append("<h2>");
    text(text);
    page.append("</h2>");
    return this;
  }

  Html paragraph(String text) {
    page.append("<p>");
    text(text);
    page.append("</p>");
    return this;
  }

  Html preformatted(String text) {
    page.append("<pre>");
    text(text);
    page.append("</pre>");
    return this;
  }

  Html tableOf(String... headings) {
    page.append("<table><tr>");
    for (String heading : headings) {
      page.append("<th>");
      text(heading);
      page.append("</th>");
    }
    page.append("</tr>");
    return this;
  }

  /** Adds a row whose first cell is coloured by a state. */
  Html row(String state, List<String> cells) {
    page.append("<tr><td class=\"");
    text(state);
    page.append("\">");
    text(state.toUpperCase(Locale.ROOT));
    page.append("</td>");
    cells(cells);
    return this;
  }

  Html row(String... cells) {
    page.append("<tr>");
    cells(List.of(cells));
    return this;
  }

  private void cells(List<String> cells) {
    for (String cell : cells) {
      page.append("<td><code>");
      text(cell);
      page.append("</code></td>");
    }
    page.append("</tr>");
  }

  Html endTable() {
    page.append("</table>");
    return this;
  }

  HttpResponse response() {
    page.append("</body></html>\n");
    byte[] bytes = page.toString().getBytes(StandardCharsets.UTF_8);
    return HttpResponse.of(200, "text/html; charset=utf-8", bytes)
        .with(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "no-referrer");
  }
}
