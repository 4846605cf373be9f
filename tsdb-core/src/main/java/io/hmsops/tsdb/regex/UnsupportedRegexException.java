package io.hmsops.tsdb.regex;

/** An expression, valid or not, that this package leaves to RE2/J. */
final class UnsupportedRegexException extends Exception {
  private static final long serialVersionUID = 1L;

  UnsupportedRegexException(String what) {
    super(what, null, false, false);
  }
}
