package io.hmsops.server.rules.template;

import io.hmsops.tsdb.labels.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The dot of an alert's templates: fixed fields, so that a misspelt one is an error. */
public final class TemplateData extends HashMap<String, Object> {
  private static final long serialVersionUID = 1L;

  /** The variables that are defined in an alert's templates. */
  public static final List<String> VARIABLES =
      List.of("$labels", "$externalLabels", "$externalURL", "$value");

  /**
   * Creates the data of one alert.
   *
   * @param labels the labels of the element that raised it
   * @param externalLabels the labels of this server
   * @param externalUrl the address of this server
   * @param value the element's value
   */
  public TemplateData(Labels labels, Labels externalLabels, String externalUrl, double value) {
    put("Labels", TemplateEvaluator.labelMap(labels));
    put("ExternalLabels", TemplateEvaluator.labelMap(externalLabels));
    put("ExternalURL", externalUrl);
    put("Value", value);
  }

  /** {@return the values of {@link #VARIABLES}} */
  public Map<String, Object> variables() {
    Map<String, Object> variables = new HashMap<>();
    forEach(
        (name, value) ->
            variables.put("$" + Character.toLowerCase(name.charAt(0)) + name.substring(1), value));
    return variables;
  }

  /** Labels by name; one that is missing is empty, not nothing. */
  static final class LabelMap extends TreeMap<String, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String get(Object name) {
      String value = super.get(name);
      return value == null ? "" : value;
    }
  }
}
