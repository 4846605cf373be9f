package io.hmsops.server.relabel;

import io.hmsops.server.config.NameValidation;
import io.hmsops.server.config.RelabelConfig;
import io.hmsops.tsdb.regex.Regex;
import io.hmsops.tsdb.regex.RegexMatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One compiled rule. */
final class RelabelRule {
  private final RelabelConfig config;
  private final Regex regex;
  private final Template target;
  private final Template replacement;

  RelabelRule(RelabelConfig config) {
    this.config = config;
    this.regex = Regex.compile("^(?s:" + config.regex() + ")$");
    this.target = new Template(config.targetLabel());
    this.replacement = new Template(config.replacement());
  }

  /** Rewrites the labels; {@return false if they are dropped} A removed label is not in the map. */
  boolean apply(Map<String, String> labels) {
    String joined = join(labels);
    return switch (config.action()) {
      case KEEP -> regex.matches(joined);
      case DROP -> !regex.matches(joined);
      case KEEPEQUAL -> joined.equals(labels.getOrDefault(config.targetLabel(), ""));
      case DROPEQUAL -> !joined.equals(labels.getOrDefault(config.targetLabel(), ""));
      case REPLACE -> replace(labels, joined);
      case LOWERCASE -> set(labels, config.targetLabel(), joined.toLowerCase(Locale.ROOT));
      case UPPERCASE -> set(labels, config.targetLabel(), joined.toUpperCase(Locale.ROOT));
      case HASHMOD -> set(labels, config.targetLabel(), hashModulo(joined));
      case LABELMAP -> mapNames(labels);
      case LABELDROP -> {
        labels.keySet().removeIf(name -> regex.matches(name));
        yield true;
      }
      case LABELKEEP -> {
        labels.keySet().removeIf(name -> !regex.matches(name));
        yield true;
      }
    };
  }

  private String join(Map<String, String> labels) {
    List<String> sources = config.sourceLabels();
    if (sources.size() == 1) {
      return labels.getOrDefault(sources.getFirst(), "");
    }
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < sources.size(); i++) {
      joined
          .append(i == 0 ? "" : config.separator())
          .append(labels.getOrDefault(sources.get(i), ""));
    }
    return joined.toString();
  }

  private boolean replace(Map<String, String> labels, String joined) {
    RegexMatch match = regex.match(joined);
    if (match != null) {
      String name = target.expand(match);
      // A name made of the input may turn out not to be one: the rule then does nothing.
      if (NameValidation.UTF8.isLabelName(name)) {
        set(labels, name, replacement.expand(match));
      }
    }
    return true;
  }

  private boolean mapNames(Map<String, String> labels) {
    for (Map.Entry<String, String> label : List.copyOf(labels.entrySet())) {
      RegexMatch match = regex.match(label.getKey());
      if (match != null) {
        set(labels, replacement.expand(match), label.getValue());
      }
    }
    return true;
  }

  private static boolean set(Map<String, String> labels, String name, String value) {
    if (value.isEmpty()) {
      labels.remove(name);
    } else {
      labels.put(name, value);
    }
    return true;
  }

  /** The last eight bytes of the MD5, read as an unsigned number, as users' shards rely on. */
  private String hashModulo(String joined) {
    try {
      byte[] hash =
          MessageDigest.getInstance("MD5").digest(joined.getBytes(StandardCharsets.UTF_8));
      long tail = ByteBuffer.wrap(hash).getLong(8);
      return Long.toUnsignedString(Long.remainderUnsigned(tail, config.modulus()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has MD5", impossible);
    }
  }
}
