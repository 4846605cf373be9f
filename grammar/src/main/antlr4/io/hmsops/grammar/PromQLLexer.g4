// The tokens of PromQL.
//
// Braces and brackets have modes of their own: inside braces every word is a label name, inside
// brackets only the words of duration expressions exist. What is no token becomes one of the BAD_
// and UNTERMINATED_ tokens, which no parser rule takes; the parser package turns them into messages.
lexer grammar PromQLLexer;

// Operators.
ADD: '+';
SUB: '-';
MUL: '*';
DIV: '/';
MOD: '%';
POW: '^';
EQLC: '==';
NEQ: '!=';
LTE: '<=';
LSS: '<';
GTE: '>=';
GTR: '>';
TRIM_UPPER: '</';
TRIM_LOWER: '>/';
AT: '@';
EQL: '=';
AND options { caseInsensitive = true; }: 'and';
OR options { caseInsensitive = true; }: 'or';
UNLESS options { caseInsensitive = true; }: 'unless';
ATAN2 options { caseInsensitive = true; }: 'atan2';

// Aggregators.
AGGREGATOR options { caseInsensitive = true; }:
  'sum' | 'avg' | 'count' | 'min' | 'max' | 'group' | 'stddev' | 'stdvar' | 'topk' | 'bottomk'
  | 'count_values' | 'quantile' | 'limitk' | 'limit_ratio';

// Keywords.
OFFSET options { caseInsensitive = true; }: 'offset';
ANCHORED options { caseInsensitive = true; }: 'anchored';
SMOOTHED options { caseInsensitive = true; }: 'smoothed';
BY options { caseInsensitive = true; }: 'by';
WITHOUT options { caseInsensitive = true; }: 'without';
ON options { caseInsensitive = true; }: 'on';
IGNORING options { caseInsensitive = true; }: 'ignoring';
GROUP_LEFT options { caseInsensitive = true; }: 'group_left';
GROUP_RIGHT options { caseInsensitive = true; }: 'group_right';
FILL options { caseInsensitive = true; }: 'fill';
FILL_LEFT options { caseInsensitive = true; }: 'fill_left';
FILL_RIGHT options { caseInsensitive = true; }: 'fill_right';
BOOL options { caseInsensitive = true; }: 'bool';
START options { caseInsensitive = true; }: 'start';
END options { caseInsensitive = true; }: 'end';
STEP options { caseInsensitive = true; }: 'step';
RANGE options { caseInsensitive = true; }: 'range';
MIN_OF options { caseInsensitive = true; }: 'min_of';
MAX_OF options { caseInsensitive = true; }: 'max_of';
SPECIAL_NUMBER options { caseInsensitive = true; }: ('inf' | 'nan') -> type(NUMBER);

// Literals and names. Of two rules that match equally long text the first wins.
NUMBER: HEX_NUMBER | DECIMAL EXPONENT?;
DURATION: ([0-9]+ ('ms' | [smhdwy]))+;
BAD_NUMBER: '.'? [0-9] [0-9a-zA-Z_.]*;
STRING: '"' STRING_CHAR* '"' | '\'' QUOTED_CHAR* '\'' | '`' ~'`'* '`';
UNTERMINATED_STRING: '"' STRING_CHAR* '\\'? | '\'' QUOTED_CHAR* '\\'? | '`' ~'`'*;
IDENTIFIER: [a-zA-Z_] [a-zA-Z0-9_]*;
METRIC_IDENTIFIER: [a-zA-Z_:] [a-zA-Z0-9_:]*;

// Structure.
LEFT_PAREN: '(';
RIGHT_PAREN: ')';
COMMA: ',';
LEFT_BRACE: '{' -> pushMode(BRACES);
LEFT_BRACKET: '[' -> pushMode(BRACKETS);
RIGHT_BRACKET: ']';
WHITE_SPACE: [ \t\r\n]+ -> skip;
COMMENT: '#' ~[\r\n]* -> skip;
BAD_EQUALS: '=~';
BAD_EXCLAMATION: '!';
BAD_CHARACTER: .;

fragment STRING_CHAR: ~["\\\n] | '\\' .;
fragment QUOTED_CHAR: ~['\\\n] | '\\' .;
fragment HEX_NUMBER: '0' [xX] '_'? HEX_DIGIT+ ('_' HEX_DIGIT+)*;
fragment HEX_DIGIT: [0-9a-fA-F];
fragment DIGITS: [0-9]+ ('_' [0-9]+)*;
fragment DECIMAL: DIGITS ('.' DIGITS?)? | '.' DIGITS;
fragment EXPONENT: [eE] [+-]? DIGITS;

mode BRACES;

BRACES_NAME: [a-zA-Z_] [a-zA-Z0-9_]* -> type(IDENTIFIER);
BRACES_STRING:
  ('"' STRING_CHAR* '"' | '\'' QUOTED_CHAR* '\'' | '`' ~'`'* '`') -> type(STRING);
BRACES_UNTERMINATED_STRING:
  ('"' STRING_CHAR* '\\'? | '\'' QUOTED_CHAR* '\\'? | '`' ~'`'*) -> type(UNTERMINATED_STRING);
EQL_REGEX: '=~';
NEQ_REGEX: '!~';
BRACES_EQL: '=' -> type(EQL);
BRACES_NEQ: '!=' -> type(NEQ);
BRACES_COMMA: ',' -> type(COMMA);
RIGHT_BRACE: '}' -> popMode;
BRACES_WHITE_SPACE: [ \t\r\n]+ -> skip;
BRACES_COMMENT: '#' ~[\r\n]* -> skip;
BAD_BRACES_EXCLAMATION: '!';
BAD_BRACES_CHARACTER: .;

mode BRACKETS;

BRACKETS_NUMBER: (HEX_NUMBER | DECIMAL EXPONENT?) -> type(NUMBER);
BRACKETS_DURATION: ([0-9]+ ('ms' | [smhdwy]))+ -> type(DURATION);
BRACKETS_BAD_NUMBER: '.'? [0-9] [0-9a-zA-Z_.]* -> type(BAD_NUMBER);
BRACKETS_STEP options { caseInsensitive = true; }: 'step' -> type(STEP);
BRACKETS_RANGE options { caseInsensitive = true; }: 'range' -> type(RANGE);
BRACKETS_MIN_OF options { caseInsensitive = true; }: 'min_of' -> type(MIN_OF);
BRACKETS_MAX_OF options { caseInsensitive = true; }: 'max_of' -> type(MAX_OF);
BRACKETS_ADD: '+' -> type(ADD);
BRACKETS_SUB: '-' -> type(SUB);
BRACKETS_MUL: '*' -> type(MUL);
BRACKETS_DIV: '/' -> type(DIV);
BRACKETS_MOD: '%' -> type(MOD);
BRACKETS_POW: '^' -> type(POW);
BRACKETS_LEFT_PAREN: '(' -> type(LEFT_PAREN);
BRACKETS_RIGHT_PAREN: ')' -> type(RIGHT_PAREN);
BRACKETS_COMMA: ',' -> type(COMMA);
COLON: ':';
BRACKETS_RIGHT_BRACKET: ']' -> type(RIGHT_BRACKET), popMode;
BRACKETS_WHITE_SPACE: [ \t\r\n]+ -> skip;
BRACKETS_COMMENT: '#' ~[\r\n]* -> skip;
BAD_BRACKETS_CHARACTER: .;
