package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A report as Markdown, as JSON, and as a table for a terminal.
 *
 * @param report the figures
 * @param contestants who took part, our own first
 * @param absent the names of those that are not installed
 * @param fullSize whether the goals, which are for the full size, can be judged
 * @param heading what, when and where, as name and text
 */
record ReportFiles(
    Report report,
    List<Contestant> contestants,
    Set<String> absent,
    boolean fullSize,
    Map<String, String> heading) {
  private static final String NOTHING = "";

  /** Writes {@code NAME.md} and {@code NAME.json}. */
  void write(Path directory, String name) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(name + ".md"), markdown());
    Files.writeString(directory.resolve(name + ".json"), json());
  }

  private List<String> titles() {
    List<String> titles = new ArrayList<>(List.of("row", "work", "unit"));
    for (Contestant contestant : contestants) {
      titles.add(contestant.title());
    }
    titles.add("goal");
    for (Contestant peer : contestants.subList(1, contestants.size())) {
      titles.add(peer.title() + " / " + contestants.get(0).title());
    }
    return titles;
  }

  private List<String> cells(Line line, Map<String, Report.Cell> values) {
    List<String> cells = new ArrayList<>(List.of(line.row(), line.what(), line.unit()));
    for (Contestant contestant : contestants) {
      cells.add(text(contestant, values.get(contestant.name())));
    }
    cells.add(goal(line, values.get(HmsContestant.NAME)));
    for (Contestant peer : contestants.subList(1, contestants.size())) {
      cells.add(ratio(values.get(contestants.get(0).name()), values.get(peer.name())));
    }
    return cells;
  }

  private String text(Contestant contestant, Report.@Nullable Cell cell) {
    if (cell == null) {
      return absent.contains(contestant.name()) ? "not installed" : NOTHING;
    }
    return Report.number(cell.value())
        + (cell.beside().isEmpty() ? "" : " (" + cell.beside() + ")");
  }

  private String goal(Line line, Report.@Nullable Cell ours) {
    if (Double.isNaN(line.goal())) {
      return NOTHING;
    }
    String goal = (line.moreIsBetter() ? "≥ " : "≤ ") + Report.number(line.goal());
    if (ours == null || !fullSize) {
      return goal;
    }
    boolean met = line.moreIsBetter() ? ours.value() >= line.goal() : ours.value() <= line.goal();
    return goal + (met ? " met" : " NOT met");
  }

  private static String ratio(Report.@Nullable Cell ours, Report.@Nullable Cell theirs) {
    return ours == null || theirs == null || ours.value() == 0
        ? NOTHING
        : Report.number(theirs.value() / ours.value());
  }

  /** {@return the table, its columns aligned} */
  String table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(titles());
    report.lines().forEach((line, values) -> rows.add(cells(line, values)));
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        text.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length() + 2);
      }
      table.append(text.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  private String markdown() {
    StringBuilder text = new StringBuilder("# Side by side\n\n");
    heading.forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
    text.append('\n').append(markdownRow(titles()));
    text.append("|---".repeat(titles().size())).append("|\n");
    report.lines().forEach((line, values) -> text.append(markdownRow(cells(line, values))));
    list(text, "How", report.notes());
    list(text, "Answers compared", report.agreements());
    list(text, "Failures", report.failures());
    return text.toString();
  }

  private static void list(StringBuilder text, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append("\n## ").append(title).append("\n\n");
      lines.forEach(line -> text.append("- ").append(line).append('\n'));
    }
  }

  private static String markdownRow(List<String> cells) {
    StringBuilder row = new StringBuilder("|");
    for (String cell : cells) {
      row.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    return row.append('\n').toString();
  }

  private String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeObjectPropertyStart("run");
      heading.forEach(json::writeStringProperty);
      json.writeEndObject();
      json.writeArrayPropertyStart("lines");
      report.lines().forEach((line, values) -> write(json, line, values));
      json.writeEndArray();
      write(json, "notes", report.notes());
      write(json, "answersCompared", report.agreements());
      write(json, "failures", report.failures());
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Line line, Map<String, Report.Cell> values) {
    json.writeStartObject();
    json.writeStringProperty("row", line.row());
    json.writeStringProperty("work", line.what());
    json.writeStringProperty("unit", line.unit());
    if (!Double.isNaN(line.goal())) {
      json.writeNumberProperty("goal", line.goal());
      json.writeBooleanProperty("moreIsBetter", line.moreIsBetter());
    }
    json.writeObjectPropertyStart("figures");
    values.forEach((name, cell) -> json.writeNumberProperty(name, cell.value()));
    json.writeEndObject();
    json.writeObjectPropertyStart("beside");
    values.forEach((name, cell) -> json.writeStringProperty(name, cell.beside()));
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, List<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.forEach(json::writeString);
    json.writeEndArray();
  }
}
