package io.hmsops.server.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A hash of 128 bits whose seed nobody outside knows, over label bytes as they were sent. Runs of
 * bytes with the same hash are taken for the same series: with 95 bits compared and a million
 * series known, one of 10¹² others is mistaken for one of them with a chance below 10⁻¹⁰. Not
 * thread-safe: the result stands in the object.
 */
final class LabelHash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int STEP_BYTES = 2 * Long.BYTES;
  private static final long ODD = 0x9E37_79B9_7F4A_7C15L;

  private final long firstSeed;
  private final long secondSeed;
  private final long thirdSeed;
  private long high;
  private long low;

  private LabelHash(long firstSeed, long secondSeed, long thirdSeed) {
    this.firstSeed = firstSeed;
    this.secondSeed = secondSeed;
    this.thirdSeed = thirdSeed;
  }

  /** {@return a hash with a seed of its own} */
  static LabelHash seeded() {
    SecureRandom random = new SecureRandom();
    return new LabelHash(random.nextLong(), random.nextLong(), random.nextLong());
  }

  /** {@return a hash with the same seed, for another thread} */
  LabelHash copy() {
    return new LabelHash(firstSeed, secondSeed, thirdSeed);
  }

  /** {@return the first half of the result} */
  long high() {
    return high;
  }

  /** {@return the second half of the result} */
  long low() {
    return low;
  }

  /** Hashes bytes. */
  void of(byte[] bytes, int from, int to) {
    begin(to - from);
    int at = from;
    for (; at + STEP_BYTES <= to; at += STEP_BYTES) {
      add((long) LONG.get(bytes, at), (long) LONG.get(bytes, at + Long.BYTES));
    }
    int left = to - at;
    if (left >= Long.BYTES) {
      add((long) LONG.get(bytes, at), tail(bytes, at + Long.BYTES, to));
    } else if (left > 0) {
      add(tail(bytes, at, to), 0);
    }
    end();
  }

  private static long tail(byte[] bytes, int from, int to) {
    long word = 0;
    int at = from;
    if (to - at >= Integer.BYTES) {
      word = (int) INT.get(bytes, at) & 0xffff_ffffL;
      at += Integer.BYTES;
    }
    for (; at < to; at++) {
      word = word << Byte.SIZE | (bytes[at] & 0xff);
    }
    return word;
  }

  /** Begins a hash over words; the number of them, or of bytes, is part of it. */
  void begin(int length) {
    // Spread over all bits: two lengths with a byte of difference may not cancel each other.
    long mixed = length * ODD;
    high = firstSeed + mixed;
    low = secondSeed ^ Long.rotateLeft(mixed, Integer.SIZE);
  }

  /** Adds two words. */
  void add(long first, long second) {
    high = multiply(first ^ secondSeed, second ^ high);
    low = multiply(first ^ low, second ^ thirdSeed);
  }

  private static long multiply(long left, long right) {
    return Math.unsignedMultiplyHigh(left, right) ^ (left * right);
  }

  /** Ends the hash. */
  void end() {
    high = multiply(high ^ firstSeed, ODD);
    low = multiply(low ^ secondSeed, ODD);
  }
}
