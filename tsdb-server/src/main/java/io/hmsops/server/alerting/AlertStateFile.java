package io.hmsops.server.alerting;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The state of all alerts on disk. Specified in {@code docs/format/alert-state.md}. */
final class AlertStateFile {
  /** {@code HMSA}. */
  static final int MAGIC = 0x484d5341;

  static final int VERSION = 0;

  private static final int PENDING = 1;
  private static final int FIRING = 2;
  private static final int INACTIVE = 3;

  private final FramedFile file;

  AlertStateFile(Path path) {
    this.file = new FramedFile(path, MAGIC, VERSION);
  }

  FramedFile file() {
    return file;
  }

  List<SavedRule> read() throws IOException {
    Optional<byte[]> content = file.read();
    return content.isEmpty() ? List.of() : decode(content.get());
  }

  void write(List<SavedRule> rules) throws IOException {
    file.write(encode(rules));
  }

  static byte[] encode(List<SavedRule> rules) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(rules.size());
    for (SavedRule rule : rules) {
      writeText(out, rule.group());
      writeText(out, rule.rule());
      writeText(out, rule.expr());
      out.writeLong(rule.savedAtMs());
      out.writeInt(rule.alerts().size());
      for (ActiveAlert alert : rule.alerts()) {
        writeAlert(out, alert);
      }
    }
    return bytes.toByteArray();
  }

  private static void writeAlert(DataOutputStream out, ActiveAlert alert) throws IOException {
    out.writeByte(
        switch (alert.state) {
          case PENDING -> PENDING;
          case FIRING -> FIRING;
          case INACTIVE -> INACTIVE;
        });
    out.writeDouble(alert.value);
    out.writeLong(alert.activeAtMs);
    out.writeLong(alert.firedAtMs);
    out.writeLong(alert.keepFiringSinceMs);
    out.writeLong(alert.resolvedAtMs);
    out.writeLong(alert.lastSentAtMs);
    Map<String, String> labels = new LinkedHashMap<>();
    for (Label label : alert.labels) {
      labels.put(label.name(), label.value());
    }
    writeMap(out, labels);
    writeMap(out, alert.annotations);
  }

  static List<SavedRule> decode(byte[] content) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    int ruleCount = in.readInt();
    List<SavedRule> rules = new ArrayList<>();
    for (int i = 0; i < ruleCount; i++) {
      String group = readText(in);
      String rule = readText(in);
      String expr = readText(in);
      long savedAtMs = in.readLong();
      int alertCount = in.readInt();
      List<ActiveAlert> alerts = new ArrayList<>();
      for (int j = 0; j < alertCount; j++) {
        alerts.add(readAlert(in));
      }
      rules.add(new SavedRule(group, rule, expr, savedAtMs, alerts));
    }
    return rules;
  }

  private static ActiveAlert readAlert(DataInputStream in) throws IOException {
    int code = in.readByte();
    AlertState state =
        switch (code) {
          case PENDING -> AlertState.PENDING;
          case FIRING -> AlertState.FIRING;
          case INACTIVE -> AlertState.INACTIVE;
          default ->
              throw new IOException("alert state: code %d (expected: 1 to 3)".formatted(code));
        };
    double value = in.readDouble();
    long activeAtMs = in.readLong();
    long firedAtMs = in.readLong();
    long keepFiringSinceMs = in.readLong();
    long resolvedAtMs = in.readLong();
    long lastSentAtMs = in.readLong();
    Labels.Builder labels = new Labels.Builder();
    readMap(in).forEach(labels::add);
    ActiveAlert alert = new ActiveAlert(labels.build(), readMap(in), value, activeAtMs);
    alert.state = state;
    alert.firedAtMs = firedAtMs;
    alert.keepFiringSinceMs = keepFiringSinceMs;
    alert.resolvedAtMs = resolvedAtMs;
    alert.lastSentAtMs = lastSentAtMs;
    return alert;
  }

  private static void writeMap(DataOutputStream out, Map<String, String> map) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, String> entry : map.entrySet()) {
      writeText(out, entry.getKey());
      writeText(out, entry.getValue());
    }
  }

  private static Map<String, String> readMap(DataInputStream in) throws IOException {
    int size = in.readInt();
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      String key = readText(in);
      map.put(key, readText(in));
    }
    return map;
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("text of %d bytes where %d are left".formatted(length, in.available()));
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
