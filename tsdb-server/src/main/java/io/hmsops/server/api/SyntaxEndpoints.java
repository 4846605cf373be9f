package io.hmsops.server.api;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.print.PrettyPrinter;
import io.hmsops.server.http.HttpRequest;

/** {@code format_query} and {@code parse_query}. */
final class SyntaxEndpoints {
  private final ApiContext context;

  SyntaxEndpoints(ApiContext context) {
    this.context = context;
  }

  private Expr parse(HttpRequest request) {
    String query = request.parameters().get("query");
    Expr expr;
    try {
      expr = Language.parse(query, context.options().features());
    } catch (ParseException e) {
      throw ApiException.badParameter("query", String.valueOf(e.getMessage()));
    }
    if (DeepTrees.isDeep(expr)) {
      // Either answer grows with the square of the levels, or nests as deeply.
      throw ApiException.badParameter(
          "query", "more than %d levels".formatted(DeepTrees.SHALLOW_LEVELS));
    }
    return expr;
  }

  Answer format(HttpRequest request) {
    String text = new PrettyPrinter(PrettyPrinter.LINE_LENGTH_BYTES).print(parse(request));
    return Answer.of(json -> json.writeString(text));
  }

  Answer syntaxTree(HttpRequest request) {
    Expr expr = parse(request);
    return Answer.of(json -> new SyntaxJson(json).write(expr));
  }
}
