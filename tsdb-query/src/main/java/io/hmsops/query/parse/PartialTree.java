package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLParser;
import java.util.Set;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;

/**
 * Looks for mistakes of meaning in what was read before a syntax error: of several mistakes the
 * first is reported, whatever its kind.
 */
final class PartialTree {
  private final ExprBuilder builder;
  private final Set<RuleContext> open;
  private final int unseen;

  /**
   * Prepares the search.
   *
   * @param builder builds what is complete
   * @param open the constructs the parser was in when it stopped
   * @param unseen the index of the token that is none; what only the token behind it can show to be
   *     complete is not, when it stands before this one
   */
  PartialTree(ExprBuilder builder, Set<RuleContext> open, int unseen) {
    this.builder = builder;
    this.open = open;
    this.unseen = unseen;
  }

  /** Throws the first mistake, if there is one. */
  void check(ParseTree tree) throws ParseException {
    if (tree instanceof ParserRuleContext context && !open.contains(context)) {
      boolean complete = !endsBeforeUnseen(context);
      if (complete || !goesOn(context)) {
        builder.part(context, complete);
        return;
      }
    }
    for (int i = 0; i < tree.getChildCount(); i++) {
      check(tree.getChild(i));
    }
  }

  private boolean endsBeforeUnseen(ParserRuleContext context) {
    Token last = context.getStop();
    return last != null && last.getTokenIndex() + 1 == unseen;
  }

  /** Whether more could belong to a construct: its mistakes show when what follows is known. */
  private static boolean goesOn(ParserRuleContext context) {
    return switch (context) {
      case PromQLParser.AggregateContext aggregate -> goesOn(aggregate.aggregation());
      case PromQLParser.AggregationContext aggregation -> aggregation.groupingModifier() == null;
      case PromQLParser.OffsetContext offset -> goesOn(offset.offsetDuration());
      case PromQLParser.OffsetDurationContext offset ->
          offset.signs.size() > 1 || (offset.signs.isEmpty() && offset.LEFT_PAREN() != null);
      case PromQLParser.BinaryContext _,
          PromQLParser.UnaryContext _,
          PromQLParser.DurationBinaryContext _,
          PromQLParser.DurationSignContext _ ->
          true;
      default -> false;
    };
  }
}
