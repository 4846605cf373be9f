package io.hmsops.query.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who asks, for the lists and the log of queries. The engine only hands it on.
 *
 * @param kind what kind of asker it is, such as {@code httpRequest} or {@code ruleGroup}; may be
 *     empty
 * @param details what is known of it, in order, such as {@code clientIP}
 */
public record QueryOrigin(String kind, Map<String, String> details) {
  /** Nobody in particular. */
  public static final QueryOrigin NONE = new QueryOrigin("", Map.of());

  /** Copies the map and keeps its order. */
  public QueryOrigin {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /** {@return all of it in one line} */
  public String text() {
    return String.join(" ", details.values());
  }
}
