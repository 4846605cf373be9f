package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.ast.ValueType;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls every function of the catalogue with as few and as many arguments as it takes. */
class FunctionsTest {
  static Collection<FunctionSignature> functions() {
    return Language.dialect(Set.of()).functions().all();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void givesWhatItsSignatureSays(FunctionSignature function) throws Exception {
    EngineFixture engine =
        new EngineFixture(Feature.EXPERIMENTAL_FUNCTIONS)
            .load(Labels.of("__name__", "x", "le", "1"), 1, 2, 3)
            .load(Labels.of("__name__", "x", "le", "+Inf"), 2, 4, 6);

    for (int count : List.of(function.minimumArguments(), function.maximumArguments().orElse(5))) {
      QueryRequest request = QueryRequest.instant(call(function, count), 120_000);
      assertThat(typeOf(engine.query(request).value()))
          .as(request.query())
          .isEqualTo(function.resultType());
    }
  }

  private static String call(FunctionSignature function, int count) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arguments.add(
          switch (function.argumentType(i)) {
            case SCALAR -> "0." + (i + 1);
            case STRING -> "\"label_" + i + "\"";
            // The second argument of info is no selector of series.
            case INSTANT_VECTOR -> function.name().equals("info") && i == 1 ? "{job=\"a\"}" : "x";
            case RANGE_VECTOR -> "x[5m]";
          });
    }
    return function.name() + "(" + String.join(", ", arguments) + ")";
  }

  private static ValueType typeOf(QueryResult.Value value) {
    return switch (value) {
      case QueryResult.Scalar _ -> ValueType.SCALAR;
      case QueryResult.Text _ -> ValueType.STRING;
      case QueryResult.Vector _ -> ValueType.INSTANT_VECTOR;
      case QueryResult.Matrix _ -> ValueType.RANGE_VECTOR;
    };
  }
}
