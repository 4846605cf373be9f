package io.hmsops.query.function;

import io.hmsops.query.ast.ValueType;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a function takes and gives.
 *
 * @param name its name as written in a query
 * @param argumentTypes the types of its arguments; the last one repeats if there may be more
 * @param minimumArguments how many arguments there must be
 * @param maximumArguments how many there may be; empty means any number
 * @param resultType the type of its value
 * @param experimental whether it must be enabled by {@link
 *     io.hmsops.query.ast.Feature#EXPERIMENTAL_FUNCTIONS}
 */
public record FunctionSignature(
    String name,
    List<ValueType> argumentTypes,
    int minimumArguments,
    OptionalInt maximumArguments,
    ValueType resultType,
    boolean experimental) {
  /** Copies the list. */
  public FunctionSignature {
    argumentTypes = List.copyOf(argumentTypes);
  }

  /** {@return whether the number of arguments is fixed} */
  public boolean isFixed() {
    return maximumArguments.isPresent() && maximumArguments.getAsInt() == minimumArguments;
  }

  /**
   * {@return the type of an argument}
   *
   * @param index which one, from 0; those behind the listed ones have the last type
   * @throws IllegalStateException if the function takes no arguments
   */
  public ValueType argumentType(int index) {
    if (argumentTypes.isEmpty()) {
      throw new IllegalStateException("%s takes no arguments".formatted(name));
    }
    return argumentTypes.get(Math.min(index, argumentTypes.size() - 1));
  }
}
