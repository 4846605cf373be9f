package io.hmsops.server.api;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON for query results: what the general writer of {@link JsonBody} does, without its set
 * up cost, and with samples as one step. The caller sees to it that values stand where values may
 * stand. What the stream throws becomes an {@link UncheckedIOException}. Not thread-safe.
 */
final class JsonWriter {
  private static final int FIRST_BYTES = 1 << 10;
  private static final int MOST_BYTES = 1 << 14;

  /** The longest thing that is written without asking for room again. */
  private static final int STEP_BYTES = 2 * NumberText.MAX_BYTES + 16;

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REPLACEMENT = "\ufffd".getBytes(StandardCharsets.UTF_8);

  private final OutputStream out;
  private byte[] buffer = new byte[FIRST_BYTES];
  private int length;

  /** Whether something stands before the next value of the innermost open object or array. */
  private boolean filled;

  private boolean named;

  /**
   * Creates a writer.
   *
   * @param out where to write; not closed
   */
  JsonWriter(OutputStream out) {
    this.out = out;
  }

  private void ensure(int bytes) {
    if (buffer.length - length >= bytes) {
      return;
    }
    if (buffer.length < MOST_BYTES) {
      buffer = Arrays.copyOf(buffer, MOST_BYTES);
    } else {
      flush();
    }
  }

  /** Hands what was written to the stream. */
  void flush() {
    try {
      out.write(buffer, 0, length);
      length = 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a comma where one is needed, and has room for a step. */
  private void begin() {
    ensure(STEP_BYTES);
    if (named) {
      named = false;
    } else if (filled) {
      buffer[length++] = ',';
    }
    filled = true;
  }

  private void open(char bracket) {
    begin();
    buffer[length++] = (byte) bracket;
    filled = false;
  }

  private void close(char bracket) {
    ensure(1);
    buffer[length++] = (byte) bracket;
    filled = true;
  }

  void writeStartObject() {
    open('{');
  }

  void writeEndObject() {
    close('}');
  }

  void writeStartArray() {
    open('[');
  }

  void writeEndArray() {
    close(']');
  }

  void writeName(String name) {
    writeString(name);
    ensure(1);
    buffer[length++] = ':';
    named = true;
  }

  void writeObjectPropertyStart(String name) {
    writeName(name);
    writeStartObject();
  }

  void writeArrayPropertyStart(String name) {
    writeName(name);
    writeStartArray();
  }

  void writeStringProperty(String name, String value) {
    writeName(name);
    writeString(value);
  }

  void writeNumberProperty(String name, long value) {
    writeName(name);
    writeNumber(value);
  }

  /** Writes a finite number as Java does. */
  void writeNumberProperty(String name, double value) {
    writeName(name);
    begin();
    put(Double.toString(value));
  }

  void writeBooleanProperty(String name, boolean value) {
    writeName(name);
    begin();
    put(Boolean.toString(value));
  }

  void writeNumber(long value) {
    begin();
    length = NumberText.write(value, buffer, length);
  }

  /** Writes a number as a string, as samples are. */
  void writeValue(double value) {
    begin();
    buffer[length++] = '"';
    length = NumberText.write(value, buffer, length);
    buffer[length++] = '"';
  }

  /** Begins a pair with a time in seconds; the second value and the end are to follow. */
  void writeStartPoint(long timestampMs) {
    open('[');
    length = NumberText.writeSeconds(timestampMs, buffer, length);
    filled = true;
  }

  /** Writes a sample, {@code [1.5,"2"]}. */
  void writePoint(long timestampMs, double value) {
    begin();
    buffer[length++] = '[';
    writePointFrom(NumberText.writeSeconds(timestampMs, buffer, length), value);
  }

  /** Writes a sample of a series. */
  void writePoint(TimeTexts times, int place, long timestampMs, double value) {
    begin();
    buffer[length++] = '[';
    writePointFrom(times.write(place, timestampMs, buffer, length), value);
  }

  /** Writes the rest of a sample behind its time. */
  private void writePointFrom(int end, double value) {
    byte[] into = buffer;
    int at = end;
    into[at++] = ',';
    into[at++] = '"';
    at = NumberText.write(value, into, at);
    into[at++] = '"';
    into[at++] = ']';
    length = at;
  }

  /** Writes ASCII that needs no escapes. */
  private void put(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      buffer[length++] = (byte) ascii.charAt(i);
    }
  }

  void writeString(String text) {
    begin();
    buffer[length++] = '"';
    int at = 0;
    while (at < text.length()) {
      at = putPlain(text, at);
      if (at < text.length()) {
        at = putOther(text, at);
      }
    }
    ensure(1);
    buffer[length++] = '"';
  }

  /** Writes characters up to one that needs thought, or {@return where that is} */
  private int putPlain(String text, int from) {
    ensure(STEP_BYTES);
    byte[] into = buffer;
    int at = length;
    int i = from;
    int end = Math.min(text.length(), from + into.length - at);
    while (i < end) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c >= 0x80) {
        break;
      }
      into[at++] = (byte) c;
      i++;
    }
    length = at;
    return i;
  }

  /** Writes one character, if it is not one that stands for itself, or {@return where it ends} */
  private int putOther(String text, int index) {
    ensure(STEP_BYTES);
    char c = text.charAt(index);
    if (c < 0x80) {
      if (c < ' ' || c == '"' || c == '\\') {
        putEscape(c);
        return index + 1;
      }
      return index;
    }
    if (!Character.isSurrogate(c)) {
      put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      return index + 1;
    }
    int point = text.codePointAt(index);
    if (!Character.isSupplementaryCodePoint(point)) {
      put(REPLACEMENT);
      return index + 1;
    }
    put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
    return index + 2;
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  private void putEscape(char c) {
    buffer[length++] = '\\';
    switch (c) {
      case '"', '\\' -> buffer[length++] = (byte) c;
      case '\b' -> buffer[length++] = 'b';
      case '\t' -> buffer[length++] = 't';
      case '\n' -> buffer[length++] = 'n';
      case '\f' -> buffer[length++] = 'f';
      case '\r' -> buffer[length++] = 'r';
      default -> {
        put("u00");
        buffer[length++] = HEX[c >>> 4];
        buffer[length++] = HEX[c & 0xf];
      }
    }
  }
}
