package io.hmsops.server.notify;

import io.hmsops.server.alerting.FramedFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each receiver was last told about each group. Kept on disk, so that a restart does not tell
 * it again. Specified in {@code docs/format/alert-state.md}. Not thread-safe.
 */
final class NotificationLog {
  /** {@code HMSN}. */
  static final int MAGIC = 0x484d534e;

  static final int VERSION = 0;
  private static final System.Logger LOG = System.getLogger(NotificationLog.class.getName());

  private final FramedFile file;
  private final Map<String, Entry> entries = new HashMap<>();

  /**
   * What was told last.
   *
   * @param timeMs when
   * @param expiresAtMs when it may be forgotten
   * @param firing the fingerprints told as firing
   * @param resolved the fingerprints told as resolved
   */
  record Entry(long timeMs, long expiresAtMs, Set<String> firing, Set<String> resolved) {
    Entry {
      firing = Set.copyOf(firing);
      resolved = Set.copyOf(resolved);
    }
  }

  NotificationLog(Path path) {
    this.file = new FramedFile(path, MAGIC, VERSION);
    try {
      Optional<byte[]> content = file.read();
      if (content.isPresent()) {
        decode(content.get());
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the notification log is lost, receivers may be told twice: {0}",
          e.getMessage());
    }
  }

  /**
   * {@return why a receiver should be told, empty if it should not}
   *
   * @param key the group and receiver
   * @param firing the fingerprints that fire
   * @param resolved the fingerprints that are resolved
   */
  String reason(
      String key,
      Set<String> firing,
      Set<String> resolved,
      boolean sendResolved,
      long repeatIntervalMs,
      long nowMs) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return firing.isEmpty() ? "" : "first notification";
    }
    if (!entry.firing().containsAll(firing)) {
      return entry.firing().isEmpty() ? "first notification" : "new alerts in group";
    }
    if (firing.isEmpty()) {
      return entry.firing().isEmpty() ? "" : "all resolved";
    }
    if (sendResolved && !entry.resolved().containsAll(resolved)) {
      return "some alerts resolved";
    }
    return entry.timeMs() < nowMs - repeatIntervalMs ? "repeat interval elapsed" : "";
  }

  void put(String key, Entry entry, long nowMs) {
    entries.values().removeIf(old -> old.expiresAtMs() < nowMs);
    entries.put(key, entry);
    try {
      file.write(encode());
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING, "the notification log cannot be saved: {0}", e.toString());
    }
  }

  private byte[] encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(entries.size());
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeLong(entry.getValue().timeMs());
      out.writeLong(entry.getValue().expiresAtMs());
      writeSet(out, entry.getValue().firing());
      writeSet(out, entry.getValue().resolved());
    }
    return bytes.toByteArray();
  }

  private void decode(byte[] content) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String key = in.readUTF();
      entries.put(key, new Entry(in.readLong(), in.readLong(), readSet(in), readSet(in)));
    }
  }

  private static void writeSet(DataOutputStream out, Set<String> set) throws IOException {
    out.writeInt(set.size());
    for (String text : set) {
      out.writeUTF(text);
    }
  }

  private static Set<String> readSet(DataInputStream in) throws IOException {
    Set<String> set = new LinkedHashSet<>();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      set.add(in.readUTF());
    }
    return set;
  }
}
