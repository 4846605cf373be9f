// The tokens of PromQL.
//
// Braces and brackets have modes of their own: inside braces every word is a label name, inside
// brackets only the words of duration expressions exist; from the first number in brackets on the
// signs are those outside, too. What is no token becomes one of the BAD_ and UNTERMINATED_ tokens,
// which no parser rule takes; the parser package turns them into messages. It also tells apart what
// depends on more than the characters at hand: FILL is a name unless a parenthesis follows, and
// LABELS_PAREN the parenthesis behind GROUP_LEFT and GROUP_RIGHT.
lexer grammar PromQLLexer;

tokens { LABELS_PAREN }

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
DURATION: UNITS;
BAD_NUMBER: NUMBER_LIKE;
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

fragment UNITS: ([0-9]+ ('ms' | [smhdwy]))+;
fragment NUMBER_LIKE: '.'? [0-9] ([eE] [+-] | [0-9a-zA-Z_.])*;

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

// Behind a bracket, up to the first number.
mode BRACKETS;

BRACKETS_NUMBER: (HEX_NUMBER | DECIMAL EXPONENT?) -> type(NUMBER), mode(DURATIONS);
BRACKETS_DURATION: UNITS -> type(DURATION), mode(DURATIONS);
BRACKETS_BAD_NUMBER: NUMBER_LIKE -> type(BAD_NUMBER), mode(DURATIONS);
BRACKETS_STEP options { caseInsensitive = true; }: 'step' -> type(STEP);
BRACKETS_RANGE options { caseInsensitive = true; }: 'range' -> type(RANGE);
BRACKETS_MIN_OF options { caseInsensitive = true; }: 'min_of' -> type(MIN_OF);
BRACKETS_MAX_OF options { caseInsensitive = true; }: 'max_of' -> type(MAX_OF);
BAD_WORD: [a-zA-Z_]+;
BRACKETS_ADD: '+' -> type(ADD);
BRACKETS_SUB: '-' -> type(SUB);
BRACKETS_MUL: '*' -> type(MUL);
BRACKETS_DIV: '/' -> type(DIV);
BRACKETS_MOD: '%' -> type(MOD);
BRACKETS_POW: '^' -> type(POW);
BRACKETS_LEFT_PAREN: '(' -> type(LEFT_PAREN);
BRACKETS_RIGHT_PAREN: ')' -> type(RIGHT_PAREN);
BRACKETS_COMMA: ',' -> type(COMMA);
BAD_COLON: ':';
BRACKETS_RIGHT_BRACKET: ']' -> type(RIGHT_BRACKET), popMode;
BRACKETS_WHITE_SPACE: [ \t\r\n]+ -> skip;
BAD_BRACKETS_CHARACTER: .;

// In brackets from the first number on.
mode DURATIONS;

DURATIONS_NUMBER: (HEX_NUMBER | DECIMAL EXPONENT?) -> type(NUMBER);
DURATIONS_DURATION: UNITS -> type(DURATION);
DURATIONS_BAD_NUMBER: NUMBER_LIKE -> type(BAD_NUMBER);
DURATIONS_STEP options { caseInsensitive = true; }: 'step' -> type(STEP);
DURATIONS_RANGE options { caseInsensitive = true; }: 'range' -> type(RANGE);
DURATIONS_MIN_OF options { caseInsensitive = true; }: 'min_of' -> type(MIN_OF);
DURATIONS_MAX_OF options { caseInsensitive = true; }: 'max_of' -> type(MAX_OF);
DURATIONS_WORD: [a-zA-Z_]+ -> type(BAD_WORD);
DURATIONS_STRING:
  ('"' STRING_CHAR* '"' | '\'' QUOTED_CHAR* '\'' | '`' ~'`'* '`') -> type(STRING);
DURATIONS_UNTERMINATED_STRING:
  ('"' STRING_CHAR* '\\'? | '\'' QUOTED_CHAR* '\\'? | '`' ~'`'*) -> type(UNTERMINATED_STRING);
DURATIONS_ADD: '+' -> type(ADD);
DURATIONS_SUB: '-' -> type(SUB);
DURATIONS_MUL: '*' -> type(MUL);
DURATIONS_DIV: '/' -> type(DIV);
DURATIONS_MOD: '%' -> type(MOD);
DURATIONS_POW: '^' -> type(POW);
DURATIONS_EQLC: '==' -> type(EQLC);
DURATIONS_NEQ: '!=' -> type(NEQ);
DURATIONS_LTE: '<=' -> type(LTE);
DURATIONS_LSS: '<' -> type(LSS);
DURATIONS_GTE: '>=' -> type(GTE);
DURATIONS_GTR: '>' -> type(GTR);
DURATIONS_TRIM_UPPER: '</' -> type(TRIM_UPPER);
DURATIONS_TRIM_LOWER: '>/' -> type(TRIM_LOWER);
DURATIONS_AT: '@' -> type(AT);
DURATIONS_EQL: '=' -> type(EQL);
DURATIONS_LEFT_PAREN: '(' -> type(LEFT_PAREN);
DURATIONS_RIGHT_PAREN: ')' -> type(RIGHT_PAREN);
DURATIONS_COMMA: ',' -> type(COMMA);
COLON: ':';
DURATIONS_LEFT_BRACE: '{' -> type(LEFT_BRACE), pushMode(BRACES);
DURATIONS_RIGHT_BRACKET: ']' -> type(RIGHT_BRACKET), popMode;
DURATIONS_WHITE_SPACE: [ \t\r\n]+ -> skip;
DURATIONS_COMMENT: '#' ~[\r\n]* -> skip;
DURATIONS_BAD_EQUALS: '=~' -> type(BAD_EQUALS);
DURATIONS_BAD_EXCLAMATION: '!' -> type(BAD_EXCLAMATION);
BAD_DURATIONS_CHARACTER: .;
