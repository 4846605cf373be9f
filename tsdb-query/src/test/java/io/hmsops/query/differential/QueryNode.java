package io.hmsops.query.differential;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a random query.
 *
 * @param kind what it evaluates to
 * @param template its text, with {@code %s} for each operand
 * @param operands its operands
 * @param exact whether its value is the same in any order of additions, so that it may be compared,
 *     sorted or rounded
 */
record QueryNode(Kind kind, String template, List<QueryNode> operands, boolean exact) {
  /** What a part evaluates to. */
  enum Kind {
    SCALAR,
    VECTOR,
    RANGE
  }

  QueryNode {
    operands = List.copyOf(operands);
  }

  String text() {
    return template.formatted(operands.stream().map(QueryNode::text).toArray());
  }

  /** {@return smaller queries of the same kind: an operand in its place, or a smaller operand} */
  List<QueryNode> smaller() {
    List<QueryNode> smaller = new ArrayList<>();
    for (QueryNode operand : operands) {
      if (operand.kind == kind) {
        smaller.add(operand);
      }
    }
    for (int i = 0; i < operands.size(); i++) {
      for (QueryNode operand : operands.get(i).smaller()) {
        List<QueryNode> changed = new ArrayList<>(operands);
        changed.set(i, operand);
        smaller.add(new QueryNode(kind, template, changed, exact));
      }
    }
    return smaller;
  }
}
