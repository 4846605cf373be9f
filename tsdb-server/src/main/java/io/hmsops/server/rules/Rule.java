package io.hmsops.server.rules;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** One rule of a group. The labels of its group are already among its own. */
public sealed interface Rule {
  /** {@return the recorded metric's name, or the alert's name} */
  String name();

  /** {@return the PromQL expression as written} */
  String expr();

  /** {@return the labels that the rule sets; templates in an alerting rule} */
  Map<String, String> labels();

  /**
   * Writes the value of an expression as a series of its own.
   *
   * @param name the metric's name
   * @param expr the expression
   * @param labels the labels to set
   */
  record Recording(String name, String expr, Map<String, String> labels) implements Rule {
    /** Copies the map. */
    public Recording {
      labels = copy(labels);
    }
  }

  /**
   * Raises an alert for each element of an expression's value.
   *
   * @param name the alert's name
   * @param expr the expression
   * @param forMs how long an element must be there before its alert fires
   * @param keepFiringForMs how long a firing alert goes on after its element is gone
   * @param labels templates of labels
   * @param annotations templates of annotations
   */
  record Alerting(
      String name,
      String expr,
      long forMs,
      long keepFiringForMs,
      Map<String, String> labels,
      Map<String, String> annotations)
      implements Rule {
    /** Copies the maps. */
    public Alerting {
      labels = copy(labels);
      annotations = copy(annotations);
    }
  }

  private static Map<String, String> copy(Map<String, String> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
