package io.hmsops.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** A command line means the same, whoever reads it. */
final class PlainArgumentsTest {
  private static final List<String> VALUES =
      List.of("7", "2147483648", "999999999999999999", "a", "10m", "512MB", "x=y", "0", "-1", "");

  private static Map<String, String> fields(Object options) throws IllegalAccessException {
    Map<String, String> values = new TreeMap<>();
    for (Field field : options.getClass().getDeclaredFields()) {
      field.setAccessible(true);
      Object value = field.get(options);
      if (field.isAnnotationPresent(Mixin.class)) {
        values.putAll(fields(value));
      } else {
        values.put(field.getName(), String.valueOf(value));
      }
    }
    return values;
  }

  /** {@return what the parser makes of a command line, null if it refuses it} */
  private static @Nullable Map<String, String> parsed(String... arguments)
      throws IllegalAccessException {
    List<String> options = List.of(arguments).subList(1, arguments.length);
    try {
      return fields(CommandLine.populateCommand(new RunOptions(), options.toArray(String[]::new)));
    } catch (ParameterException e) {
      return null;
    }
  }

  /** {@return whether it was read without the parser} */
  private static boolean check(String... arguments) throws IllegalAccessException {
    Optional<RunOptions> plain = PlainArguments.read(arguments);
    if (plain.isPresent()) {
      assertThat(fields(plain.get())).as("%s", List.of(arguments)).isEqualTo(parsed(arguments));
    }
    return plain.isPresent();
  }

  @Test
  void everyOptionIsReadAsTheParserReadsIt() throws IllegalAccessException {
    List<String> plain = new ArrayList<>();
    for (OptionSpec option : new CommandLine(new RunOptions()).getCommandSpec().options()) {
      for (String name : option.names()) {
        boolean read = check("run", name);
        for (String value : VALUES) {
          read |= check("run", name + "=" + value);
          read |= check("run", name, value);
          read |= check("run", name + "=" + value, name, value);
          read |= check("run", option.longestName() + "=" + value, name, value);
          read |= check("run", "--log.level", "debug", name + "=" + value);
        }
        if (read) {
          plain.add(name);
        }
      }
    }
    assertThat(plain)
        .hasSizeGreaterThan(30)
        .contains("--listen", "--storage.tsdb.path", "--config.file", "--query.max-samples")
        .contains("--web.enable-admin-api")
        .doesNotContain("--enable-feature", "--no-web.enable-remote-write-receiver");
  }

  @Test
  void nothingIsReadAsTheDefaults() throws IllegalAccessException {
    assertThat(check("run")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "--no-such-option=1",
        "word",
        "@file",
        "--listen",
        "--listen=",
        "--listen=--data",
        "--listen=a --listen=b",
        "--listen=a --web.listen-address=b",
        "--data=\"a\"",
        "--query.max-samples=many",
        "--query.max-samples=01",
        "--query.max-samples=9999999999999999999",
        "--query.max-queued=2147483648",
        "--web.enable-admin-api=true",
        "--web.enable-admin-api --web.enable-admin-api",
        "--enable-feature=promql-experimental-functions",
      })
  void whatIsNotPlainIsLeftToTheParser(String arguments) {
    assertThat(PlainArguments.read(("run " + arguments).split(" "))).isEmpty();
  }
}
