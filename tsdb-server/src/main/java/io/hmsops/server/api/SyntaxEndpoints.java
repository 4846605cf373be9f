package io.hmsops.server.api;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.check.Queries;
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
    try {
      return Queries.parse(query, context.options().features());
    } catch (ParseException e) {
      throw ApiException.badParameter("query", String.valueOf(e.getMessage()));
    }
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
