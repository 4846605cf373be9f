package io.hmsops.query.ast;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a function takes, gives and is. Two are equal if all of that is.
 *
 * @param name its name as written in a query
 * @param argumentTypes the types of its arguments; the last one repeats if there may be more
 * @param minimumArguments how many arguments there must be
 * @param maximumArguments how many there may be; empty means any number
 * @param resultType the type of its value
 * @param experimental whether it must be enabled by {@link Feature#EXPERIMENTAL_FUNCTIONS}
 * @param traits what else is to be known before it is evaluated
 */
public record FunctionSignature(
    String name,
    List<ValueType> argumentTypes,
    int minimumArguments,
    OptionalInt maximumArguments,
    ValueType resultType,
    boolean experimental,
    Set<FunctionTrait> traits) {
  /** Copies the collections. */
  public FunctionSignature {
    argumentTypes = List.copyOf(argumentTypes);
    traits = Set.copyOf(traits);
  }

  /**
   * {@return the start of a signature: a stable function from nothing to an instant vector}
   *
   * @param name its name
   */
  public static Builder function(String name) {
    return new Builder(name);
  }

  /** {@return whether the number of arguments is fixed} */
  public boolean isFixed() {
    return maximumArguments.isPresent() && maximumArguments.getAsInt() == minimumArguments;
  }

  /**
   * {@return whether it has that trait}
   *
   * @param trait which one
   */
  public boolean is(FunctionTrait trait) {
    return traits.contains(trait);
  }

  /** {@return whether one of its arguments is a range vector} */
  public boolean takesRange() {
    return argumentTypes.contains(ValueType.RANGE_VECTOR);
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

  /** Names differ; plans with many calls are compared and hashed as a whole. */
  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** Puts a signature together. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final List<ValueType> arguments = new ArrayList<>();
    private int minimum;
    private OptionalInt maximum = OptionalInt.of(0);
    private ValueType result = ValueType.INSTANT_VECTOR;
    private boolean experimental;
    private final Set<FunctionTrait> traits = EnumSet.noneOf(FunctionTrait.class);

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Adds arguments that must be there; call it first.
     *
     * @param types their types
     * @return this
     */
    public Builder takes(ValueType... types) {
      arguments.addAll(List.of(types));
      minimum = arguments.size();
      maximum = OptionalInt.of(minimum);
      return this;
    }

    /**
     * Adds an argument that may be left out.
     *
     * @param type its type
     * @return this
     */
    public Builder optional(ValueType type) {
      arguments.add(type);
      maximum = OptionalInt.of(arguments.size());
      return this;
    }

    /**
     * Adds an argument that may be left out or stand there any number of times.
     *
     * @param type its type
     * @return this
     */
    public Builder anyNumberOf(ValueType type) {
      arguments.add(type);
      maximum = OptionalInt.empty();
      return this;
    }

    /**
     * Lets the last argument stand there more than once.
     *
     * @param count how many arguments there may be in all
     * @return this
     */
    public Builder atMost(int count) {
      maximum = OptionalInt.of(count);
      return this;
    }

    /**
     * Says what it gives, if that is no instant vector.
     *
     * @param type the type of its value
     * @return this
     */
    public Builder gives(ValueType type) {
      result = type;
      return this;
    }

    /**
     * Marks it as experimental.
     *
     * @return this
     */
    public Builder experimental() {
      experimental = true;
      return this;
    }

    /**
     * Adds a trait.
     *
     * @param trait which one
     * @return this
     */
    public Builder with(FunctionTrait trait) {
      traits.add(trait);
      return this;
    }

    /** {@return the signature} */
    public FunctionSignature build() {
      return new FunctionSignature(name, arguments, minimum, maximum, result, experimental, traits);
    }
  }
}
