package io.hmsops.server.notify;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of the routing tree, with everything inherited filled in.
 *
 * @param id its place in the tree, as group keys show it
 * @param receiver who is told
 * @param matchers conditions on an alert's labels, all of which must hold
 * @param groupBy the labels by whose values alerts are grouped
 * @param groupByAll whether every alert is a group of its own
 * @param groupWaitMs how long a new group waits for more alerts
 * @param groupIntervalMs how long after a flush a group is flushed again
 * @param repeatIntervalMs after what time an unchanged group is told again
 * @param continues whether siblings after this one are asked too
 * @param routes the children
 */
record Route(
    String id,
    String receiver,
    List<LabelMatcher> matchers,
    List<String> groupBy,
    boolean groupByAll,
    long groupWaitMs,
    long groupIntervalMs,
    long repeatIntervalMs,
    boolean continues,
    List<Route> routes) {
  Route {
    matchers = List.copyOf(matchers);
    groupBy = List.copyOf(groupBy);
    routes = List.copyOf(routes);
  }

  /** {@return the routes an alert goes to: the deepest that match} */
  List<Route> match(Labels labels) {
    for (LabelMatcher matcher : matchers) {
      if (!matcher.matches(labels)) {
        return List.of();
      }
    }
    List<Route> found = new ArrayList<>();
    for (Route child : routes) {
      List<Route> below = child.match(labels);
      found.addAll(below);
      if (!below.isEmpty() && !child.continues()) {
        break;
      }
    }
    return found.isEmpty() ? List.of(this) : found;
  }

  /** {@return the labels that name an alert's group} */
  Labels groupLabels(Labels labels) {
    return groupByAll ? labels : labels.filter(groupBy::contains);
  }
}
