package io.hmsops.tsdb.head;

import io.hmsops.tsdb.regex.TextPattern;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.collections.Int2IntHashMap;

/**
 * UTF-8 texts, one behind the other in large arrays. A text is known by its handle. Adding is
 * guarded by the head's lock; reading is not.
 */
final class Texts {
  /** Longer ones are not taken. */
  static final int MAX_BYTES = 1 << 14;

  private static final int PAGE_BITS = 17;
  static final int PAGE_BYTES = 1 << PAGE_BITS;
  private static final int ALIGNMENT = 2;
  private static final int INDEX_BITS = PAGE_BITS - 1;
  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;
  private static final int LENGTH_BYTES = 2;

  /** No text, where a handle is expected; also the handle of the last of the free ones. */
  private static final int NONE = -1;

  /** Room for the handle of the next free text. */
  private static final int MIN_BYTES = Integer.BYTES;

  private volatile byte[][] pages = {};
  private int pageCount;
  private int end = PAGE_BYTES;

  /**
   * For each length in use the first text that was given back, which holds the handle of the next.
   */
  private final Int2IntHashMap free = new Int2IntHashMap(NONE);

  /** {@return the handle of a text of at most {@link #MAX_BYTES}} */
  int add(byte[] utf8, int from, int length) {
    int room = room(length);
    int reused = free.get(room);
    if (reused != NONE) {
      int next = next(reused);
      if (next == NONE) {
        free.remove(room);
      } else {
        free.put(room, next);
      }
      write(page(reused), start(reused), utf8, from, length);
      return reused;
    }
    if (end + room > PAGE_BYTES) {
      byte[][] grown = pages;
      if (pageCount == grown.length) {
        grown = Arrays.copyOf(grown, Math.max(16, 2 * pageCount));
      }
      grown[pageCount++] = new byte[PAGE_BYTES];
      pages = grown;
      end = 0;
    }
    byte[] page = pages[pageCount - 1];
    int handle = (pageCount - 1) << INDEX_BITS | end / ALIGNMENT;
    write(page, end, utf8, from, length);
    end += room;
    return handle;
  }

  private static void write(byte[] page, int start, byte[] utf8, int from, int length) {
    page[start] = (byte) length;
    page[start + 1] = (byte) (length >>> Byte.SIZE);
    System.arraycopy(utf8, from, page, start + LENGTH_BYTES, length);
  }

  /** {@return how many bytes a text of a length takes} */
  private static int room(int length) {
    int used = Math.max(MIN_BYTES, LENGTH_BYTES + length);
    return used + (used & (ALIGNMENT - 1));
  }

  /** Gives back a text that nobody reads; one of the same length may take its place. */
  void free(int handle) {
    byte[] page = page(handle);
    int start = start(handle);
    int room = room(length(page, start));
    int next = free.put(room, handle);
    for (int i = 0; i < Integer.BYTES; i++) {
      page[start + i] = (byte) (next >>> (i * Byte.SIZE));
    }
  }

  private int next(int handle) {
    byte[] page = page(handle);
    int start = start(handle);
    int next = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      next |= (page[start + i] & 0xff) << (i * Byte.SIZE);
    }
    return next;
  }

  /** {@return the array that a text is in} */
  byte[] page(int handle) {
    return pages[handle >>> INDEX_BITS];
  }

  private static int start(int handle) {
    return (handle & INDEX_MASK) * ALIGNMENT;
  }

  /** {@return where a text begins in its array} */
  static int begin(int handle) {
    return start(handle) + LENGTH_BYTES;
  }

  /** {@return where a text ends in its array} */
  int end(int handle) {
    int start = start(handle);
    return start + LENGTH_BYTES + length(page(handle), start);
  }

  /** {@return a number that is larger than the handles of all texts in the array of one} */
  static int pageEnd(int handle) {
    return (handle | INDEX_MASK) + 1;
  }

  private static int length(byte[] page, int start) {
    return (page[start] & 0xff) | ((page[start + 1] & 0xff) << Byte.SIZE);
  }

  String get(int handle) {
    byte[] page = page(handle);
    int start = start(handle);
    return new String(page, start + LENGTH_BYTES, length(page, start), StandardCharsets.UTF_8);
  }

  boolean is(int handle, String text) {
    byte[] page = page(handle);
    int start = start(handle);
    int length = length(page, start);
    if (length < text.length()) {
      return false;
    }
    int at = start + LENGTH_BYTES;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return get(handle).equals(text);
      }
      if (page[at + i] != c) {
        return false;
      }
    }
    return length == text.length();
  }

  boolean is(int handle, byte[] utf8, int from, int length) {
    byte[] page = page(handle);
    int start = start(handle);
    int first = start + LENGTH_BYTES;
    return length(page, start) == length
        && Arrays.equals(page, first, first + length, utf8, from, from + length);
  }

  /** Adds a label with a text as its value to what is encoded. */
  void encode(int handle, int label, int name, String nameText, FloatSeriesEncoder out) {
    byte[] page = page(handle);
    int start = start(handle);
    out.newLabel(label, name, nameText, page, start + LENGTH_BYTES, length(page, start));
  }

  /** Compares two texts by their bytes. */
  int compare(int left, int right) {
    byte[] leftPage = page(left);
    byte[] rightPage = page(right);
    int leftStart = start(left) + LENGTH_BYTES;
    int rightStart = start(right) + LENGTH_BYTES;
    return Arrays.compareUnsigned(
        leftPage,
        leftStart,
        leftStart + length(leftPage, start(left)),
        rightPage,
        rightStart,
        rightStart + length(rightPage, start(right)));
  }

  /** {@return four bytes of a text, the first in front, zero behind its end} */
  int bits(int handle, int offset) {
    byte[] page = page(handle);
    int start = start(handle);
    int from = start + LENGTH_BYTES;
    return bits(page, from, from + length(page, start), offset);
  }

  /** {@return four bytes of what stands in a part of an array, zero behind its end} */
  static int bits(byte[] bytes, int from, int to, int offset) {
    int bits = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      int at = from + offset + i;
      bits = bits << Byte.SIZE | (at < to ? bytes[at] & 0xff : 0);
    }
    return bits;
  }

  /** {@return whether a pattern matches a text} */
  boolean matches(int handle, TextPattern pattern) {
    byte[] page = page(handle);
    int start = start(handle);
    int from = start + LENGTH_BYTES;
    return pattern.matches(page, from, from + length(page, start));
  }

  long memoryBytes() {
    return (long) pageCount * PAGE_BYTES;
  }
}
