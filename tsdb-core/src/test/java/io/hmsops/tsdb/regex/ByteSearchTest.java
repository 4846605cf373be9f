package io.hmsops.tsdb.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

  @Test
  void itFindsAllInLongTextsInWhichMuchIsNearlyRight() {
    long seed = Long.getLong("seed", 42);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      byte[] wanted = random(random, random.nextInt(1, 20));
      byte[] text = new byte[random.nextInt(10 * ByteSearch.STRETCH)];
      Arrays.fill(text, (byte) 'x');
      for (int planted = random.nextInt(12); planted > 0; planted--) {
        byte[] nearly = wanted.clone();
        if (random.nextBoolean()) {
          nearly[random.nextInt(nearly.length)] = 'y';
        }
        int place = random.nextInt(text.length + 1);
        System.arraycopy(nearly, 0, text, place, Math.min(nearly.length, text.length - place));
      }
      ByteSearch search = new ByteSearch(wanted);
      int from = 0;
      int expected;
      do {
        expected = find(text, from, text.length, wanted);
        assertThat(search.find(text, from, text.length))
            .as("seed=%d, round %d, from %d", seed, round, from)
            .isEqualTo(expected);
        from = expected + 1;
      } while (expected >= 0);
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
