package io.hmsops.server.alerting;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.server.rules.Rule;
import io.hmsops.server.rules.template.Template;
import io.hmsops.server.rules.template.TemplateContext;
import io.hmsops.server.rules.template.TemplateData;
import io.hmsops.server.rules.template.TemplateException;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parsed labels and annotations of an alerting rule. */
final class AlertTemplates {
  private final String name;
  private final AlertingOptions options;
  private final Map<String, Template> labels;
  private final Map<String, Template> annotations;

  AlertTemplates(Rule.Alerting rule, AlertingOptions options) throws TemplateException {
    this.name = rule.name();
    this.options = options;
    this.labels = parse(rule.labels());
    this.annotations = parse(rule.annotations());
  }

  private static Map<String, Template> parse(Map<String, String> texts) throws TemplateException {
    Map<String, Template> templates = new LinkedHashMap<>();
    for (Map.Entry<String, String> text : texts.entrySet()) {
      templates.put(text.getKey(), Template.parse(text.getValue(), TemplateData.VARIABLES));
    }
    return templates;
  }

  /** {@return the samples of the expression with the alert's labels and annotations} */
  List<AlertBook.Candidate> candidates(List<QueryResult.Sample> samples, TemplateContext context) {
    List<AlertBook.Candidate> candidates = new ArrayList<>();
    for (QueryResult.Sample sample : samples) {
      double value = sample.histogram() == null ? sample.value() : 0;
      TemplateData data =
          new TemplateData(sample.labels(), options.externalLabels(), options.externalUrl(), value);
      Labels.Builder builder = sample.labels().without(Label.METRIC_NAME).toBuilder();
      labels.forEach((label, template) -> builder.set(label, expand(template, data, context)));
      builder.set(AlertBook.ALERT_NAME, name);
      Map<String, String> texts = new LinkedHashMap<>();
      annotations.forEach((key, template) -> texts.put(key, expand(template, data, context)));
      candidates.add(new AlertBook.Candidate(builder.build(), texts, value));
    }
    return candidates;
  }

  /** An error does not fail the rule: it shows in the text. */
  private static String expand(Template template, TemplateData data, TemplateContext context) {
    try {
      return template.expand(data, data.variables(), context);
    } catch (TemplateException e) {
      return "<error expanding template: %s>".formatted(e.getMessage());
    }
  }
}
