package io.hmsops.query.eval;

import io.hmsops.query.function.GoText;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.regex.Regex;
import io.hmsops.tsdb.regex.RegexMatch;
import io.hmsops.tsdb.regex.RegexSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code label_replace} and {@code label_join}. */
final class LabelFunctions {
  private LabelFunctions() {}

  static Value replace(FunctionCall call) {
    String target = call.text(1);
    String replacement = call.text(2);
    String source = call.text(3);
    String regex = call.text(4);
    if (!isValidName(target)) {
      throw QueryFailure.execution("invalid destination label name in label_replace(): " + target);
    }
    Regex pattern = compile(regex);
    return relabel(
        call,
        target,
        labels -> {
          RegexMatch match = pattern.match(labels.get(source));
          return match == null
              ? Optional.empty()
              : Optional.of(labels.with(target, match.expand(replacement)));
        });
  }

  /** Any UTF-8 will do. */
  static boolean isValidName(String name) {
    return !name.isEmpty() && GoText.isValid(name);
  }

  private static Regex compile(String regex) {
    try {
      return Regex.compileDotAll(regex);
    } catch (RegexSyntaxException e) {
      throw new QueryFailure(
          QueryFailure.Kind.EXECUTION,
          "invalid regular expression in label_replace(): " + regex,
          e);
    }
  }

  static Value join(FunctionCall call) {
    String target = call.text(1);
    String separator = call.text(2);
    if (!isValidName(target)) {
      throw QueryFailure.execution("invalid destination label name in label_join(): " + target);
    }
    List<String> sources = new ArrayList<>();
    for (int i = 3; i < call.argumentCount(); i++) {
      String source = call.text(i);
      if (!isValidName(source)) {
        throw QueryFailure.execution("invalid source label name in label_join(): " + source);
      }
      sources.add(source);
    }
    return relabel(
        call,
        target,
        labels ->
            Optional.of(
                labels.with(
                    target, String.join(separator, sources.stream().map(labels::get).toList()))));
  }

  /** A name that was just written is no longer to be dropped. */
  private static Value relabel(
      FunctionCall call, String target, Function<Labels, Optional<Labels>> change) {
    List<Column> columns = new ArrayList<>();
    for (Column column : call.vector(0).columns()) {
      Optional<Labels> changed = change.apply(column.labels());
      boolean named = changed.isPresent() && target.equals(Label.METRIC_NAME);
      columns.add(column.named(changed.orElse(column.labels()), column.dropName() && !named));
    }
    return new Value.Vector(
        MetricNames.mergeEqual(SeriesMatrix.ofNonEmpty(call.grid().count(), columns)));
  }
}
