package io.hmsops.server.ingest.exposition;

/** The pieces of a page; their names stand in error messages. */
enum Token {
  INVALID("INVALID"),
  EOF("EOF"),
  LINEBREAK("LINEBREAK"),
  WHITESPACE("WHITESPACE"),
  HELP("HELP"),
  TYPE("TYPE"),
  UNIT("UNIT"),
  EOF_WORD("EOFWORD"),
  TEXT("TEXT"),
  COMMENT("COMMENT"),
  METRIC_NAME("MNAME"),
  QUOTED("QSTRING"),
  BRACE_OPEN("BOPEN"),
  BRACE_CLOSE("BCLOSE"),
  LABEL_NAME("LNAME"),
  LABEL_VALUE("LVALUE"),
  EQUAL("EQUAL"),
  COMMA("COMMA"),
  TIMESTAMP("TIMESTAMP"),
  VALUE("VALUE");

  private final String text;

  Token(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
