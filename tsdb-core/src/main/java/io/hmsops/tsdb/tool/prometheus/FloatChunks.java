package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.SampleBatch;

/** Chunks of floats: XOR, which is read and written, and XOR2, which is read. */
final class FloatChunks {
  private static final int COUNT_BYTES = 2;

  /** Widths of a change of the distance of timestamps, behind so many ones. */
  private static final int[] CHANGE_BITS = {0, 14, 17, 20, 64};

  private static final int START_KNOWN = 0x80;
  private static final int START_CHANGE_MASK = 0x7f;

  private FloatChunks() {}

  /** {@return how many samples a chunk of any encoding says it has} */
  static int count(byte[] chunk) throws MalformedDataException {
    if (chunk.length < COUNT_BYTES) {
      throw new MalformedDataException(
          "a chunk of %d bytes (expected: at least %d)".formatted(chunk.length, COUNT_BYTES));
    }
    return (chunk[0] & 0xff) << Byte.SIZE | (chunk[1] & 0xff);
  }

  static void decodeXor(byte[] chunk, SampleBatch into) throws MalformedDataException {
    int count = count(chunk);
    into.ensureCapacity(count);
    long[] times = into.timestampsMs();
    double[] values = into.values();
    Bits in = new Bits(chunk, COUNT_BYTES);
    XorWindow window = new XorWindow();
    long time = 0;
    long delta = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0) {
        time = in.varint();
        window.start(in.f64());
        values[0] = window.last();
      } else {
        delta = i == 1 ? in.uvarint() : delta + change(in);
        time += delta;
        values[i] = window.read(in);
      }
      times[i] = time;
    }
    into.setFloatCount(count);
  }

  private static long change(Bits in) throws MalformedDataException {
    int bits = CHANGE_BITS[in.ones(CHANGE_BITS.length - 1)];
    return bits == 0 ? 0 : in.signed(bits);
  }

  /** {@return the chunk of the samples from one to another, exclusive} */
  static byte[] encodeXor(long[] times, double[] values, int from, int to) {
    BitSink out = new BitSink();
    XorWindow window = new XorWindow();
    out.put(to - from, COUNT_BYTES * Byte.SIZE);
    long lastDelta = 0;
    for (int i = from; i < to; i++) {
      if (i == from) {
        out.varint(times[i]);
        window.start(values[i]);
        out.f64(values[i]);
        continue;
      }
      long delta = times[i] - times[i - 1];
      if (i == from + 1) {
        out.uvarint(delta);
      } else {
        putChange(delta - lastDelta, out);
      }
      lastDelta = delta;
      window.write(values[i], out);
    }
    return out.toByteArray();
  }

  private static void putChange(long change, BitSink out) {
    int ones = 0;
    if (change != 0) {
      ones = 1;
      while (!BitSink.fits(change, CHANGE_BITS[ones])) {
        ones++;
      }
    }
    out.ones(ones, CHANGE_BITS.length - 1);
    out.put(change, CHANGE_BITS[ones]);
  }

  static void decodeXor2(byte[] chunk, SampleBatch into) throws MalformedDataException {
    int count = count(chunk);
    if (chunk.length == COUNT_BYTES) {
      throw new MalformedDataException("a chunk of 2 bytes (expected: at least 3)");
    }
    new Xor2(chunk).decode(count, into);
  }

  /** Decodes one chunk of the encoding with joint controls and start timestamps. */
  private static final class Xor2 {
    private static final int SAME = 0;
    private static final int NEW_VALUE = 1;
    private static final int SMALL = 2;
    private static final int LARGE = 3;
    private static final int HUGE = 4;
    private static final int MOST = 5;
    private static final int SMALL_BITS = 13;
    private static final int LARGE_BITS = 20;

    private final Bits in;
    private final boolean startKnown;
    private final int startChangeOn;

    /** A staleness marker does not enter it, so the window behind one is that before it. */
    private final XorWindow window = new XorWindow();

    private long time;
    private long delta;
    private long start;
    private long startDistance;

    Xor2(byte[] chunk) {
      int header = chunk[COUNT_BYTES];
      startKnown = (header & START_KNOWN) != 0;
      startChangeOn = header & START_CHANGE_MASK;
      in = new Bits(chunk, COUNT_BYTES + 1);
    }

    void decode(int count, SampleBatch into) throws MalformedDataException {
      into.clear();
      for (int i = 0; i < count; i++) {
        long before = time;
        double value;
        if (i == 0) {
          time = in.varint();
          value = in.f64();
          window.start(StaleMarker.is(value) ? 0 : value);
          start = startKnown ? time - in.varint() : SampleBatch.NO_START_TIMESTAMP;
        } else if (i == 1) {
          delta = in.uvarint();
          time += delta;
          value = value();
        } else {
          value = next();
        }
        if (i > 0 && startChangeOn > 0 && i >= startChangeOn) {
          startDistance = i == startChangeOn ? in.varbitInt() : startDistance + in.varbitInt();
          start = before - startDistance;
        }
        into.add(time, value);
        if (start != SampleBatch.NO_START_TIMESTAMP) {
          into.setLastStartTimestamp(start);
        }
      }
    }

    private double next() throws MalformedDataException {
      switch (in.ones(MOST)) {
        case SAME -> {
          time += delta;
          return window.last();
        }
        case NEW_VALUE -> {
          time += delta;
          if (in.bit() == 1) {
            window.readWindow(in);
          } else {
            window.readDifference(in);
          }
          return window.last();
        }
        case SMALL -> changeDelta(SMALL_BITS);
        case LARGE -> changeDelta(LARGE_BITS);
        case HUGE -> changeDelta(Long.SIZE);
        default -> {
          time += delta;
          return StaleMarker.VALUE;
        }
      }
      return value();
    }

    /** Here the numbers are in two's complement. */
    private void changeDelta(int bits) throws MalformedDataException {
      int free = Long.SIZE - bits;
      delta += in.get(bits) << free >> free;
      time += delta;
    }

    private double value() throws MalformedDataException {
      switch (in.ones(3)) {
        case 0 -> {}
        case 1 -> window.readDifference(in);
        case 2 -> window.readWindow(in);
        default -> {
          return StaleMarker.VALUE;
        }
      }
      return window.last();
    }
  }
}
