package io.hmsops.server.config;

import java.util.List;

/**
 * One relabeling rule.
 *
 * @param sourceLabels the labels whose values are joined
 * @param separator what stands between them
 * @param regex an RE2 expression, anchored at both ends when it is used
 * @param modulus for {@code hashmod}, else 0
 * @param targetLabel the label that is written; may hold {@code $1} for {@code replace}
 * @param replacement the new value; may hold {@code $1}
 * @param action what is done
 */
public record RelabelConfig(
    List<String> sourceLabels,
    String separator,
    String regex,
    long modulus,
    String targetLabel,
    String replacement,
    Action action) {
  /** The separator if none is given. */
  public static final String DEFAULT_SEPARATOR = ";";

  /** The expression if none is given. */
  public static final String DEFAULT_REGEX = "(.*)";

  /** The replacement if none is given. */
  public static final String DEFAULT_REPLACEMENT = "$1";

  /** Copies the list. */
  public RelabelConfig {
    sourceLabels = List.copyOf(sourceLabels);
  }

  /** What a rule does. */
  public enum Action {
    /** Sets the target label to the replacement if the expression matches. */
    REPLACE,
    /** Drops what does not match. */
    KEEP,
    /** Drops what matches. */
    DROP,
    /** Drops unless the joined values equal the target label's. */
    KEEPEQUAL,
    /** Drops if the joined values equal the target label's. */
    DROPEQUAL,
    /** Sets the target label to a hash of the joined values modulo {@code modulus}. */
    HASHMOD,
    /** Copies each label whose name matches to the name given by the replacement. */
    LABELMAP,
    /** Removes labels whose names match. */
    LABELDROP,
    /** Removes labels whose names do not match. */
    LABELKEEP,
    /** Sets the target label to the joined values in lower case. */
    LOWERCASE,
    /** Sets the target label to the joined values in upper case. */
    UPPERCASE;

    /** {@return the name in configuration files} */
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
