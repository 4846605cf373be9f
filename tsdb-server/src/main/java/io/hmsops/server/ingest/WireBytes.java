package io.hmsops.server.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads protobuf's wire format out of an array. What goes beyond the end, or is not well-formed,
 * sets {@link #failed}, which stays; values are then anything. Not thread-safe.
 */
final class WireBytes {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH_DELIMITED = 2;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_VARINT_BITS = 70;

  private byte[] bytes = {};
  private int position;
  private int end;
  private boolean failed;

  /** Begins to read a part of an array. */
  void set(byte[] array, int from, int to) {
    bytes = array;
    position = from;
    end = to;
    failed = false;
  }

  byte[] array() {
    return bytes;
  }

  int position() {
    return position;
  }

  void position(int newPosition) {
    position = newPosition;
  }

  /** {@return whether something was not as it should be} */
  boolean failed() {
    return failed;
  }

  boolean atEnd() {
    return position >= end;
  }

  /** {@return the next byte without taking it, −1 at the end} */
  int peek() {
    return position < end ? bytes[position] & 0xff : -1;
  }

  long varint() {
    if (position < end && bytes[position] >= 0) {
      return bytes[position++];
    }
    return longVarint();
  }

  private long longVarint() {
    long value = 0;
    for (int shift = 0; shift < MAX_VARINT_BITS && position < end; shift += 7) {
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    failed = true;
    return 0;
  }

  /**
   * {@return where the length-delimited field whose tag was read ends} Its start is the position.
   */
  int fieldEnd() {
    long length = varint();
    if (length < 0 || length > end - position) {
      failed = true;
      return position;
    }
    return position + (int) length;
  }

  long fixed64() {
    if (end - position < Long.BYTES) {
      failed = true;
      return 0;
    }
    long value = (long) LONG.get(bytes, position);
    position += Long.BYTES;
    return value;
  }

  /** Passes over the field of a tag. Groups, which nobody sends any more, count as failed. */
  void skip(int tag) {
    if (tag >>> 3 == 0) {
      failed = true;
      return;
    }
    switch (tag & 7) {
      case VARINT -> {
        long _ = varint();
      }
      case FIXED64 -> {
        long _ = fixed64();
      }
      case LENGTH_DELIMITED -> position = fieldEnd();
      default -> failed = true;
    }
  }
}
