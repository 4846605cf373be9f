package io.hmsops.server.rules.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A time in UTC, with the fields and the text that Go gives it. */
record GoTime(Instant instant) {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  /** Go's reference time, part by part, longest first, with our pattern letters. */
  private static final String[][] LAYOUT = {
    {"January", "MMMM"},
    {"Monday", "EEEE"},
    {"2006", "uuuu"},
    {"Jan", "MMM"},
    {"Mon", "EEE"},
    {"MST", "'UTC'"},
    {"Z07:00", "'Z'"},
    {"-0700", "'+0000'"},
    {".000", ".SSS"},
    {"01", "MM"},
    {"02", "dd"},
    {"03", "hh"},
    {"04", "mm"},
    {"05", "ss"},
    {"06", "uu"},
    {"15", "HH"},
    {"PM", "a"},
    {"1", "M"},
    {"2", "d"},
    {"3", "h"},
    {"4", "m"},
    {"5", "s"},
  };

  static GoTime ofSeconds(double seconds) throws TemplateException {
    if (Double.isNaN(seconds) || Math.abs(seconds) > 9.3e9) {
      throw new TemplateException("%s is not a time in seconds".formatted(seconds));
    }
    long nanos =
        new BigDecimal(Double.toString(seconds))
            .movePointRight(9)
            .setScale(0, RoundingMode.HALF_EVEN)
            .longValue();
    return new GoTime(
        Instant.ofEpochSecond(
            Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)));
  }

  @Nullable Object field(String name, List<@Nullable Object> arguments) throws TemplateException {
    return switch (name) {
      case "Format" -> {
        if (arguments.size() != 1 || !(arguments.get(0) instanceof String layout)) {
          throw new TemplateException("Format: expected one layout text");
        }
        yield format(layout);
      }
      case "Unix" -> instant.getEpochSecond();
      case "String" -> toString();
      default -> throw new TemplateException("not supported: field %s of a time".formatted(name));
    };
  }

  private String format(String layout) {
    StringBuilder pattern = new StringBuilder();
    int i = 0;
    while (i < layout.length()) {
      String[] part = part(layout, i);
      if (part.length == 0) {
        pattern.append('\'').append(layout.charAt(i) == '\'' ? "'" : layout.charAt(i)).append('\'');
        i++;
      } else {
        pattern.append(part[1]);
        i += part[0].length();
      }
    }
    return DateTimeFormatter.ofPattern(pattern.toString(), Locale.ENGLISH)
        .format(instant.atZone(ZoneOffset.UTC));
  }

  private static String[] part(String layout, int at) {
    for (String[] part : LAYOUT) {
      if (layout.startsWith(part[0], at)) {
        return part;
      }
    }
    return new String[0];
  }

  @Override
  public String toString() {
    ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
    String fraction = "";
    if (utc.getNano() > 0) {
      fraction = "." + "%09d".formatted(utc.getNano()).replaceAll("0+$", "");
    }
    return SECONDS.format(utc) + fraction + " +0000 UTC";
  }

  /** A length of time, with the text that Go gives it. */
  record GoDuration(long nanos) {
    @Nullable Object field(String name) throws TemplateException {
      return switch (name) {
        case "String" -> toString();
        case "Seconds" -> nanos / 1e9;
        case "Minutes" -> nanos / 6e10;
        case "Hours" -> nanos / 3.6e12;
        case "Milliseconds" -> nanos / 1_000_000;
        default ->
            throw new TemplateException("not supported: field %s of a duration".formatted(name));
      };
    }

    @Override
    public String toString() {
      if (nanos == 0) {
        return "0s";
      }
      String sign = nanos < 0 ? "-" : "";
      long rest = Math.abs(nanos);
      if (rest < 1_000) {
        return sign + rest + "ns";
      }
      if (rest < 1_000_000_000) {
        boolean micros = rest < 1_000_000;
        return sign + plain(BigDecimal.valueOf(rest, micros ? 3 : 6)) + (micros ? "µs" : "ms");
      }
      long hours = rest / 3_600_000_000_000L;
      long minutes = rest / 60_000_000_000L % 60;
      String seconds = plain(BigDecimal.valueOf(rest % 60_000_000_000L, 9)) + "s";
      if (hours > 0) {
        return sign + hours + "h" + minutes + "m" + seconds;
      }
      return sign + (minutes > 0 ? minutes + "m" : "") + seconds;
    }

    private static String plain(BigDecimal number) {
      return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
  }
}
