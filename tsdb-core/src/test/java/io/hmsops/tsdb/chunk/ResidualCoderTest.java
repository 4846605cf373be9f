package io.hmsops.tsdb.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Coded residuals come back, whatever they are, and take about as much room as they must. */
final class ResidualCoderTest {
  private final long seed = Seeds.next();
  private final Random random = new Random(seed);

  private static ByteWriter encode(long[] numbers) {
    ByteWriter out = new ByteWriter(16);
    ResidualCoder.encode(numbers, numbers.length, out);
    return out;
  }

  private static long[] decode(byte[] bytes, int length, int count) throws MalformedDataException {
    long[] decoded = new long[count];
    ResidualCoder.decode(
        Arrays.copyOf(bytes, length + Chunk.SLACK_BYTES), 0, length, decoded, 0, count);
    return decoded;
  }

  @Test
  void anyNumbersComeBack() throws MalformedDataException {
    LongSupplier[] shapes = {
      () -> 0,
      () -> -1,
      () -> random.nextInt(7) - 3,
      () -> random.nextInt(50) == 0 ? random.nextInt(1000) : 0,
      () -> random.nextLong(),
      () -> random.nextLong() >>> random.nextInt(64),
      () -> -(random.nextLong() >>> random.nextInt(64)),
      () -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE,
      () -> 1L << random.nextInt(64),
      () -> Math.round(random.nextGaussian() * 1e5),
    };
    for (int shape = 0; shape < shapes.length; shape++) {
      for (int count : new int[] {1, 2, 3, 5, 64, 171, 480, 4095, 4096}) {
        LongSupplier next = shapes[shape];
        long[] numbers = new long[count];
        Arrays.setAll(numbers, _ -> next.getAsLong());
        ByteWriter out = encode(numbers);
        assertThat(decode(out.array(), out.length(), count))
            .as("seed=%d, shape %d, %d numbers", seed, shape, count)
            .isEqualTo(numbers);
      }
    }
  }

  @Test
  void numbersOfEachLengthComeBack() throws MalformedDataException {
    for (int bits = 1; bits <= Long.SIZE; bits++) {
      for (int count : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 479}) {
        int shift = Long.SIZE - bits;
        long[] numbers = new long[count];
        Arrays.setAll(numbers, _ -> random.nextLong() >> shift);
        ByteWriter out = encode(numbers);
        assertThat(decode(out.array(), out.length(), count))
            .as("seed=%d, %d bits, %d numbers", seed, bits, count)
            .isEqualTo(numbers);
      }
    }
  }

  @Test
  void whatIsLikelyTakesLittleRoom() {
    int count = 4096;
    long[] rare = new long[count];
    for (int i = 0; i < count; i++) {
      rare[i] = random.nextInt(100) == 0 ? 1 : 0;
    }
    // 0.081 bits of entropy each.
    assertThat(encode(rare).length()).as("seed=%d", seed).isLessThan(count / 8 / 8);
    long[] noise = new long[count];
    Arrays.setAll(noise, _ -> random.nextInt(256) - 128);
    // Eight bits each.
    assertThat(encode(noise).length()).as("seed=%d", seed).isLessThan(count + count / 32);
  }

  @Test
  void damagedBytesAreRefusedOrDecodeToSomething() throws MalformedDataException {
    long[] numbers = new long[300];
    Arrays.setAll(numbers, _ -> Math.round(random.nextGaussian() * 100));
    ByteWriter out = encode(numbers);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] damaged = out.toByteArray();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      try {
        assertThat(decode(damaged, damaged.length, 300)).hasSize(300);
      } catch (MalformedDataException _) {
        refused++;
      }
    }
    assertThat(refused).as("seed=%d", seed).isPositive();
    assertThatThrownBy(() -> decode(out.array(), out.length() / 2, 300))
        .isInstanceOf(MalformedDataException.class);
  }
}
