package io.hmsops.server.alerting;

import io.hmsops.tsdb.labels.Labels;
import java.nio.charset.StandardCharsets;

/** The name of an alert in notes and notifications: a hash of its labels, as Alertmanager's. */
public final class Fingerprint {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final int SEPARATOR = 0xff;

  private Fingerprint() {}

  /**
   * {@return the 64-bit FNV-1a hash of the sorted labels, each name and value followed by the byte
   * 0xff, as 16 hexadecimal digits}
   *
   * @param labels the labels of the alert
   */
  public static String of(Labels labels) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < labels.size(); i++) {
      hash = step(add(hash, labels.name(i)), SEPARATOR);
      hash = step(add(hash, labels.value(i)), SEPARATOR);
    }
    return "%016x".formatted(hash);
  }

  private static long add(long hash, String text) {
    long result = hash;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      result = step(result, b & 0xff);
    }
    return result;
  }

  private static long step(long hash, int octet) {
    return (hash ^ octet) * FNV_PRIME;
  }
}
