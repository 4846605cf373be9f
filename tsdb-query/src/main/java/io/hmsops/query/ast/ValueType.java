package io.hmsops.query.ast;

/** The type of an expression's value. */
public enum ValueType {
  /** One number per step. */
  SCALAR("scalar"),
  /** One text. */
  STRING("string"),
  /** At most one sample per series and step. */
  INSTANT_VECTOR("instant vector"),
  /** A range of samples per series and step. */
  RANGE_VECTOR("range vector");

  private final String text;

  ValueType(String text) {
    this.text = text;
  }

  /** {@return the type's name as messages show it} */
  public String text() {
    return text;
  }
}
