package io.hmsops.server.notify;

import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.YamlDocument;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code alertmanager.yml}. */
public final class NotifyConfigReader {
  static final long DEFAULT_GROUP_WAIT_MS = 30_000;
  static final long DEFAULT_GROUP_INTERVAL_MS = 300_000;
  static final long DEFAULT_REPEAT_INTERVAL_MS = 4 * 3_600_000;

  /** Without a route there is nothing to wait for: every alert is a group that is told at once. */
  static final long UNROUTED_GROUP_INTERVAL_MS = 1_000;

  private static final Set<String> ROOT_FIELDS = Set.of("global", "route", "receivers");
  private static final Set<String> ROUTE_FIELDS =
      Set.of(
          "receiver",
          "matchers",
          "match",
          "match_re",
          "group_by",
          "group_wait",
          "group_interval",
          "repeat_interval",
          "continue",
          "routes");

  private final Map<String, Receiver> receivers = new LinkedHashMap<>();

  private NotifyConfigReader() {}

  /**
   * {@return the configuration}
   *
   * @param file the file's name for messages
   * @param text its content
   * @throws ConfigException if it is not valid, or uses something that is not supported
   */
  public static NotifyConfig read(String file, String text) throws ConfigException {
    return new NotifyConfigReader().root(YamlDocument.parse(file, text).asMapping());
  }

  private NotifyConfig root(YamlMapping root) throws ConfigException {
    for (String field : root.names()) {
      if (!ROOT_FIELDS.contains(field) && root.get(field) != null) {
        throw root.key(field).error("not supported: " + field);
      }
    }
    for (YamlNode node : root.list("receivers")) {
      Receiver receiver = ReceiverReader.read(node.asMapping());
      if (receivers.put(receiver.name(), receiver) != null) {
        throw node.error(
            "notification config name \"%s\" is not unique".formatted(receiver.name()));
      }
    }
    YamlNode route = root.get("route");
    return new NotifyConfig(
        route == null ? unrouted(root) : topRoute(route.asMapping()), receivers);
  }

  private Route unrouted(YamlMapping root) throws ConfigException {
    if (receivers.size() != 1) {
      throw root.error(
          "no route provided and %d receivers (expected: a route, or a single receiver that gets everything)"
              .formatted(receivers.size()));
    }
    return new Route(
        "{}",
        receivers.keySet().iterator().next(),
        List.of(),
        List.of(),
        true,
        0,
        UNROUTED_GROUP_INTERVAL_MS,
        DEFAULT_REPEAT_INTERVAL_MS,
        false,
        List.of());
  }

  /** What a route hands down to its children. */
  private record Inherited(
      String id,
      String receiver,
      Set<String> groupBy,
      boolean groupByAll,
      long groupWaitMs,
      boolean groupWaitIsSet,
      long groupIntervalMs,
      long repeatIntervalMs) {}

  private Route topRoute(YamlMapping node) throws ConfigException {
    if (node.text("receiver", "").isEmpty()) {
      throw node.error("root route must specify a default receiver");
    }
    for (String field : List.of("matchers", "match", "match_re", "continue")) {
      if (node.get(field) != null) {
        throw node.key(field).error("root route must not have " + field);
      }
    }
    Inherited defaults =
        new Inherited(
            "",
            "",
            Set.of(),
            false,
            DEFAULT_GROUP_WAIT_MS,
            false,
            DEFAULT_GROUP_INTERVAL_MS,
            DEFAULT_REPEAT_INTERVAL_MS);
    return route(node, defaults);
  }

  private Route route(YamlMapping node, Inherited parent) throws ConfigException {
    for (String field : node.names()) {
      if (!ROUTE_FIELDS.contains(field) && node.get(field) != null) {
        throw node.key(field).error("not supported: " + field + " of a route");
      }
    }
    String receiverName = node.text("receiver", parent.receiver());
    Receiver receiver = receivers.get(receiverName);
    if (receiver == null) {
      throw node.error("undefined receiver \"%s\" used in route".formatted(receiverName));
    }
    List<LabelMatcher> matchers = matchers(node);
    boolean ownGrouping = node.get("group_by") != null;
    Set<String> groupBy = new LinkedHashSet<>(ownGrouping ? node.texts("group_by") : List.of());
    boolean groupByAll = groupBy.remove("...");
    if (groupByAll && !groupBy.isEmpty()) {
      throw node.error("cannot have wildcard group_by (`...`) and other labels at the same time");
    }
    String id =
        parent.id()
            + (parent.id().isEmpty() ? "" : "/")
            + matchers.stream().map(Object::toString).collect(Collectors.joining(",", "{", "}"));
    Inherited own =
        new Inherited(
            id,
            receiverName,
            ownGrouping ? groupBy : parent.groupBy(),
            ownGrouping ? groupByAll : parent.groupByAll(),
            node.durationMs("group_wait", parent.groupWaitMs()),
            parent.groupWaitIsSet() || node.get("group_wait") != null,
            positive(node, "group_interval", parent.groupIntervalMs()),
            positive(node, "repeat_interval", parent.repeatIntervalMs()));
    List<Route> children = new ArrayList<>();
    for (YamlNode child : node.list("routes")) {
      children.add(route(child.asMapping(), own));
    }
    // Healing does not wait for a group to form, unless the file says so.
    long groupWaitMs = receiver.heals() && !own.groupWaitIsSet() ? 0 : own.groupWaitMs();
    return new Route(
        id,
        receiverName,
        matchers,
        List.copyOf(own.groupBy()),
        own.groupByAll(),
        groupWaitMs,
        own.groupIntervalMs(),
        own.repeatIntervalMs(),
        node.bool("continue", false),
        children);
  }

  private static long positive(YamlMapping node, String field, long absentMs)
      throws ConfigException {
    long lengthMs = node.durationMs(field, absentMs);
    if (lengthMs == 0) {
      throw node.error(field + " cannot be zero");
    }
    return lengthMs;
  }

  private static List<LabelMatcher> matchers(YamlMapping node) throws ConfigException {
    List<LabelMatcher> matchers = new ArrayList<>();
    addOld(node, "match", LabelMatcher.Type.EQUAL, matchers);
    addOld(node, "match_re", LabelMatcher.Type.REGEX, matchers);
    for (YamlNode text : node.list("matchers")) {
      try {
        matchers.addAll(MatcherText.parse(text.asText()));
      } catch (IllegalArgumentException e) {
        throw text.error(String.valueOf(e.getMessage()));
      }
    }
    return matchers;
  }

  private static void addOld(
      YamlMapping node, String field, LabelMatcher.Type type, List<LabelMatcher> matchers)
      throws ConfigException {
    YamlNode old = node.get(field);
    if (old == null) {
      return;
    }
    for (Map.Entry<String, String> entry : old.asMapping().asTexts().entrySet()) {
      try {
        matchers.add(LabelMatcher.of(type, entry.getKey(), entry.getValue()));
      } catch (IllegalArgumentException e) {
        throw old.error(String.valueOf(e.getMessage()));
      }
    }
  }
}
