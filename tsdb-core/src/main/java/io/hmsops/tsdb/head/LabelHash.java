package io.hmsops.tsdb.head;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Hashes labels, with a seed of its own, so that nobody can choose colliding ones. */
final class LabelHash {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long seed = ThreadLocalRandom.current().nextLong();

  /** Of the bytes of UTF-8, eight at a time. */
  int of(int name, String value) {
    long hash = seed + name;
    long word = 0;
    int length = value.length();
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return of(name, utf8, 0, utf8.length);
      }
      word = word << Byte.SIZE | c;
      if ((i & 7) == 7) {
        hash = mix(hash, word);
        word = 0;
      }
    }
    return end(hash, word, length);
  }

  int of(int name, byte[] utf8, int from, int length) {
    long hash = seed + name;
    int at = from;
    for (int end = from + (length & -8); at < end; at += Long.BYTES) {
      hash = mix(hash, (long) WORD.get(utf8, at));
    }
    long word = 0;
    for (; at < from + length; at++) {
      word = word << Byte.SIZE | (utf8[at] & 0xff);
    }
    return end(hash, word, length);
  }

  private static long mix(long hash, long word) {
    long mixed = (hash ^ word) * 0x9E37_79B9_7F4A_7C15L;
    return mixed ^ mixed >>> 29;
  }

  private static int end(long hash, long word, int length) {
    long mixed = mix(mix(hash, word) + length, 0) * 0xBF58_476D_1CE4_E5B9L;
    return (int) (mixed >>> 32);
  }
}
