package io.hmsops.server.rules.template;

/** Numbers for people, as Prometheus' templates show them. */
final class Humanize {
  private static final String[] LARGE = {"", "k", "M", "G", "T", "P", "E", "Z", "Y"};
  private static final String[] SMALL = {"", "m", "u", "n", "p", "f", "a", "z", "y"};
  private static final String[] BINARY = {"", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};

  private Humanize() {}

  static String decimal(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return GoFormat.fourDigits(value);
    }
    return Math.abs(value) >= 1 ? large(value, 1000, LARGE) : small(value);
  }

  static String binary(double value) {
    if (Math.abs(value) <= 1 || Double.isNaN(value) || Double.isInfinite(value)) {
      return GoFormat.fourDigits(value);
    }
    return large(value, 1024, BINARY);
  }

  private static String large(double value, double base, String[] prefixes) {
    int index = 0;
    double scaled = value;
    while (Math.abs(scaled) >= base && index < prefixes.length - 1) {
      scaled /= base;
      index++;
    }
    return GoFormat.fourDigits(scaled) + prefixes[index];
  }

  private static String small(double value) {
    int index = 0;
    double scaled = value;
    while (Math.abs(scaled) < 1 && index < SMALL.length - 1) {
      scaled *= 1000;
      index++;
    }
    return GoFormat.fourDigits(scaled) + SMALL[index];
  }

  static String percentage(double ratio) {
    return GoFormat.fourDigits(ratio * 100) + "%";
  }

  static String duration(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return GoFormat.fourDigits(value);
    }
    if (value == 0) {
      return "0s";
    }
    if (Math.abs(value) < 1) {
      return small(value) + "s";
    }
    String sign = value < 0 ? "-" : "";
    double magnitude = Math.abs(value);
    long whole = (long) magnitude;
    long days = whole / 86_400;
    long hours = whole / 3_600 % 24;
    long minutes = whole / 60 % 60;
    long seconds = whole % 60;
    if (days > 0) {
      return "%s%dd %dh %dm %ds".formatted(sign, days, hours, minutes, seconds);
    }
    if (hours > 0) {
      return "%s%dh %dm %ds".formatted(sign, hours, minutes, seconds);
    }
    if (minutes > 0) {
      return "%s%dm %ds".formatted(sign, minutes, seconds);
    }
    return sign + GoFormat.fourDigits(magnitude) + "s";
  }
}
