// The grammar of PromQL: what Prometheus 3.14 reads, experimental parts included. What depends on
// types, names or features is left to the packages that use the tree.
parser grammar PromQLParser;

options { tokenVocab = PromQLLexer; }

query: expr EOF;

// Alternatives bind tighter the earlier they stand.
expr
  : expr OFFSET offsetDuration                                        # Offset
  | expr AT atTime                                                    # At
  | expr LEFT_BRACKET durationExpr (colon=COLON durationExpr?)? RIGHT_BRACKET # Bracket
  | expr (ANCHORED | SMOOTHED)                                        # Edge
  | <assoc = right> expr op=POW binaryModifiers expr                  # Binary
  | sign=(ADD | SUB) expr                                             # Unary
  | expr op=(MUL | DIV | MOD | ATAN2) binaryModifiers expr            # Binary
  | expr op=(ADD | SUB) binaryModifiers expr                          # Binary
  | expr op=(EQLC | NEQ | LTE | LSS | GTE | GTR | TRIM_UPPER | TRIM_LOWER) binaryModifiers expr # Binary
  | expr op=(AND | UNLESS) binaryModifiers expr                       # Binary
  | expr op=OR binaryModifiers expr                                   # Binary
  | LEFT_PAREN expr RIGHT_PAREN                                       # Paren
  | aggregation                                                       # Aggregate
  | functionName arguments                                            # Call
  | selector                                                          # Vector
  | literal=(NUMBER | DURATION)                                       # Number
  | STRING                                                            # Text
  ;

aggregation
  : AGGREGATOR (groupingModifier arguments | arguments groupingModifier?)
  ;

groupingModifier: (BY | WITHOUT) groupingLabels;

groupingLabels: (LEFT_PAREN | LABELS_PAREN) (groupingLabel (COMMA groupingLabel)* COMMA?)? RIGHT_PAREN;

groupingLabel
  : IDENTIFIER | METRIC_IDENTIFIER | STRING | AGGREGATOR
  | AND | OR | UNLESS | ATAN2
  | OFFSET | ANCHORED | SMOOTHED | BY | ON | IGNORING | GROUP_LEFT | GROUP_RIGHT
  | FILL | FILL_LEFT | FILL_RIGHT | BOOL
  | START | END | STEP | RANGE | MIN_OF | MAX_OF
  ;

arguments: LEFT_PAREN (expr (COMMA expr)* trailing=COMMA?)? RIGHT_PAREN;

functionName: IDENTIFIER | START | END | STEP | RANGE | MIN_OF | MAX_OF;

binaryModifiers
  : BOOL? (matching=(ON | IGNORING) groupingLabels groupModifier?)? fillModifiers?
  ;

// A parenthesis behind group_left always opens its labels, never the right-hand side.
groupModifier: side=(GROUP_LEFT | GROUP_RIGHT) groupingLabels?;

fillModifiers
  : FILL fillValue
  | FILL_LEFT fillValue (FILL_RIGHT fillValue)?
  | FILL_RIGHT fillValue (FILL_LEFT fillValue)?
  ;

fillValue: LEFT_PAREN sign=(ADD | SUB)? literal=(NUMBER | DURATION) RIGHT_PAREN;

selector: metricName labelMatchers? | labelMatchers;

metricName
  : IDENTIFIER | METRIC_IDENTIFIER | AGGREGATOR
  | AND | OR | UNLESS
  | OFFSET | ANCHORED | SMOOTHED | BY | WITHOUT
  | FILL | FILL_LEFT | FILL_RIGHT
  | START | END | STEP | RANGE | MIN_OF | MAX_OF
  ;

labelMatchers: LEFT_BRACE (labelMatcher (COMMA labelMatcher)* COMMA?)? RIGHT_BRACE;

labelMatcher
  : name=(IDENTIFIER | STRING) op=(EQL | NEQ | EQL_REGEX | NEQ_REGEX) value=STRING
  | quotedMetric=STRING
  ;

atTime
  : sign=(ADD | SUB)? literal=(NUMBER | DURATION)
  | preprocessor=(START | END) LEFT_PAREN RIGHT_PAREN
  ;

offsetDuration
  : signs+=(ADD | SUB)* (durationLiteral | durationCall | LEFT_PAREN durationExpr RIGHT_PAREN)
  ;

durationExpr
  : <assoc = right> durationExpr op=POW durationExpr                  # DurationBinary
  | sign=(ADD | SUB) durationExpr                                     # DurationSign
  | durationExpr op=(MUL | DIV | MOD) durationExpr                    # DurationBinary
  | durationExpr op=(ADD | SUB) durationExpr                          # DurationBinary
  | LEFT_PAREN durationExpr RIGHT_PAREN                               # DurationParen
  | durationCall                                                      # DurationFunction
  | durationLiteral                                                   # DurationNumber
  ;

durationCall
  : name=(STEP | RANGE) LEFT_PAREN RIGHT_PAREN
  | name=(MIN_OF | MAX_OF) LEFT_PAREN durationExpr COMMA durationExpr RIGHT_PAREN
  ;

durationLiteral: NUMBER | DURATION;
