package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimeTextsTest {
  private final TimeTexts texts = new TimeTexts();

  @Test
  void aTimeIsWrittenAsEver() {
    long seed = Long.getLong("seed", 42);
    SplittableRandom random = new SplittableRandom(seed);
    texts.expect(100);
    long[] times = {0, -1, 1_500, 1_795_628_385_123L, 1_795_628_385_000L, Long.MIN_VALUE / 2};
    for (int round = 0; round < 20_000; round++) {
      long timeMs = times[random.nextInt(times.length)];
      int place = random.nextInt(200);

      assertThat(text(place, timeMs)).as("seed=%d, round %d", seed, round).isEqualTo(plain(timeMs));
    }
  }

  @Test
  void moreRoomForgetsNoWrongText() {
    texts.expect(2);
    assertThat(text(1, 1_500)).isEqualTo("1.500");
    texts.expect(20_000);

    assertThat(text(1, 2_500)).isEqualTo("2.500");
    assertThat(text(19_999, 3_500)).isEqualTo("3.500");
  }

  private String text(int place, long timeMs) {
    byte[] into = new byte[40];
    int end = texts.write(place, timeMs, into, 3);
    return new String(into, 3, end - 3, StandardCharsets.US_ASCII);
  }

  private static String plain(long timeMs) {
    byte[] into = new byte[NumberText.MAX_BYTES];
    return new String(into, 0, NumberText.writeSeconds(timeMs, into, 0), StandardCharsets.US_ASCII);
  }
}
