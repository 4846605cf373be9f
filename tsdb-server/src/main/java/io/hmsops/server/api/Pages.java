package io.hmsops.server.api;

import io.hmsops.server.alerting.AlertView;
import io.hmsops.server.alerting.GroupView;
import io.hmsops.server.config.Durations;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The plain pages, made on the server. */
final class Pages {
  private final ApiContext context;

  Pages(ApiContext context) {
    this.context = context;
  }

  private List<GroupView> groups() {
    return context.services().alerting().groups().get();
  }

  private List<AlertView> alertList() {
    return groups().stream()
        .flatMap(group -> group.rules().stream())
        .flatMap(rule -> rule.alerts().stream())
        .toList();
  }

  HttpResponse home(HttpRequest request) {
    Map<String, Long> health =
        context.services().targets().active().stream()
            .collect(
                Collectors.groupingBy(
                    target -> target.health().text(), TreeMap::new, Collectors.counting()));
    Map<String, Long> alerts =
        alertList().stream()
            .collect(
                Collectors.groupingBy(
                    alert -> alert.state().text(), TreeMap::new, Collectors.counting()));
    Html page = new Html("State").tableOf("What", "State");
    page.row("server", context.services().readiness().get().name())
        .row("version", context.options().version())
        .row("time", context.clock().instant().toString())
        .row("targets", health.isEmpty() ? "none" : health.toString())
        .row("alerts", alerts.isEmpty() ? "none" : alerts.toString())
        .row("rule groups", Integer.toString(groups().size()));
    return page.endTable()
        .paragraph("Queries: /api/v1/query?query=up and /api/v1/query_range, or Grafana.")
        .response();
  }

  HttpResponse targets(HttpRequest request) {
    TargetSource source = context.services().targets();
    Html page = new Html("Targets");
    for (String pool : source.pools().stream().sorted().toList()) {
      page.heading(pool)
          .tableOf("State", "Endpoint", "Labels", "Every", "Last scrape", "Seconds", "Error");
      source.active().stream()
          .filter(target -> target.pool().equals(pool))
          .forEach(target -> page.row(target.health().text(), cells(target)));
      long dropped = source.dropped().stream().filter(d -> d.pool().equals(pool)).count();
      page.endTable();
      if (dropped > 0) {
        page.paragraph("%d targets dropped by relabelling".formatted(dropped));
      }
    }
    return page.response();
  }

  private static List<String> cells(TargetStatus target) {
    return List.of(
        target.scrapeUrl(),
        target.labels().toString(),
        Durations.format(target.intervalMs()),
        target.lastScrapeMs() == 0 ? "never" : ApiTimes.rfc3339(target.lastScrapeMs()),
        "%.3f".formatted(target.lastScrapeSeconds()),
        target.lastError());
  }

  HttpResponse alerts(HttpRequest request) {
    Html page =
        new Html("Alerts")
            .tableOf("State", "Labels", "Annotations", "Value", "Active since", "Fingerprint");
    for (AlertView alert : alertList()) {
      page.row(
          alert.state().text(),
          List.of(
              alert.labels().toString(),
              alert.annotations().toString(),
              SampleNumbers.value(alert.value()),
              ApiTimes.rfc3339(alert.activeAtMs()),
              alert.fingerprint()));
    }
    return page.endTable().response();
  }

  HttpResponse rules(HttpRequest request) {
    Html page = new Html("Rules");
    for (GroupView group : groups()) {
      page.heading(group.group().name())
          .paragraph(
              "%s, every %s"
                  .formatted(group.group().file(), Durations.format(group.group().intervalMs())))
          .tableOf("Health", "Rule", "Expression", "Last evaluation", "Error");
      for (GroupView.RuleView rule : group.rules()) {
        page.row(
            rule.health().text(),
            List.of(
                rule.rule().name(),
                rule.rule().expr(),
                rule.lastEvaluationMs() == 0 ? "never" : ApiTimes.rfc3339(rule.lastEvaluationMs()),
                rule.lastError()));
      }
      page.endTable();
    }
    return page.response();
  }

  HttpResponse status(HttpRequest request) {
    ReloadStatus reload = context.services().reloadStatus().get();
    Html page = new Html("Status").tableOf("What", "State");
    page.row("version", context.options().version())
        .row("retention", context.options().retention())
        .row("last reload", reload.succeeded() ? "worked" : "failed")
        .row("configuration read", ApiTimes.rfc3339(reload.lastSuccessMs()))
        .endTable()
        .heading("Flags")
        .tableOf("Flag", "Value");
    new TreeMap<>(context.options().flags()).forEach(page::row);
    page.endTable().heading("Configuration");
    return page.preformatted(context.services().configYaml().get()).response();
  }
}
