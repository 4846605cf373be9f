package io.hmsops.query.parse;

import java.util.Set;
import org.antlr.v4.runtime.RuleContext;
import org.antlr.v4.runtime.tree.ParseTree;

/**
 * Looks for mistakes of meaning in what was read before a syntax error: of several mistakes the
 * first is reported, whatever its kind.
 */
final class PartialTree {
  private final ExprBuilder builder;
  private final Set<RuleContext> open;

  /**
   * Prepares the search.
   *
   * @param builder builds what is complete
   * @param open the constructs the parser was in when it stopped
   */
  PartialTree(ExprBuilder builder, Set<RuleContext> open) {
    this.builder = builder;
    this.open = open;
  }

  /** Throws the first mistake, if there is one. */
  void check(ParseTree tree) throws ParseException {
    if (tree instanceof RuleContext context && !open.contains(context)) {
      builder.part(context);
      return;
    }
    for (int i = 0; i < tree.getChildCount(); i++) {
      check(tree.getChild(i));
    }
  }
}
