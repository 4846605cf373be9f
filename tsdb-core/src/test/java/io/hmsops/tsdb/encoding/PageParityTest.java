package io.hmsops.tsdb.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.encoding.PageParity.Outcome;
import io.hmsops.tsdb.testing.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What bytes are mended from, and what not. */
class PageParityTest {
  private static Outcome mend(byte[] damaged, ByteWriter parity) throws MalformedDataException {
    ByteReader payload = new ByteReader(parity.array(), 0, parity.length());
    assertThat(PageParity.readLength(payload)).isEqualTo(damaged.length);
    return PageParity.mend(damaged, payload);
  }

  private static int length(Random random) {
    return 1 + random.nextInt(1 << random.nextInt(4, 19));
  }

  @Test
  void damageNoLongerThanAPageIsMended() throws MalformedDataException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    PageParity writer = new PageParity();
    for (int round = 0; round < 2_000; round++) {
      byte[] sound = new byte[length(random)];
      random.nextBytes(sound);
      ByteWriter parity = new ByteWriter(16);
      writer.write(sound, sound.length, parity);
      byte[] damaged = sound.clone();
      int start = random.nextInt(sound.length);
      int longest = Math.min(PageParity.pageBytes(sound.length), sound.length - start);
      int end = start + (random.nextBoolean() ? longest : 1 + random.nextInt(longest));
      for (int i = start; i < end; i++) {
        damaged[i] ^= (byte) (1 + random.nextInt(255));
      }

      String context =
          "seed=%d, round %d: %d to %d of %d".formatted(seed, round, start, end, sound.length);
      assertThat(mend(sound.clone(), parity)).as(context).isEqualTo(Outcome.SOUND);
      assertThat(mend(damaged, parity)).as(context).isEqualTo(Outcome.MENDED);
      assertThat(damaged).as(context).isEqualTo(sound);
      assertThat(parity.length())
          .isEqualTo((int) PageParity.payloadBytes(sound.length))
          .isLessThanOrEqualTo(PageParity.boundBytes(sound.length));
    }
  }

  @Test
  void twoPagesOfOneKindAreLost() throws MalformedDataException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = new byte[200 + length(random)];
      ByteWriter parity = new ByteWriter(16);
      random.nextBytes(bytes);
      new PageParity().write(bytes, bytes.length, parity);
      int pageBytes = PageParity.pageBytes(bytes.length);
      int first = random.nextInt(bytes.length - 2 * pageBytes);
      bytes[first] ^= 1;
      bytes[first + 2 * pageBytes] ^= 4;

      assertThat(mend(bytes, parity)).as("seed=%d, round %d", seed, round).isEqualTo(Outcome.LOST);
    }
  }

  @Test
  void otherPagesThanTheLengthHasAreRefused() {
    ByteWriter payload = new ByteWriter(16);
    payload.putVarint(1000);
    payload.putVarint(128);
    assertThatThrownBy(
            () -> PageParity.readLength(new ByteReader(payload.array(), 0, payload.length())))
        .hasMessage("mends 1000 bytes in pages of 128 (expected: 1 at least, in pages of 64)");
  }
}
