package io.hmsops.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Named values of a query string or a form; a name may have several. Immutable. */
public final class Parameters {
  /** None at all. */
  public static final Parameters NONE = new Parameters(Map.of());

  private static final int MAX_PARAMETERS = 10_000;

  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * {@return the parameters of a text like {@code a=1&b=x%20y}} As in the field, a pair with a
   * broken escape or with a semicolon is left out.
   *
   * @param encoded the text
   * @throws HttpException 400 if there are more than 10 000 parameters
   */
  public static Parameters parse(String encoded) {
    if (encoded.isEmpty()) {
      return NONE;
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    int count = 0;
    for (int start = 0; start <= encoded.length(); ) {
      int end = encoded.indexOf('&', start);
      end = end < 0 ? encoded.length() : end;
      if (end > start) {
        if (++count > MAX_PARAMETERS) {
          throw new HttpException(400, "more than %d parameters".formatted(MAX_PARAMETERS));
        }
        addPair(values, encoded.substring(start, end));
      }
      start = end + 1;
    }
    return new Parameters(values);
  }

  private static void addPair(Map<String, List<String>> values, String pair) {
    int equals = pair.indexOf('=');
    String name = equals < 0 ? pair : pair.substring(0, equals);
    String value = equals < 0 ? "" : pair.substring(equals + 1);
    if (PercentCoding.isBroken(pair) || pair.indexOf(';') >= 0) {
      return;
    }
    values
        .computeIfAbsent(PercentCoding.decode(name, true), n -> new ArrayList<>(1))
        .add(PercentCoding.decode(value, true));
  }

  /**
   * {@return these, and behind each name's values those of others}
   *
   * @param others the parameters to add
   */
  public Parameters followedBy(Parameters others) {
    if (others.values.isEmpty()) {
      return this;
    }
    Map<String, List<String>> merged = new LinkedHashMap<>();
    values.forEach((name, list) -> merged.put(name, new ArrayList<>(list)));
    others.values.forEach(
        (name, list) -> merged.computeIfAbsent(name, n -> new ArrayList<>()).addAll(list));
    return new Parameters(merged);
  }

  /**
   * {@return the first value of a name, empty if there is none}
   *
   * @param name the parameter's name
   */
  public String get(String name) {
    List<String> list = values.get(name);
    return list == null ? "" : list.getFirst();
  }

  /**
   * {@return all values of a name}
   *
   * @param name the parameter's name
   */
  public List<String> all(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  /**
   * {@return whether the name occurs}
   *
   * @param name the parameter's name
   */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** {@return the names, in the order of their first occurrence} */
  public Set<String> names() {
    return values.keySet();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
