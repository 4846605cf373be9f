package io.hmsops.server.timeline;

import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** The timeline on disk: appended frames. Specified in {@code docs/format/timeline.md}. */
final class TimelineFile implements AutoCloseable {
  /** {@code HMST}. */
  static final int MAGIC = 0x484d5354;

  static final int VERSION = 0;
  static final int HEADER_LENGTH = 2 * Integer.BYTES;
  static final int FRAME_HEADER_LENGTH = 2 * Integer.BYTES;
  static final int MAX_FRAME_LENGTH = 1 << 20;

  /** A larger file is put aside, and a new one begun. */
  static final long MAX_FILE_BYTES = 32L << 20;

  private static final System.Logger LOG = System.getLogger(TimelineFile.class.getName());

  private final Path file;
  private FileChannel channel;

  /** Opens or creates the file, hands out its events, and cuts off a torn end. */
  TimelineFile(Path file, Consumer<AlertEvent> events) throws IOException {
    this.file = file;
    long end = Files.exists(file) ? replay(events) : 0;
    this.channel = open();
    if (end == 0) {
      writeHeader();
    } else {
      channel.truncate(end);
      channel.position(end);
    }
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private void writeHeader() throws IOException {
    channel.truncate(0);
    channel.position(0);
    write(ByteBuffer.allocate(HEADER_LENGTH).putInt(MAGIC).putInt(VERSION).flip());
  }

  /** {@return where the last good frame ends, 0 if not even the header is whole} */
  private long replay(Consumer<AlertEvent> events) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (bytes.limit() < HEADER_LENGTH) {
      return 0;
    }
    if (bytes.getInt() != MAGIC) {
      throw new IOException(file + ": does not begin with HMST: not a timeline");
    }
    int version = bytes.getInt();
    if (version != VERSION) {
      throw new IOException(
          "%s: version is %d (expected: %d)%s"
              .formatted(
                  file, version, VERSION, version > VERSION ? ", from a newer HMS-OPS" : ""));
    }
    while (bytes.remaining() >= FRAME_HEADER_LENGTH) {
      int start = bytes.position();
      int length = bytes.getInt();
      int expected = bytes.getInt();
      if (length < 0 || length > MAX_FRAME_LENGTH || length > bytes.remaining()) {
        return torn(start, bytes.limit(), "a frame of %d bytes".formatted(length));
      }
      byte[] content = new byte[length];
      bytes.get(content);
      if (crc(content) != expected) {
        return torn(
            start, bytes.limit(), "crc is %08x (expected %08x)".formatted(crc(content), expected));
      }
      events.accept(decode(content));
    }
    return bytes.remaining() == 0
        ? bytes.limit()
        : torn(bytes.position(), bytes.limit(), "half a frame header");
  }

  private long torn(long offset, long size, String problem) {
    LOG.log(
        System.Logger.Level.WARNING,
        "{0} at {1}: {2}; the last {3} bytes are dropped",
        file,
        offset,
        problem,
        size - offset);
    return offset;
  }

  void append(AlertEvent event) throws IOException {
    if (channel.position() > MAX_FILE_BYTES) {
      rotate();
    }
    byte[] content = encode(event);
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_LENGTH + content.length);
    write(frame.putInt(content.length).putInt(crc(content)).put(content).flip());
  }

  private void rotate() throws IOException {
    channel.force(true);
    channel.close();
    Files.move(
        file,
        file.resolveSibling(file.getFileName() + ".old"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    channel = open();
    writeHeader();
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.force(true);
    channel.close();
  }

  static byte[] encode(AlertEvent event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(event.timestampMs());
    out.writeByte(event.kind().code());
    writeText(out, event.fingerprint());
    out.writeInt(event.labels().size());
    for (Label label : event.labels()) {
      writeText(out, label.name());
      writeText(out, label.value());
    }
    writeText(out, event.detail());
    return bytes.toByteArray();
  }

  static AlertEvent decode(byte[] content) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    long timestampMs = in.readLong();
    AlertEvent.Kind kind = kind(in.readByte());
    String fingerprint = readText(in);
    Labels.Builder labels = new Labels.Builder();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String name = readText(in);
      labels.add(name, readText(in));
    }
    return new AlertEvent(timestampMs, kind, fingerprint, labels.build(), readText(in));
  }

  private static AlertEvent.Kind kind(int code) throws IOException {
    for (AlertEvent.Kind kind : AlertEvent.Kind.values()) {
      if (kind.code() == code) {
        return kind;
      }
    }
    throw new IOException("timeline: event of kind %d, which is not known".formatted(code));
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException(
          "timeline: text of %d bytes where %d are left".formatted(length, in.available()));
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static int crc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
