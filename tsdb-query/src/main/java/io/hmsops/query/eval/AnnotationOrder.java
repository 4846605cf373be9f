package io.hmsops.query.eval;

import io.hmsops.query.ast.Span;
import io.hmsops.query.plan.Plan;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * In which order Prometheus, which evaluates a part wholly before the next, comes to the places of
 * a query of which something is said. A call and an aggregation speak of their arguments once all
 * of these are evaluated; a binary operation speaks of itself.
 */
final class AnnotationOrder {
  private AnnotationOrder() {}

  /** The place that is come to last. */
  static Span last(Plan plan, Collection<Span> places) {
    Iterator<Span> rest = places.iterator();
    Span last = rest.next();
    while (rest.hasNext()) {
      Span next = rest.next();
      last = isBefore(plan, last, next) ? next : last;
    }
    return last;
  }

  /** The place that is come to first. */
  static Span first(Plan plan, Collection<Span> places) {
    Iterator<Span> rest = places.iterator();
    Span first = rest.next();
    while (rest.hasNext()) {
      Span next = rest.next();
      first = isBefore(plan, next, first) ? next : first;
    }
    return first;
  }

  private static boolean isBefore(Plan plan, Span a, Span b) {
    Plan node = plan.withoutOnce();
    List<Plan> children = node.children();
    int ofA = childWith(children, a);
    int ofB = childWith(children, b);
    if (ofA < 0 || ofB < 0) {
      // What is said of the whole comes after what is said of its parts.
      return ofA < 0 ? ofB < 0 && a.start() < b.start() : true;
    }
    boolean speaks = node instanceof Plan.Invoke || node instanceof Plan.Aggregate;
    boolean wholeA = speaks && a.equals(children.get(ofA).span());
    boolean wholeB = speaks && b.equals(children.get(ofB).span());
    if (wholeA != wholeB) {
      return wholeB;
    }
    if (ofA != ofB || wholeA) {
      return ofA < ofB;
    }
    return isBefore(children.get(ofA), a, b);
  }

  private static int childWith(List<Plan> children, Span place) {
    for (int i = 0; i < children.size(); i++) {
      Span span = children.get(i).span();
      if (span.start() <= place.start() && place.end() <= span.end()) {
        return i;
      }
    }
    return -1;
  }
}
