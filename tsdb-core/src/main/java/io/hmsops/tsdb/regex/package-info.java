/**
 * Regular expressions in RE2 syntax over whole UTF-8 texts: parsed into a small tree, searched for
 * texts that every match must have, and run as a byte automaton whose states are made when they are
 * first needed. What is not taken here is left to RE2/J.
 */
package io.hmsops.tsdb.regex;
