package io.hmsops.query.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.function.FunctionSignature;
import io.hmsops.query.function.Functions;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds signatures and implementations together. */
class FunctionTableTest {
  /** Folded to numbers before anything is evaluated. */
  private static final Set<String> FOLDED = Set.of("start", "end", "range", "step");

  @Test
  void everyFunctionOfTheLanguageIsEvaluated() {
    Set<String> known = new TreeSet<>();
    for (FunctionSignature signature : Functions.all()) {
      known.add(signature.name());
    }
    known.removeAll(FOLDED);

    assertThat(new TreeSet<>(FunctionTable.names())).isEqualTo(known);
  }
}
