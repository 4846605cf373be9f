package io.hmsops.query.parse;

import io.hmsops.query.ast.Position;
import io.hmsops.query.ast.Span;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/** The text of a query. ANTLR counts characters in it; everybody else counts UTF-8 bytes. */
final class SourceText {
  private final String text;

  /** The byte offset of each character and of the end; null while all characters are ASCII. */
  private final int @org.jspecify.annotations.Nullable [] byteOffsets;

  SourceText(String text) {
    this.text = text;
    this.byteOffsets = text.chars().allMatch(c -> c < 0x80) ? null : measure(text);
  }

  private static int[] measure(String text) {
    int[] codePoints = text.codePoints().toArray();
    int[] offsets = new int[codePoints.length + 1];
    for (int i = 0; i < codePoints.length; i++) {
      offsets[i + 1] = offsets[i] + Position.utf8Length(codePoints[i]);
    }
    return offsets;
  }

  String text() {
    return text;
  }

  int byteOffset(int character) {
    return byteOffsets == null ? character : byteOffsets[character];
  }

  int start(Token token) {
    return byteOffset(token.getStartIndex());
  }

  int end(Token token) {
    return byteOffset(token.getStopIndex() + 1);
  }

  Span span(Token token) {
    return new Span(start(token), end(token));
  }

  Span span(ParserRuleContext context) {
    return new Span(start(context.getStart()), end(context.getStop()));
  }

  ParseException error(Span span, String reason) {
    return ParseException.at(text, span.start(), reason);
  }

  ParseException error(int byteOffset, String reason) {
    return ParseException.at(text, byteOffset, reason);
  }
}
