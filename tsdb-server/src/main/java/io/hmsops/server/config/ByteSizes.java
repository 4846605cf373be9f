package io.hmsops.server.config;

import java.util.Map;

/** Sizes such as {@code 512MB}; all units are powers of 1024. */
public final class ByteSizes {
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("B", 1L),
          Map.entry("KB", 1L << 10),
          Map.entry("KiB", 1L << 10),
          Map.entry("MB", 1L << 20),
          Map.entry("MiB", 1L << 20),
          Map.entry("GB", 1L << 30),
          Map.entry("GiB", 1L << 30),
          Map.entry("TB", 1L << 40),
          Map.entry("TiB", 1L << 40),
          Map.entry("PB", 1L << 50),
          Map.entry("PiB", 1L << 50),
          Map.entry("EB", 1L << 60),
          Map.entry("EiB", 1L << 60));

  private ByteSizes() {}

  /**
   * {@return a size in bytes}
   *
   * @param text a number with a unit
   * @throws IllegalArgumentException if it is none
   */
  public static long parse(String text) {
    if (text.equals("0") || text.isEmpty()) {
      return 0;
    }
    int unitStart = 0;
    while (unitStart < text.length() && "+-.0123456789".indexOf(text.charAt(unitStart)) >= 0) {
      unitStart++;
    }
    Long unit = UNITS.get(text.substring(unitStart));
    if (unit == null) {
      throw new IllegalArgumentException(
          "units: unknown unit %s in %s (expected: a size such as 512MB)"
              .formatted(text.substring(unitStart), text));
    }
    try {
      return (long) (Double.parseDouble(text.substring(0, unitStart)) * unit);
    } catch (NumberFormatException notOne) {
      throw new IllegalArgumentException(
          "units: invalid %s (expected: a size such as 512MB)".formatted(text), notOne);
    }
  }

  static long parse(YamlNode node) throws ConfigException {
    try {
      return parse(node.asText());
    } catch (IllegalArgumentException e) {
      throw node.error(String.valueOf(e.getMessage()));
    }
  }
}
