package io.hmsops.tsdb.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.testing.Seeds;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a frame is mended from, and what not. */
class FrameParityTest {
  private static Optional<byte[]> mend(byte[] damaged, ByteWriter parity)
      throws MalformedDataException {
    return FrameParity.mend(
        MemorySegment.ofArray(damaged),
        damaged.length,
        new ByteReader(parity.array(), 0, parity.length()));
  }

  private static int length(Random random) {
    return 1 + random.nextInt(1 << random.nextInt(4, 19));
  }

  @Test
  void damageNoLongerThanAPageIsMended() throws MalformedDataException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    FrameParity writer = new FrameParity();
    for (int round = 0; round < 2_000; round++) {
      byte[] frame = new byte[length(random)];
      random.nextBytes(frame);
      ByteWriter parity = new ByteWriter(16);
      writer.write(frame, frame.length, parity);
      byte[] damaged = frame.clone();
      int start = random.nextInt(frame.length);
      int longest = Math.min(FrameParity.pageBytes(frame.length), frame.length - start);
      int end = start + (random.nextBoolean() ? longest : 1 + random.nextInt(longest));
      for (int i = start; i < end; i++) {
        damaged[i] ^= (byte) (1 + random.nextInt(255));
      }

      assertThat(mend(damaged, parity))
          .as("seed=%d, round %d: %d to %d of %d", seed, round, start, end, frame.length)
          .hasValueSatisfying(mended -> assertThat(mended).isEqualTo(frame));
      assertThat(FrameLayout.HEADER_LENGTH + parity.length())
          .isEqualTo((int) FrameParity.frameBytes(frame.length))
          .isLessThanOrEqualTo(FrameParity.boundBytes(frame.length));
    }
  }

  @Test
  void twoPagesOfOneKindAreNotMended() throws MalformedDataException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      byte[] frame = new byte[200 + length(random)];
      ByteWriter parity = new ByteWriter(16);
      random.nextBytes(frame);
      new FrameParity().write(frame, frame.length, parity);
      int pageBytes = FrameParity.pageBytes(frame.length);
      byte[] damaged = frame.clone();
      int first = random.nextInt(frame.length - 2 * pageBytes);
      damaged[first] ^= 1;
      damaged[first + 2 * pageBytes] ^= 4;

      assertThat(mend(damaged, parity)).as("seed=%d, round %d", seed, round).isEmpty();
    }
  }

  @Test
  void aFrameThatBeginsBeforeItsRoomIsNotMended() throws MalformedDataException {
    byte[] frame = new byte[500];
    ByteWriter parity = new ByteWriter(16);
    new FrameParity().write(frame, frame.length, parity);

    assertThat(mend(Arrays.copyOf(frame, 499), parity)).isEmpty();
  }

  /** Otherwise damage would make a second frame appear. */
  @Test
  void noFrameIsFoundInWhatItIsMendedFrom() {
    FrameEncoder encoder = new FrameEncoder();
    for (int length = 0; length < 300; length++) {
      ByteWriter payload = new ByteWriter(16);
      payload.putBytes(new byte[length], 0, length);
      ByteBuffer encoded = encoder.encode(FrameType.SERIES, 1, payload, false);
      byte[] frame = new byte[encoded.remaining()];
      encoded.get(frame);
      ByteWriter parity = new ByteWriter(16);
      new FrameParity().write(frame, frame.length, parity);

      assertThat(new FrameScanner(MemorySegment.ofArray(parity.toByteArray()), 0).next())
          .as("payload of %d bytes", length)
          .isEmpty();
    }
  }
}
