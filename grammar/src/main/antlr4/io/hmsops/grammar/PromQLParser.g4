// The grammar of PromQL.
parser grammar PromQLParser;

options { tokenVocab = PromQLLexer; }

query: NUMBER EOF;
