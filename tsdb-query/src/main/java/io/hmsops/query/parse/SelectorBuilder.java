package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.TimeModifiers;
import io.hmsops.query.function.GoText;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.Token;

/** Builds instant selectors, and reads the names and texts in them. */
final class SelectorBuilder {
  private final SourceText source;

  SelectorBuilder(SourceText source) {
    this.source = source;
  }

  Expr.VectorSelector selector(PromQLParser.SelectorContext context) throws ParseException {
    List<LabelMatcher> matchers = new ArrayList<>();
    if (context.labelMatchers() != null) {
      for (PromQLParser.LabelMatcherContext matcher : context.labelMatchers().labelMatcher()) {
        matchers.add(matcher(matcher));
      }
    }
    String name = "";
    if (context.metricName() != null) {
      name = context.metricName().getText();
      matchers.add(LabelMatcher.equal(Label.METRIC_NAME, name));
    }
    return new Expr.VectorSelector(
        name, matchers, TimeModifiers.NONE, Edges.PLAIN, source.span(context));
  }

  LabelMatcher matcher(PromQLParser.LabelMatcherContext context) throws ParseException {
    if (context.quotedMetric != null) {
      return LabelMatcher.equal(Label.METRIC_NAME, text(context.quotedMetric));
    }
    LabelMatcher.Type type =
        switch (context.op.getType()) {
          case PromQLLexer.EQL -> LabelMatcher.Type.EQUAL;
          case PromQLLexer.NEQ -> LabelMatcher.Type.NOT_EQUAL;
          case PromQLLexer.EQL_REGEX -> LabelMatcher.Type.REGEX;
          case PromQLLexer.NEQ_REGEX -> LabelMatcher.Type.NOT_REGEX;
          default -> throw new AssertionError("unknown matching operator " + context.op.getText());
        };
    try {
      return LabelMatcher.of(type, name(context.name), text(context.value));
    } catch (IllegalArgumentException e) {
      throw source.error(source.start(context.name), String.valueOf(e.getMessage()));
    }
  }

  List<String> labelNames(PromQLParser.GroupingLabelsContext context) throws ParseException {
    List<String> names = new ArrayList<>();
    for (PromQLParser.GroupingLabelContext label : context.groupingLabel()) {
      names.add(labelName(label));
    }
    return names;
  }

  String labelName(PromQLParser.GroupingLabelContext label) throws ParseException {
    String name = name(label.getStart());
    if (name.isEmpty() || !GoText.isValid(name)) {
      throw source.error(
          source.span(label), "invalid label name for grouping: " + GoText.quote(name));
    }
    return name;
  }

  private String name(Token token) throws ParseException {
    return token.getType() == PromQLLexer.STRING ? text(token) : token.getText();
  }

  /** Returns the text of a string token. */
  String text(Token token) throws ParseException {
    try {
      return StringLiterals.unquote(token.getText());
    } catch (StringLiterals.Malformed e) {
      throw source.error(source.start(token), String.valueOf(e.getMessage()));
    }
  }
}
