package io.hmsops.tsdb.tool.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.testing.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Chunks of floats, bit for bit. */
class FloatChunksTest {
  private static final int SAMPLES = 200;

  private final long seed = Seeds.next();
  private final Random random = new Random(seed);
  private final long[] times = new long[SAMPLES];
  private final double[] values = new double[SAMPLES];
  private final long[] starts = new long[SAMPLES];

  private void fill(int round) {
    long time = round == 0 ? -5 : random.nextLong(1L << 42);
    long start = 0;
    for (int i = 0; i < SAMPLES; i++) {
      time +=
          switch (random.nextInt(5)) {
            case 0 -> 15_000;
            case 1 -> 14_990 + random.nextInt(20);
            case 2 -> random.nextInt(1 << 19);
            case 3 -> random.nextLong(1L << 40);
            default -> 1;
          };
      times[i] = time;
      values[i] =
          switch (random.nextInt(5)) {
            case 0 -> StaleMarker.VALUE;
            case 1 -> Double.longBitsToDouble(random.nextLong());
            case 2 -> random.nextInt(10);
            default -> i > 0 ? values[i - 1] : 0;
          };
      if (round % 3 > 0 && random.nextInt(round % 3 == 1 ? 40 : 3) == 0) {
        start = random.nextInt(5) == 0 ? 0 : time - random.nextLong(1L << 32);
      }
      starts[i] = start;
    }
  }

  private void check(SampleBatch found, boolean withStarts) {
    assertThat(found.count()).isEqualTo(SAMPLES);
    for (int i = 0; i < SAMPLES; i++) {
      String what = "seed=%d, sample %d".formatted(seed, i);
      assertThat(found.timestampsMs()[i]).as(what).isEqualTo(times[i]);
      assertThat(Double.doubleToRawLongBits(found.values()[i]))
          .as(what)
          .isEqualTo(Double.doubleToRawLongBits(values[i]));
      assertThat(found.startTimestampMs(i)).as(what).isEqualTo(withStarts ? starts[i] : 0);
    }
  }

  @Test
  void xorChunksComeBack() throws MalformedDataException {
    SampleBatch batch = new SampleBatch();
    for (int round = 0; round < 200; round++) {
      fill(round);
      FloatChunks.decodeXor(FloatChunks.encodeXor(times, values, 0, SAMPLES), batch);
      check(batch, false);
    }
  }

  @Test
  void xor2ChunksAreRead() throws MalformedDataException {
    SampleBatch batch = new SampleBatch();
    for (int round = 0; round < 200; round++) {
      fill(round);
      FloatChunks.decodeXor2(new Xor2Encoder().encode(), batch);
      check(batch, true);
    }
  }

  @Test
  void cutOffChunksAreMalformed() {
    fill(1);
    byte[] chunk = FloatChunks.encodeXor(times, values, 0, SAMPLES);
    SampleBatch batch = new SampleBatch();
    for (int length = 0; length < chunk.length - 1; length++) {
      byte[] cut = java.util.Arrays.copyOf(chunk, length);
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> FloatChunks.decodeXor(cut, batch))
          .isInstanceOf(MalformedDataException.class);
    }
  }

  /** Writes the encoding that is only read elsewhere, from its description. */
  private final class Xor2Encoder {
    private static final int UNKNOWN = 0xff;

    private final BitSink out = new BitSink();
    private int leading = UNKNOWN;
    private int trailing;
    private long baseline;

    byte[] encode() {
      int firstChange = 0;
      for (int i = 1; i < SAMPLES && firstChange == 0; i++) {
        // The change's index has seven bits, so the last one that fits stands for all later ones.
        if (starts[i] != starts[i - 1] || i == 127) {
          firstChange = i;
        }
      }
      out.put(SAMPLES, 16);
      out.put((starts[0] != 0 ? 0x80 : 0) | firstChange, 8);
      long delta = 0;
      long startDistance = 0;
      for (int i = 0; i < SAMPLES; i++) {
        if (i == 0) {
          out.varint(times[0]);
          out.f64(values[0]);
          baseline = StaleMarker.is(values[0]) ? 0 : Double.doubleToRawLongBits(values[0]);
          if (starts[0] != 0) {
            out.varint(times[0] - starts[0]);
          }
          continue;
        }
        long newDelta = times[i] - times[i - 1];
        if (i == 1) {
          out.uvarint(newDelta);
          value(i);
        } else {
          joint(i, newDelta - delta);
        }
        delta = newDelta;
        if (i >= firstChange && firstChange > 0) {
          long distance = times[i - 1] - starts[i];
          out.varbitInt(i == firstChange ? distance : distance - startDistance);
          startDistance = distance;
        }
      }
      return out.toByteArray();
    }

    private void joint(int i, long change) {
      long bits = Double.doubleToRawLongBits(values[i]);
      if (change == 0) {
        if (StaleMarker.is(values[i])) {
          out.put(0b11111, 5);
        } else if (bits == baseline) {
          out.bit(0);
        } else {
          out.put(0b10, 2);
          difference(bits, 0, 1);
        }
        return;
      }
      if (change >= -(1 << 12) && change < 1 << 12) {
        out.put(0b110, 3);
        out.put(change & (1 << 13) - 1, 13);
      } else if (change >= -(1 << 19) && change < 1 << 19) {
        out.put(0b1110, 4);
        out.put(change & (1 << 20) - 1, 20);
      } else {
        out.put(0b11110, 5);
        out.put(change, 64);
      }
      value(i);
    }

    private void value(int i) {
      long bits = Double.doubleToRawLongBits(values[i]);
      if (StaleMarker.is(values[i])) {
        out.put(0b111, 3);
      } else if (bits == baseline) {
        out.bit(0);
      } else {
        difference(bits, 2, 3);
      }
    }

    /** Adds a difference in the old window or in a new one, behind so many bits that say which. */
    private void difference(long bits, int oldBits, int newBits) {
      long xor = bits ^ baseline;
      baseline = bits;
      int newLeading = Math.min(31, Long.numberOfLeadingZeros(xor));
      int newTrailing = Long.numberOfTrailingZeros(xor);
      if (leading != UNKNOWN && newLeading >= leading && newTrailing >= trailing) {
        out.put(oldBits == 0 ? 0 : 0b10, Math.max(1, oldBits));
      } else {
        leading = newLeading;
        trailing = newTrailing;
        out.put(newBits == 1 ? 1 : 0b110, newBits);
        out.put(leading, 5);
        out.put(64 - leading - trailing & 63, 6);
      }
      out.put(xor >>> trailing, 64 - leading - trailing);
    }
  }
}
