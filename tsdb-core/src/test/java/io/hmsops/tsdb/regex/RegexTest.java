package io.hmsops.tsdb.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegexTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(a{30}){40}; {40}",
        "((a{10}){10}){11}; {11}",
        "((((a{30}){30}){30}){30}){30}; {30}",
        "(a{30}?){40}?; {40}?",
        "(?:a{1000}){2}; {2}",
        "(a{0,1000}){2}; {2}",
        "(?:(?:a{2,}){1000}){2,}; {1000}",
        "(\\pL{50}\\b){50}; {50}",
        "(?m)((^a$){100}b){11}; {11}",
        "(?i)(é{100}){11}; {11}",
        "((([a-z]{100}){10}.){1}){3}; {3}",
        "[(]{9}([]{2}]{40}){30}; {30}",
        "a{1001}; {1001}",
        "a{99999999999}; {99999999999}",
        "a{2,1}; {2,1}",
      })
  void refusesRepetitionsThatMultiply(String regex, String shown) {
    assertThatThrownBy(() -> Regex.compile(regex))
        .isInstanceOf(RegexSyntaxException.class)
        .hasMessage("error parsing regexp: invalid repeat count: `%s`", shown);
    assertThatThrownBy(() -> TextPattern.compile(regex))
        .hasMessage("error parsing regexp: invalid repeat count: `%s`", shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{30}){33}",
        "a{1000}",
        "(a{0}){1000}",
        "((a{1000}){0}){1000}",
        "(a{0,}){1000}",
        "(a{100})*{",
        "((a{30})+){33}",
        "\\x{30}{40}",
        "\\Q{1000}{1000}\\E{1000}",
        "\\{1000}{1000}",
        "[{1000}]{1000}",
        "{,1000}{1000}",
        "a{01}{1000}",
        "(a{1000}|b{1000})"
      })
  void takesWhatStaysWithinTheLimit(String regex) {
    assertThat(Regex.compile(regex).programSize()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(; missing closing ); (",
        "); unexpected ); )",
        "a)b; unexpected ); a)b",
        "(a|b; missing closing ); (a|b",
        "a**; invalid nested repetition operator; **",
        "*; missing argument to repetition operator; *",
        "[a; missing closing ]; [a",
        "[z-a]; invalid character class range; z-a",
        "\\8; invalid escape sequence; \\8",
        "(?=a); invalid or unsupported Perl syntax; (?=",
        "(?<=a); invalid named capture; (?<=a)",
        "(?P<n a); invalid named capture; (?P<n a)",
        "a\\; trailing backslash at end of expression; ''",
        "\\pX; invalid character class range; \\pX",
      })
  void saysWhatIsWrongAsGoDoes(String regex, String description, String part) {
    assertThatThrownBy(() -> Regex.compileDotAll(regex))
        .hasMessage("error parsing regexp: %s: `%s`", description, part);
  }

  @Test
  void refusesTreesThatAreTooHigh() {
    String high = "(".repeat(999) + "a" + ")".repeat(999);
    assertThat(Regex.compile(high).matches("a")).isTrue();
    assertThatThrownBy(() -> Regex.compile("(" + high + ")"))
        .hasMessage("error parsing regexp: expression nests too deeply: `(%s)`", high);
    assertThat(Regex.compile("(?:".repeat(5_000) + "a" + ")".repeat(5_000)).matches("a")).isTrue();
  }

  @Test
  void refusesProgramsThatAreTooLarge() {
    String large = "(" + "abcdefgh|".repeat(60) + "){1000}";
    assertThatThrownBy(() -> Regex.compile(large))
        .hasMessage("error parsing regexp: expression too large: `%s`", large);
  }

  @Test
  void refusesWhatTakesTimeWithTheSquareOfItsLength() {
    String wide = "a" + "|.*x".repeat(ExpressionLimits.MAX_OPTIONS + 2);
    assertThatThrownBy(() -> Regex.compile(wide))
        .hasMessage("error parsing regexp: expression too large: `%s`", wide);
    StringBuilder literals = new StringBuilder("a");
    for (int i = 0; i < 2 * ExpressionLimits.MAX_OPTIONS; i++) {
      literals.append('|').append(Integer.toString(i * 7919, 36));
    }
    assertThat(Regex.compile(literals.toString()).matches("a")).isTrue();
  }

  @Test
  void smallStacksAreEnough() throws InterruptedException {
    String[] expressions = {
      "(".repeat(480) + "a" + ")*".repeat(480), "(\\pL?){1000}", "\\b" + "|.*x".repeat(3_000)
    };
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            null,
            () -> {
              for (String expression : expressions) {
                assertThat(Regex.compile(expression).matches("a!")).isFalse();
                assertThat(Regex.compile(expression).contains("a")).isTrue();
              }
            },
            "small",
            256 << 10);
    thread.setUncaughtExceptionHandler((_, e) -> failure[0] = e);
    thread.start();
    thread.join();
    assertThat(failure[0]).isNull();
  }

  /** What is measured bounds what RE2/J makes of it, whatever the text. */
  @Test
  void neverMeasuresLessThanIsMade() {
    long seed = Long.getLong("seed", 77L);
    Random random = new Random(seed);
    String[] pieces = {
      "a",
      "b",
      "é",
      ".",
      "(",
      ")",
      "(?:",
      "(?i)",
      "(?P<n>",
      "|",
      "*",
      "+",
      "?",
      "{2}",
      "{3,5}",
      "{0,7}",
      "{2,}",
      "{",
      "}",
      "[",
      "]",
      "[^",
      "[:alpha:]",
      "\\",
      "\\Q",
      "\\E",
      "\\d",
      "\\pL",
      "\\p{Greek}",
      "\\x{41}",
      "\\b",
      "^",
      "$",
      "-",
      ":",
      "]{9}",
      "(a{9}",
      "){9}"
    };
    int compared = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder regex = new StringBuilder();
      for (int length = 1 + random.nextInt(12); length > 0; length--) {
        regex.append(pieces[random.nextInt(pieces.length)]);
      }
      String text = regex.toString();
      try {
        long measured = ExpressionLimits.check(text);
        int made = Regex.compile(text).programSize();
        compared++;
        assertThat((long) made)
            .as("seed %d: %s, measured %d", seed, text, measured)
            .isLessThanOrEqualTo(measured + 3);
      } catch (RegexSyntaxException e) {
        // Refused, by whichever came first.
      }
    }
    assertThat(compared).as("seed %d", seed).isGreaterThan(5_000);
  }

  @ParameterizedTest
  @CsvSource({
    "$1, ab",
    "${1}x, abx",
    "$1x, ''",
    "${n}, c",
    "$n-$$, c-$",
    "$, $",
    "${, ${",
    "${1, ${1",
    "$9, ''",
    "$0, abc",
    "$99999999999, ''"
  })
  void fillsGroupsIn(String template, String expected) {
    RegexMatch match = Regex.compile("(.*)(?P<n>c)").match("abc");
    assertThat(Objects.requireNonNull(match).expand(template)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a*, baaac, x, xbxcx",
    "a, banana, <$0>, b<a>n<a>n<a>",
    "'', ab, -, -a-b-",
    "^, ab, -, -ab",
    "$, ab, -, ab-",
    "(b)?, ab, [$1], []a[b]",
    "\\b, ab cd, |, |ab| |cd|",
  })
  void replacesEachMatch(String regex, String text, String template, String expected) {
    assertThat(Regex.compile(regex).replaceAll(text, template)).isEqualTo(expected);
  }
}
