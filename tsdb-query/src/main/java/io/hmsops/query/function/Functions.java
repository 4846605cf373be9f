package io.hmsops.query.function;

import io.hmsops.query.ast.FunctionSignature;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The functions that a query may call, by name. Immutable. */
public final class Functions {
  private final Map<String, FunctionSignature> byName;

  /**
   * Collects functions.
   *
   * @param signatures their signatures; no two have one name
   * @throws IllegalArgumentException if two have one name
   */
  public Functions(Collection<FunctionSignature> signatures) {
    Map<String, FunctionSignature> all = new TreeMap<>();
    for (FunctionSignature signature : signatures) {
      if (all.put(signature.name(), signature) != null) {
        throw new IllegalArgumentException("two functions with name " + signature.name());
      }
    }
    byName = Collections.unmodifiableMap(all);
  }

  /**
   * {@return the function of that name, if there is one}
   *
   * @param name the name, in the case it was written in
   */
  public Optional<FunctionSignature> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** {@return all functions, by name} */
  public Collection<FunctionSignature> all() {
    return byName.values();
  }
}
