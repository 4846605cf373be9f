package io.hmsops.server.api;

import io.hmsops.server.http.Handler;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.server.http.Router;
import io.hmsops.server.ingest.RemoteReadHandler;
import io.hmsops.server.ingest.RemoteWriteHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Puts the API on a router. */
public final class ApiRoutes {
  private static final String ROOT = "/api/v1/";

  /** How large an answer to remote read may be before it is compressed: an eighth of the heap. */
  private static final long MAX_READ_BYTES = Runtime.getRuntime().maxMemory() / 8;

  private static final Set<String> GET = Set.of("GET");
  private static final Set<String> GET_POST = Set.of("GET", "POST");
  private static final Set<String> POST_PUT = Set.of("POST", "PUT");

  private final ApiContext context;

  /**
   * Creates the routes.
   *
   * @param context what they stand on
   */
  public ApiRoutes(ApiContext context) {
    this.context = context;
  }

  /**
   * Adds all routes.
   *
   * @param router where
   * @return the same builder
   */
  public Router.Builder addTo(Router.Builder router) {
    addQueries(router);
    addTargets(router);
    addAlerting(router);
    addStatus(router);
    addAdmin(router);
    addLifecycle(router);
    addPages(router);
    router.post(ROOT + "write", whenReady(remoteWrite()));
    router.post(
        ROOT + "read",
        whenReady(
            new RemoteReadHandler(
                context.storage(), context.services().externalLabels(), MAX_READ_BYTES)));
    router.on(Set.of("OPTIONS"), ROOT + "write", ApiRoutes::preflight);
    router.on(Set.of("OPTIONS"), ROOT + "read", ApiRoutes::preflight);
    router.get("/api/v1", ApiRoutes::toRoot);
    return router;
  }

  private static HttpResponse toRoot(HttpRequest request) {
    return HttpResponse.of(
            307,
            "text/html; charset=utf-8",
            "<a href=\"%s\">Temporary Redirect</a>.\n\n"
                .formatted(ROOT)
                .getBytes(StandardCharsets.UTF_8))
        .with("Location", ROOT);
  }

  private void addQueries(Router.Builder router) {
    QueryEndpoints queries = new QueryEndpoints(context);
    SeriesEndpoints series = new SeriesEndpoints(context);
    api(router, GET_POST, "query", queries::instant);
    api(router, GET_POST, "query_range", queries::range);
    // The engine bounds how many queries work at a time.
    router.withOwnQueue(ROOT + "query").withOwnQueue(ROOT + "query_range");
    addActiveQueries(router);
    api(router, GET_POST, "query_exemplars", series::exemplars);
    api(router, GET_POST, "series", series::series);
    api(router, GET_POST, "labels", series::labels);
    api(router, GET, "label/{name}/values", series::labelValues);
    SyntaxEndpoints syntax = new SyntaxEndpoints(context);
    api(router, GET_POST, "format_query", syntax::format);
    api(router, GET_POST, "parse_query", syntax::syntaxTree);
    for (String what : List.of("metric_names", "label_names", "label_values")) {
      api(router, GET_POST, "search/" + what, ApiRoutes::searchDisabled);
    }
  }

  private void addActiveQueries(Router.Builder router) {
    ActiveQueryEndpoints active = new ActiveQueryEndpoints(context);
    api(router, GET, "status/queries", active::queries);
    api(router, POST_PUT, "admin/queries/{id}/cancel", active::cancel);
    router.withOwnQueue(ROOT + "status/queries").withOwnQueue(ROOT + "admin/queries/{id}/cancel");
  }

  private void addAlerting(Router.Builder router) {
    RuleEndpoints rules = new RuleEndpoints(context);
    api(router, GET, "rules", rules::rules);
    api(router, GET, "alerts", rules::alerts);
    api(router, GET, "alertmanagers", rules::alertmanagers);
    HealingEndpoints healing = new HealingEndpoints(context);
    router.post("/run/{playbook}", healing::run);
    router.post("/api/note", healing::note);
  }

  private void addTargets(Router.Builder router) {
    TargetEndpoints targets = new TargetEndpoints(context);
    api(router, GET, "targets", targets::targets);
    api(router, GET, "targets/metadata", targets::targetMetadata);
    api(router, GET, "targets/relabel_steps", targets::relabelSteps);
    api(router, GET, "scrape_pools", targets::scrapePools);
    api(router, GET, "scrape_pools/config", targets::scrapePoolConfig);
    api(router, GET, "metadata", targets::metadata);
  }

  private void addStatus(Router.Builder router) {
    StatusEndpoints status = new StatusEndpoints(context);
    StoreEndpoints store = new StoreEndpoints(context);
    api(router, GET, "status/config", status::config);
    api(router, GET, "status/flags", status::flags);
    api(router, GET, "status/runtimeinfo", status::runtimeInfo);
    api(router, GET, "status/buildinfo", status::buildInfo);
    api(router, GET, "status/tsdb", store::tsdb);
    api(router, GET, "features", status::features);
    api(router, GET, "notifications", status::notifications);
    router.get("/version", status::version);
    router.get(ROOT + "status/walreplay", new ApiHandler(status::walReplay));
    router.on(Set.of("OPTIONS"), ROOT + "status/walreplay", ApiRoutes::preflight);
  }

  private void addAdmin(Router.Builder router) {
    AdminEndpoints admin = new AdminEndpoints(context);
    api(router, POST_PUT, "admin/tsdb/compact", admin::compact);
    api(router, POST_PUT, "admin/tsdb/delete_series", admin::deleteSeries);
    api(router, POST_PUT, "admin/tsdb/clean_tombstones", admin::cleanTombstones);
    api(router, POST_PUT, "admin/tsdb/snapshot", admin::snapshot);
  }

  private void addLifecycle(Router.Builder router) {
    LifecycleEndpoints lifecycle = new LifecycleEndpoints(context);
    router
        .get("/-/healthy", lifecycle::healthy)
        .get("/-/ready", lifecycle::ready)
        .on(POST_PUT, "/-/reload", lifecycle::reload)
        .get("/-/reload", lifecycle::wrongMethod)
        .on(POST_PUT, "/-/quit", lifecycle::quit)
        .get("/-/quit", lifecycle::wrongMethod)
        .get("/metrics", lifecycle::metrics)
        .get("/federate", whenReady(new Federation(context)::federate))
        .on(Set.of("OPTIONS"), "/federate", ApiRoutes::preflight);
  }

  private void addPages(Router.Builder router) {
    Pages pages = new Pages(context);
    router
        .get("/", pages::home)
        .get("/targets", pages::targets)
        .get("/alerts", pages::alerts)
        .get("/rules", pages::rules)
        .get("/status", pages::status);
  }

  private Handler remoteWrite() {
    if (!context.options().remoteWriteEnabled()) {
      return request ->
          HttpResponse.text(
              404,
              "remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n");
    }
    return new RemoteWriteHandler(context.store(), context.clock(), context.registry());
  }

  private void api(
      Router.Builder router, Set<String> methods, String path, ApiHandler.Endpoint endpoint) {
    router.on(methods, ROOT + path, whenReady(new ApiHandler(endpoint)));
    router.on(Set.of("OPTIONS"), ROOT + path, ApiRoutes::preflight);
  }

  private Handler whenReady(Handler handler) {
    return request -> {
      Readiness readiness = context.services().readiness().get();
      return readiness == Readiness.READY
          ? handler.handle(request)
          : LifecycleEndpoints.unavailable(readiness);
    };
  }

  /** Search is not among the features, so it is always closed. */
  private static Answer searchDisabled(HttpRequest request) {
    throw new ApiException(ErrorKind.UNAVAILABLE, "search API disabled");
  }

  private static HttpResponse preflight(HttpRequest request) {
    return Cors.allow(request, HttpResponse.empty(204));
  }
}
