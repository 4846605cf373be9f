package io.hmsops.tsdb.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.regex.TextPattern;
import io.hmsops.tsdb.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A scan finds exactly the values that match one by one, wherever their texts lie. */
final class ValueScanTest {
  private static final List<String> PATTERNS =
      List.of(
          ".*abc.*",
          ".*[0-9]{2}/vi.*",
          ".*b.*",
          ".*é.*",
          ".*[a-c]9[0-4].*",
          ".*abc.*/visas",
          "/v1.*",
          "/v1/users/0.*",
          "/v1/users/[0-4].*",
          "/v1/users/00*.*[ab]c.*",
          "x.*",
          ".+",
          ".*/(visas|queue)",
          "[^/].*a.*",
          ".*[0-9][0-9].*",
          ".*[0-9]{3}.*");

  private final long seed = Seeds.next();
  private final Random random = new Random(seed);
  private final Texts texts = new Texts();
  private final IntColumn textOf = new IntColumn();
  private final NameValues values = new NameValues();
  private final List<String> strings = new ArrayList<>();

  private String text() {
    return switch (random.nextInt(12)) {
      case 0 -> "";
      case 1 -> "abc".substring(random.nextInt(3));
      case 2 -> "xé" + random.nextInt(100);
      case 3 -> "y".repeat(random.nextInt(3000)) + "abc";
      default ->
          "/v%d/users/%06x/%s"
              .formatted(
                  1 + random.nextInt(3),
                  random.nextInt(1 << 24),
                  List.of("visas", "queue", "vi", "").get(random.nextInt(4)));
    };
  }

  private int add(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return texts.add(utf8, 0, utf8.length);
  }

  /** Values with texts of other labels between them, and some in the places of former texts. */
  private void addValues(int count) {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (random.nextInt(4) == 0) {
        others.add(add(text()));
      }
      if (i % 500 == 499) {
        others.forEach(texts::free);
        others.clear();
      }
      String text = text();
      int id = textOf.size();
      textOf.add(random.nextInt(50) == 0 ? -1 : add(text));
      values.add(id, textOf.get(id));
      strings.add(text);
    }
  }

  @Test
  void findsWhatMatchesOneByOne() {
    addValues(20_000);
    for (String regex : PATTERNS) {
      TextPattern pattern = TextPattern.compile(regex);
      for (int from : new int[] {0, 1, 1023, 19_000}) {
        BitSet expected = new BitSet();
        for (int i = from; i < strings.size(); i++) {
          expected.set(i, pattern.matches(strings.get(i)));
        }
        BitSet found = new BitSet();
        new ValueScan(texts, textOf, values, pattern, id -> pattern.matches(strings.get(id)))
            .scan(from, strings.size(), found);
        assertThat(found).as("seed=%d, %s from %d", seed, regex, from).isEqualTo(expected);
      }
    }
  }

  @Test
  void asksWhetherToGoOnAlsoWhereNothingMatches() {
    addValues(20_000);
    int[] asked = {0};
    TextPattern pattern = TextPattern.compile(".*nowhere.*").asking(() -> asked[0]++);
    BitSet found = new BitSet();
    new ValueScan(texts, textOf, values, pattern, _ -> false).scan(0, strings.size(), found);
    assertThat(found.isEmpty()).isTrue();
    assertThat(asked[0]).as("seed=%d", seed).isGreaterThan(10);
  }
}
