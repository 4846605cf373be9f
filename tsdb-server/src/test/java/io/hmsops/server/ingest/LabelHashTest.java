package io.hmsops.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelHashTest {
  private final LabelHash hash = LabelHash.seeded();

  private List<Long> of(byte[] bytes, int from, int to) {
    hash.of(bytes, from, to);
    return List.of(hash.high(), hash.low());
  }

  @Test
  void eachBitOfEachLengthCounts() {
    Random random = new Random(1);
    byte[] bytes = new byte[100];
    random.nextBytes(bytes);
    Set<Long> highs = new HashSet<>();
    Set<Long> lows = new HashSet<>();
    int count = 0;
    for (int length = 0; length <= 80; length++) {
      for (int bit = -1; bit < length * 8; bit++) {
        byte[] changed = bytes.clone();
        if (bit >= 0) {
          changed[bit / 8] ^= (byte) (1 << bit % 8);
        }
        hash.of(changed, 0, length);
        highs.add(hash.high());
        lows.add(hash.low());
        count++;
      }
    }
    assertThat(highs).hasSize(count);
    assertThat(lows).hasSize(count);
  }

  @Test
  void placeAndSurroundingsDoNotCount() {
    byte[] bytes =
        "xxxxxxxxa label and its valueyyyyyyyy".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] alone = "a label and its value".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(of(bytes, 8, 8 + alone.length)).isEqualTo(of(alone, 0, alone.length));
  }

  @Test
  void copiesAgreeAndSeedsDiffer() {
    byte[] bytes = {1, 2, 3};
    LabelHash copy = hash.copy();
    copy.of(bytes, 0, 3);
    assertThat(of(bytes, 0, 3)).containsExactly(copy.high(), copy.low());
    LabelHash other = LabelHash.seeded();
    other.of(bytes, 0, 3);
    assertThat(of(bytes, 0, 3)).doesNotContain(other.high(), other.low());
  }
}
