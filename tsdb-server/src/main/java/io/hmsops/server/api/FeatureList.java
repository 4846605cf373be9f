package io.hmsops.server.api;

import io.hmsops.query.ast.AggregationOperator;
import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.engine.Language;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this server can do, under the names that Prometheus has for it in {@code /api/v1/features}:
 * clients choose by them what they offer. What is closed or does not exist here is false, or left
 * out where nobody could know all names.
 */
final class FeatureList {
  private static final List<String> ALWAYS_IN_QUERIES =
      List.of(
          "at_modifier",
          "bool",
          "by",
          "duration_expr",
          "group_left",
          "group_right",
          "ignoring",
          "negative_offset",
          "offset",
          "on",
          "per_query_lookback_delta",
          "subqueries",
          "without");

  private static final List<String> TEMPLATE_FUNCTIONS =
      List.of(
          "args",
          "externalURL",
          "first",
          "graphLink",
          "humanize",
          "humanize1024",
          "humanizeDuration",
          "humanizePercentage",
          "humanizeTimestamp",
          "label",
          "match",
          "now",
          "parseDuration",
          "pathPrefix",
          "query",
          "reReplaceAll",
          "safeHtml",
          "sortByLabel",
          "stripDomain",
          "stripPort",
          "strvalue",
          "tableLink",
          "title",
          "toDuration",
          "toLower",
          "toTime",
          "toUpper",
          "urlQueryEscape",
          "value");

  private final ApiOptions options;

  FeatureList(ApiOptions options) {
    this.options = options;
  }

  /** {@return categories with their features} */
  Map<String, Map<String, Boolean>> all() {
    Map<String, Map<String, Boolean>> all = new TreeMap<>();
    all.put("api", api());
    all.put(
        "otlp_receiver",
        new TreeMap<>(Map.of("delta_conversion", false, "native_delta_ingestion", false)));
    all.put(
        "prometheus",
        new TreeMap<>(
            Map.of("agent_mode", false, "auto_reload_config", false, "server_mode", true)));
    all.put("promql", queries());
    all.put("promql_functions", functions());
    all.put("promql_operators", operators());
    all.put(
        "rules",
        new TreeMap<>(
            Map.of("concurrent_rule_eval", false, "keep_firing_for", true, "query_offset", true)));
    all.put(
        "scrape",
        new TreeMap<>(
            Map.of(
                "extra_scrape_metrics",
                true,
                "start_timestamp_zero_ingestion",
                false,
                "type_and_unit_labels",
                has(Feature.TYPE_AND_UNIT_LABELS))));
    all.put("service_discovery_providers", new TreeMap<>(Map.of("file", true, "static", true)));
    all.put("templating_functions", present(TEMPLATE_FUNCTIONS));
    all.put("tsdb", store());
    all.put("ui", new TreeMap<>(Map.of("ui_v2", false, "ui_v3", false)));
    return all;
  }

  private boolean has(Feature feature) {
    return options.features().contains(feature);
  }

  private static Map<String, Boolean> present(List<String> names) {
    Map<String, Boolean> present = new TreeMap<>();
    names.forEach(name -> present.put(name, true));
    return present;
  }

  private Map<String, Boolean> api() {
    Map<String, Boolean> api =
        present(
            List.of(
                "exclude_alerts",
                "label_values_match",
                "query_stats",
                "query_warnings",
                "time_range_labels",
                "time_range_series"));
    api.put("admin", options.adminEnabled());
    api.put("lifecycle", options.lifecycleEnabled());
    api.put("remote_write_receiver", options.remoteWriteEnabled());
    for (String missing :
        List.of(
            "openapi_3.1",
            "openapi_3.2",
            "otlp_write_receiver",
            "search",
            "search_fuzz_alg_jarowinkler",
            "search_fuzz_alg_subsequence")) {
      api.put(missing, false);
    }
    return api;
  }

  private Map<String, Boolean> queries() {
    Map<String, Boolean> queries = present(ALWAYS_IN_QUERIES);
    queries.put("anchored", has(Feature.EXTENDED_RANGE_SELECTORS));
    queries.put("smoothed", has(Feature.EXTENDED_RANGE_SELECTORS));
    for (String fill : List.of("fill", "fill_left", "fill_right")) {
      queries.put(fill, has(Feature.BINOP_FILL_MODIFIERS));
    }
    queries.put("delayed_name_removal", has(Feature.DELAYED_NAME_REMOVAL));
    queries.put("per_step_stats", has(Feature.PER_STEP_STATS));
    queries.put("type_and_unit_labels", has(Feature.TYPE_AND_UNIT_LABELS));
    return queries;
  }

  private Map<String, Boolean> functions() {
    Map<String, Boolean> functions = new TreeMap<>();
    for (FunctionSignature function : Language.dialect(options.features()).functions().all()) {
      functions.put(
          function.name(), !function.experimental() || has(Feature.EXPERIMENTAL_FUNCTIONS));
    }
    return functions;
  }

  private Map<String, Boolean> operators() {
    Map<String, Boolean> operators = present(List.of("=~", "!~", "@"));
    for (BinaryOperator operator : BinaryOperator.values()) {
      operators.put(operator.symbol(), true);
    }
    for (AggregationOperator operator : AggregationOperator.values()) {
      operators.put(
          operator.symbol(), !operator.experimental() || has(Feature.EXPERIMENTAL_FUNCTIONS));
    }
    return operators;
  }

  private Map<String, Boolean> store() {
    Map<String, Boolean> store =
        present(List.of("exemplar_storage", "isolation", "native_histograms"));
    for (String missing :
        List.of(
            "delayed_compaction", "histograms_st_encoding", "use_uncached_io", "xor2_encoding")) {
      store.put(missing, false);
    }
    store.put("st_storage", has(Feature.USE_START_TIMESTAMPS));
    return store;
  }
}
