package io.hmsops.server.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An example in hex of a page of {@code docs/format}. */
public final class FormatExample {
  private static final Pattern LINE = Pattern.compile("[0-9a-f]{4}  ([0-9a-f ]+?) *(\\|.*)?");

  private FormatExample() {}

  /**
   * {@return its bytes}
   *
   * @param page the page's file name
   * @param title how the line before the example begins, behind {@code **Example**, }
   */
  public static byte[] of(String page, String title) throws IOException {
    Path root = Path.of(System.getProperty("hms.root", ".."));
    String text = Files.readString(root.resolve("docs/format").resolve(page));
    Matcher example =
        Pattern.compile(
                "\\*\\*Example\\*\\*, " + Pattern.quote(title) + ".*?```hex\\n(.*?)```",
                Pattern.DOTALL)
            .matcher(text);
    if (!example.find()) {
      throw new AssertionError(page + ": no example \"" + title + "\"");
    }
    StringBuilder hex = new StringBuilder();
    for (String line : example.group(1).lines().toList()) {
      Matcher bytes = LINE.matcher(line);
      if (!bytes.matches()) {
        throw new AssertionError(page + ": line of an example: " + line);
      }
      hex.append(bytes.group(1).replace(" ", ""));
    }
    return HexFormat.of().parseHex(hex);
  }
}
