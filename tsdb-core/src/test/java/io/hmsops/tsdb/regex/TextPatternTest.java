package io.hmsops.tsdb.regex;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextPatternTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "ab",
          "abc",
          "aab",
          "b",
          "A",
          "K",
          "\u212a",
          "s",
          "\u017f",
          "é",
          "aé",
          "\n",
          "a\nb",
          "\0",
          "-",
          "]",
          "a-b",
          "_",
          "0",
          "07",
          "/v1/users",
          "\ud83d\ude00",
          "a\ud83d\ude00",
          "x{2}",
          "xx",
          "{",
          "\\",
          "ß",
          "\u00ff",
          "\u0100",
          "\uffff",
          "\t",
          "\u000b",
          " ",
          "a.b",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");

  private static void compare(String regex, List<String> texts) {
    Pattern oracle = Pattern.compile(regex, Pattern.DOTALL);
    TextPattern pattern = TextPattern.compile(regex);
    for (String text : texts) {
      boolean expected = oracle.matches(text);
      byte[] padded = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
      assertThat(pattern.matches(text)).as("%s on '%s'", regex, text).isEqualTo(expected);
      assertThat(pattern.matches(padded, 1, padded.length - 1))
          .as("%s on the bytes of '%s'", regex, text)
          .isEqualTo(expected);
      if (expected) {
        assertThat(text)
            .as("prefix of %s", regex)
            .startsWith(new String(pattern.prefix(), StandardCharsets.UTF_8));
      }
      if (!pattern.alternatives().isEmpty()) {
        assertThat(pattern.alternatives().contains(text))
            .as("%s: '%s'", regex, text)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a|b",
        "(a|b)c?",
        "a*",
        "a+b",
        ".*",
        ".+",
        "a.*b",
        ".*b.*",
        ".*a.*b.*",
        "[a-c]+",
        "[^a]",
        "[^a-z]*",
        "[]a]",
        "[^]a]",
        "[a-]",
        "[-a]",
        "[a\\-b]+",
        "[\\]]",
        "[[:alpha:]]+",
        "[[:^alpha:]]",
        "\\d+",
        "\\D",
        "\\w*",
        "\\W",
        "\\s",
        "[\\d_]+",
        "[\\W]",
        "(?i)k",
        "(?i)s",
        "(?i)AB?",
        "(?i)[a-z]+",
        "(?i)[^k]",
        "(?i)\\w",
        "(?i)\\W",
        "(?i:a)B",
        "a(?i)b",
        "(?-s).",
        "(?s).",
        "(?-s).*",
        "^a$",
        "^",
        "$",
        "a^b",
        "a$b",
        "^*a",
        "(^a|b)",
        "(a|b$)c?",
        "\\Aa\\z",
        "\\Qa.b\\E",
        "\\Qab\\E+",
        "x{2}",
        "x{2,}",
        "x{0,1}",
        "x{,2}",
        "{",
        "a{",
        "x\\{2\\}",
        "\\.",
        "\\\\",
        "\\x41",
        "\\x{1F600}",
        "\\07",
        "\\012",
        "\\0",
        "é",
        "[é-ü]",
        "[^é]",
        "aé*",
        "\\n",
        "(x+x+)+y",
        "(a+)+b",
        "(a*)*b",
        "(a|a)*b",
        "(|a)+",
        "(a||b)",
        "a??b",
        "a*?b",
        "(?U)a+b",
        "(?P<n>a)b",
        "(?<n>a)b",
        "\\pL",
        "\\bab\\b",
        "(?m)^a$",
        "[\\x00-\\x{10ffff}]",
        "[\\x{80}-\\x{ffff}]",
        "[\\x{7f}-\\x{800}]+",
        "\ud83d\ude00",
        ".",
        "..",
        ".{3}",
        "(.*)(.*)x",
        "(?i)é",
        "\\_",
        "[[:word:]]+",
        "[[:space:]]",
        "[a-b-c]+",
        "/v1/.*",
        ".*/(login|users)"
      })
  void agreesWithTheOracle(String regex) {
    compare(regex, TEXTS);
  }

  @Test
  void agreesWithTheOracleOnGeneratedExpressions() {
    long seed = Long.getLong("seed", 20_261L);
    Random random = new Random(seed);
    int compared = 0;
    int ours = 0;
    for (int i = 0; i < 20_000; i++) {
      String regex = expression(random, 4);
      List<String> texts = new ArrayList<>();
      for (int t = 0; t < 12; t++) {
        texts.add(text(random));
      }
      try {
        Pattern.compile(regex, Pattern.DOTALL);
      } catch (PatternSyntaxException e) {
        continue;
      }
      compare(regex, texts);
      compared++;
      ours += TextPattern.compile(regex).isLeftToOracle() ? 0 : 1;
    }
    assertThat(compared).as("seed %d", seed).isGreaterThan(15_000);
    assertThat(ours).as("taken by the automaton").isGreaterThan(compared * 9 / 10);
  }

  /** Literals and gaps, then one of a few texts: what is known without the automaton. */
  @Test
  void agreesWithTheOracleOnFewEndings() {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    String[] middles = {"a", "b", "é", ".*", ".*", ".+", "[ab]", "[ab]{2}", "b?", "(?:ab|c)"};
    String[] ends = {
      "", "a", "(a|b)", "(a|ab|)", "b?", "[abc]c?", "(?:é|a)b", "(aa|ba|ab)(b|c)", "[a-c]{2}"
    };
    for (int i = 0; i < 5_000; i++) {
      StringBuilder regex = new StringBuilder();
      for (int parts = random.nextInt(5); parts > 0; parts--) {
        regex.append(middles[random.nextInt(middles.length)]);
      }
      regex.append(ends[random.nextInt(ends.length)]);
      List<String> texts = new ArrayList<>();
      for (int t = 0; t < 12; t++) {
        texts.add(text(random));
      }
      compare(regex.toString(), texts);
    }
  }

  private static final String[] ATOMS = {
    "a",
    "b",
    "c",
    ".",
    "[ab]",
    "[^a]",
    "\\d",
    "\\w",
    "é",
    "[a-é]",
    "(?i:a)",
    "^",
    "$",
    "\\x{1F600}",
    "(?-s:.)",
    "[^\\x{1F600}b]",
    "ab",
    "/",
    "\\."
  };

  private static String expression(Random random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return ATOMS[random.nextInt(ATOMS.length)];
    }
    String one = expression(random, depth - 1);
    return switch (random.nextInt(7)) {
      case 0 -> one + "|" + expression(random, depth - 1);
      case 1 -> "(" + one + ")*";
      case 2 -> "(" + one + ")+";
      case 3 -> "(?:" + one + ")?";
      case 4 -> "(" + one + "){" + random.nextInt(3) + "," + (2 + random.nextInt(3)) + "}";
      case 5 -> "(" + one + ")";
      default -> one + expression(random, depth - 1);
    };
  }

  private static String text(Random random) {
    String[] letters = {"a", "b", "c", "A", "0", "é", "\ud83d\ude00", "\n", "/", ".", "_"};
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(9); length > 0; length--) {
      text.append(letters[random.nextInt(random.nextBoolean() ? 2 : letters.length)]);
    }
    return text.toString();
  }

  @Test
  void findsRequiredTextsAtEveryPlace() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] text = new byte[random.nextInt(40)];
      for (int b = 0; b < text.length; b++) {
        text[b] = (byte) "ab\u0080\u0000".charAt(random.nextInt(4));
      }
      byte[] wanted = new byte[1 + random.nextInt(4)];
      for (int b = 0; b < wanted.length; b++) {
        wanted[b] = (byte) "ab\u0080\u0000".charAt(random.nextInt(4));
      }
      int from = random.nextInt(text.length + 1);
      int to = from + random.nextInt(text.length - from + 1);
      String haystack = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
      int expected = haystack.indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
      assertThat(new ByteSearch(wanted).find(text, from, to))
          .isEqualTo(expected < 0 ? -1 : from + expected);
    }
  }

  @Test
  void writesOutFewTextsOnly() {
    assertThat(TextPattern.compile("v(1|2)[ab]?").alternatives())
        .containsExactlyInAnyOrder("v1", "v2", "v1a", "v1b", "v2a", "v2b");
    assertThat(TextPattern.compile("[a-z]{2}").alternatives()).isEmpty();
    assertThat(TextPattern.compile("^(?:get|post)$").alternatives())
        .containsExactlyInAnyOrder("get", "post");
    assertThat(TextPattern.compile("a*").alternatives()).isEmpty();
  }

  @Test
  void leavesAnExpressionThatCostsTooManyStatesToTheOracle() {
    // The states of this one are the subsets of 20 places: an exponential automaton.
    String regex = "(a|b)*a(a|b){19}";
    TextPattern pattern = TextPattern.compile(regex);
    Pattern oracle = Pattern.compile(regex, Pattern.DOTALL);
    Random random = new Random(3);
    for (int i = 0; i < 40_000 && !pattern.isLeftToOracle(); i++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < 60; c++) {
        text.append(random.nextBoolean() ? 'a' : 'b');
      }
      assertThat(pattern.matches(text.toString())).isEqualTo(oracle.matches(text.toString()));
    }
    assertThat(pattern.isLeftToOracle()).as("given up").isTrue();
  }

  @Test
  void isUsedByManyThreads() throws InterruptedException {
    TextPattern pattern = TextPattern.compile(".*[0-9]{3}/(visas|claims)/[a-f]+x?");
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Random random = new Random(t);
      Thread thread =
          new Thread(
              () -> {
                Pattern oracle = Pattern.compile(pattern.regex(), Pattern.DOTALL);
                for (int i = 0; i < 2_000; i++) {
                  String text =
                      "/v%d/%03d/%s/%s"
                          .formatted(
                              random.nextInt(3),
                              random.nextInt(1000),
                              random.nextBoolean() ? "visas" : "claims",
                              "abcdefx".substring(random.nextInt(7)));
                  assertThat(pattern.matches(text)).as(text).isEqualTo(oracle.matches(text));
                }
              });
      thread.setUncaughtExceptionHandler(
          (_, failure) -> {
            synchronized (failures) {
              failures.add(failure);
            }
          });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }
}
