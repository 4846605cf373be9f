package io.hmsops.query.function;

import io.hmsops.tsdb.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The hash of a label set as Prometheus' {@code stringlabels} computes it: xxHash64 with seed 0
 * over names and values in order, each behind its length. Decides which series {@code limit_ratio}
 * keeps.
 */
public final class LabelHash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  private static final int STRIPE = 32;

  /** The largest hash as a double. */
  private static final double MAX_HASH = 0x1p64;

  /** A length from here on takes four bytes. */
  private static final int LONG_LENGTH = 0xff;

  private LabelHash() {}

  /**
   * {@return where the hash lies between 0 and 1}
   *
   * @param labels the label set
   */
  public static double position(Labels labels) {
    long hash = of(labels);
    double unsigned = (hash >>> 1) * 2.0 + (hash & 1);
    return unsigned / MAX_HASH;
  }

  /**
   * {@return the hash}
   *
   * @param labels the label set
   */
  public static long of(Labels labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < labels.size(); i++) {
      append(bytes, labels.name(i));
      append(bytes, labels.value(i));
    }
    return xxHash64(bytes.toByteArray());
  }

  private static void append(ByteArrayOutputStream bytes, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length < LONG_LENGTH) {
      bytes.write(utf8.length);
    } else {
      bytes.write(LONG_LENGTH);
      bytes.write(utf8.length);
      bytes.write(utf8.length >>> 8);
      bytes.write(utf8.length >>> 16);
    }
    bytes.writeBytes(utf8);
  }

  static long xxHash64(byte[] data) {
    int at = 0;
    long hash;
    if (data.length >= STRIPE) {
      // PRIME_1 + PRIME_2, which overflows as it should.
      long a = 0x60EA27EEADC0B5D6L;
      long b = PRIME_2;
      long c = 0;
      long d = -PRIME_1;
      for (; at <= data.length - STRIPE; at += STRIPE) {
        a = round(a, (long) LONG.get(data, at));
        b = round(b, (long) LONG.get(data, at + 8));
        c = round(c, (long) LONG.get(data, at + 16));
        d = round(d, (long) LONG.get(data, at + 24));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(merge(merge(merge(hash, a), b), c), d);
    } else {
      hash = PRIME_5;
    }
    return finish(hash + data.length, data, at);
  }

  private static long finish(long start, byte[] data, int from) {
    long hash = start;
    int at = from;
    for (; at + 8 <= data.length; at += 8) {
      hash ^= round(0, (long) LONG.get(data, at));
      hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
    }
    if (at + 4 <= data.length) {
      hash ^= ((int) INT.get(data, at) & 0xffffffffL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < data.length; at++) {
      hash ^= (data[at] & 0xff) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    hash = (hash ^ (hash >>> 33)) * PRIME_2;
    hash = (hash ^ (hash >>> 29)) * PRIME_3;
    return hash ^ (hash >>> 32);
  }

  private static long round(long accumulator, long input) {
    return Long.rotateLeft(accumulator + input * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long accumulator) {
    return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
  }
}
