// The tokens of PromQL.
lexer grammar PromQLLexer;

NUMBER: [0-9]+;
WHITE_SPACE: [ \t\r\n]+ -> skip;
