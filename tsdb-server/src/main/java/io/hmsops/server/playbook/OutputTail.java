package io.hmsops.server.playbook;

import java.nio.charset.StandardCharsets;

/** Keeps the last bytes of an output. Thread-safe. */
final class OutputTail {
  private final byte[] ring;
  private long written;

  OutputTail(int capacityBytes) {
    this.ring = new byte[capacityBytes];
  }

  void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(bytes, bytes.length);
  }

  synchronized void add(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      ring[(int) (written++ % ring.length)] = bytes[i];
    }
  }

  synchronized String text() {
    int length = (int) Math.min(written, ring.length);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = ring[(int) ((written - length + i) % ring.length)];
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    return written > ring.length
        ? "[%d bytes left out]%n".formatted(written - length) + text
        : text;
  }
}
