package io.hmsops.tsdb.head;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 texts outside the heap, one behind the other. A text is known by its handle. Adding is
 * guarded by the head's lock; reading is not.
 */
final class Texts {
  /** Longer ones are not taken. */
  static final int MAX_BYTES = 1 << 14;

  private static final int PAGE_BYTES = 1 << 20;
  private static final int ALIGNMENT = 2;
  private static final int PAGE_BITS = Integer.numberOfTrailingZeros(PAGE_BYTES / ALIGNMENT);
  private static final int INDEX_MASK = (1 << PAGE_BITS) - 1;

  private final Arena arena;
  private volatile MemorySegment[] pages = {};
  private int end = PAGE_BYTES;

  Texts(Arena arena) {
    this.arena = arena;
  }

  /** {@return the handle of a text of at most {@link #MAX_BYTES}} */
  int add(byte[] utf8) {
    if (end + Short.BYTES + utf8.length > PAGE_BYTES) {
      MemorySegment[] grown = Arrays.copyOf(pages, pages.length + 1);
      grown[pages.length] = arena.allocate(PAGE_BYTES, Long.BYTES);
      pages = grown;
      end = 0;
    }
    int page = pages.length - 1;
    int handle = page << PAGE_BITS | end / ALIGNMENT;
    pages[page].set(ValueLayout.JAVA_SHORT, end, (short) utf8.length);
    MemorySegment.copy(utf8, 0, pages[page], ValueLayout.JAVA_BYTE, end + Short.BYTES, utf8.length);
    int next = end + Short.BYTES + utf8.length;
    end = next + (next & (ALIGNMENT - 1));
    return handle;
  }

  private static int start(int handle) {
    return (handle & INDEX_MASK) * ALIGNMENT;
  }

  String get(int handle) {
    MemorySegment page = pages[handle >>> PAGE_BITS];
    int start = start(handle);
    byte[] utf8 = new byte[page.get(ValueLayout.JAVA_SHORT, start)];
    MemorySegment.copy(
        page, ValueLayout.JAVA_BYTE, (long) start + Short.BYTES, utf8, 0, utf8.length);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  boolean is(int handle, String text) {
    MemorySegment page = pages[handle >>> PAGE_BITS];
    int start = start(handle);
    int length = page.get(ValueLayout.JAVA_SHORT, start);
    if (length < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return get(handle).equals(text);
      }
      if (page.get(ValueLayout.JAVA_BYTE, (long) start + Short.BYTES + i) != c) {
        return false;
      }
    }
    return length == text.length();
  }

  long memoryBytes() {
    return (long) pages.length * PAGE_BYTES;
  }
}
