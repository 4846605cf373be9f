package io.hmsops.tsdb.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ByteSearchTest {
  @Test
  void itFindsWhatALookAtEachPlaceFinds() {
    long seed = Long.getLong("seed", 42);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] text = random(random, random.nextInt(60));
      byte[] wanted = random(random, random.nextInt(1, 6));
      int from = random.nextInt(text.length + 1);
      int to = random.nextInt(from, text.length + 1);

      assertThat(new ByteSearch(wanted).find(text, from, to))
          .as("seed=%d, round %d", seed, round)
          .isEqualTo(find(text, from, to, wanted));
    }
  }

  /** Two letters only, so that much is found and much nearly. */
  private static byte[] random(SplittableRandom random, int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) ('a' + random.nextInt(2));
    }
    return text;
  }

  private static int find(byte[] text, int from, int to, byte[] wanted) {
    String part = new String(text, from, to - from, StandardCharsets.US_ASCII);
    int found = part.indexOf(new String(wanted, StandardCharsets.US_ASCII));
    return found < 0 ? -1 : from + found;
  }
}
