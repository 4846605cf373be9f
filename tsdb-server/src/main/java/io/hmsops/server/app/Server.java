package io.hmsops.server.app;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.server.alerting.AlertingOptions;
import io.hmsops.server.alerting.RuleScheduler;
import io.hmsops.server.alerting.RuleSource;
import io.hmsops.server.api.AlertingServices;
import io.hmsops.server.api.ApiContext;
import io.hmsops.server.api.ApiOptions;
import io.hmsops.server.api.ApiRoutes;
import io.hmsops.server.api.ApiServices;
import io.hmsops.server.api.OpsRoutes;
import io.hmsops.server.api.Readiness;
import io.hmsops.server.api.ReloadStatus;
import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.ConfigPrinter;
import io.hmsops.server.http.HttpServer;
import io.hmsops.server.http.Router;
import io.hmsops.server.notify.Notifier;
import io.hmsops.server.playbook.PlaybookOptions;
import io.hmsops.server.playbook.PlaybookRunner;
import io.hmsops.server.rules.RuleSet;
import io.hmsops.server.scrape.ScrapeService;
import io.hmsops.server.telemetry.GarbageWatch;
import io.hmsops.server.telemetry.ProcessMetrics;
import io.hmsops.server.timeline.NoteService;
import io.hmsops.server.timeline.Timeline;
import io.hmsops.tsdb.db.Tsdb;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The whole process: opens the store, starts what runs, serves, reloads, stops. Parts are started
 * from the bottom up and stopped from the top down.
 */
final class Server {
  private static final Logger LOG = System.getLogger(Server.class.getName());

  /** Requests under way get this long to finish; the whole stop must fit into five seconds. */
  private static final Duration FINISH_LIMIT = Duration.ofSeconds(3);

  private static final String PLAYBOOK_DIRECTORY = "playbooks";
  private static final String STATE_DIRECTORY = "state";

  private final ServerOptions options;
  private final InstantSource clock = InstantSource.system();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Tsdb store;
  private final AutoCloseable garbageWatch;
  private final Engine engine;
  private final QueryLog queryLog;
  private final Timeline timeline;
  private final Notifier notifier;
  private final PlaybookRunner playbooks;
  private final RuleScheduler rules;
  private final ScrapeService scrapes;
  private final HttpServer http;
  private volatile Settings settings;
  private volatile Readiness readiness = Readiness.STARTING;
  private volatile ReloadStatus reloadStatus;

  /**
   * Starts everything.
   *
   * @throws Failure if something cannot start; what had started is stopped again
   */
  static Server start(RunOptions commandLine) throws Failure {
    ServerOptions options = ServerOptions.of(commandLine);
    Settings settings;
    try {
      settings = options.readSettings();
    } catch (ConfigException | IOException e) {
      throw new Failure(ExitCode.USAGE, reason(e), e);
    }
    options.checkPortIsFree();
    Started started = new Started();
    try {
      return new Server(options, settings, started);
    } catch (IOException e) {
      started.close();
      throw new Failure(ExitCode.FAILED, reason(e), e);
    }
  }

  private Server(ServerOptions options, Settings settings, Started started) throws IOException {
    this.options = options;
    this.settings = settings;
    this.reloadStatus = new ReloadStatus(true, clock.millis());
    store = started.add(Tsdb.open(options.data(), options.storeOptions(clock, settings)));
    garbageWatch = started.add(GarbageWatch.start(store::headMemoryBytes));
    Path state = options.data().resolve(STATE_DIRECTORY);
    Files.createDirectories(state);
    timeline = started.add(new Timeline(state));
    String url = options.externalUrl();
    notifier = started.add(new Notifier(settings.notification(), url, clock, state, timeline));
    playbooks = started.add(new PlaybookRunner(playbookOptions(), clock, timeline));
    queryLog = started.add(new QueryLog());
    queryLog.open(settings.prometheus().global().queryLogFile().orElse(null));
    EngineMetrics engineMetrics = new EngineMetrics(registry);
    engine =
        started.add(
            new Engine(
                new EngineOptions(
                    options.features(),
                    options.queryLimits(),
                    settings.prometheus().global().subqueryStepMs()),
                clock,
                query -> {
                  engineMetrics.ended(query);
                  queryLog.ended(query);
                }));
    engineMetrics.watch(engine);
    engineMetrics.watch(queryLog);
    rules =
        started.add(
            new RuleScheduler(
                new RuleSource(engine, store, store),
                alertingOptions(),
                clock,
                state,
                timeline,
                notifier));
    scrapes = started.add(new ScrapeService(store, clock, registry));
    ProcessMetrics.register(registry, Version.number());
    StoreMetrics.register(registry, store);
    ConfigMetrics.register(registry, () -> reloadStatus, () -> this.settings.rules());
    http =
        started.add(HttpServer.start(options.listen(), options.httpOptions(), router(), registry));
    rules.apply(settings.rules());
    scrapes.apply(settings.prometheus().scrapeConfigs());
    report(settings);
    readiness = Readiness.READY;
  }

  private AlertingOptions alertingOptions() {
    AlertingOptions defaults = AlertingOptions.defaults(options.externalUrl());
    return new AlertingOptions(
        defaults.externalUrl(),
        settings.prometheus().global().externalLabels(),
        defaults.resendDelayMs(),
        defaults.resolvedRetentionMs(),
        defaults.outageToleranceMs(),
        defaults.maxAlertsPerRule());
  }

  private PlaybookOptions playbookOptions() {
    PlaybookOptions defaults = PlaybookOptions.defaults(playbookDirectory(), options.loopbackUrl());
    HmsConfig hms = settings.hms();
    return new PlaybookOptions(
        defaults.directory(),
        defaults.serverUrl(),
        hms.playbookTimeoutMs().orElse(defaults.timeLimitMs()),
        hms.playbookOutputBytes().orElse(defaults.maxOutputBytes()),
        hms.playbookCooldownMs().orElse(defaults.cooldownMs()),
        hms.playbookConcurrency().orElse(defaults.maxConcurrentRuns()),
        defaults.noteGraceMs());
  }

  private Path playbookDirectory() {
    return options.directory().resolve(PLAYBOOK_DIRECTORY).toAbsolutePath();
  }

  private Router router() {
    NoteService notes = new NoteService(rules::openAlerts, playbooks, timeline, clock);
    ApiServices services =
        ApiServices.none()
            .withReadiness(() -> readiness)
            .withConfig(
                () -> ConfigPrinter.print(settings.prometheus()), this::reload, () -> reloadStatus)
            .withStoreStatus(new StoreStatusReader(store))
            .withStoreAdmin(new TsdbAdmin(store, options.data(), clock))
            .withTargets(new ScrapeTargets(scrapes))
            .withExternalLabels(() -> settings.prometheus().global().externalLabels())
            .withAlerting(
                new AlertingServices(
                    rules::groups, List::of, Optional.of(playbooks), Optional.of(notes)));
    ApiContext context =
        new ApiContext(store, store, engine, clock, registry, apiOptions(), services);
    Router.Builder router = Router.builder();
    new ApiRoutes(context).addTo(router);
    new OpsRoutes(rules, timeline, playbooks).addTo(router);
    return router.build();
  }

  private ApiOptions apiOptions() {
    RunOptions commandLine = options.commandLine();
    return new ApiOptions(
        Version.number(),
        options.features(),
        options.queryTimeoutMs(),
        options.lookbackMs(),
        commandLine.lifecycle,
        commandLine.adminApi,
        commandLine.remoteWriteReceiver,
        options.flags(),
        commandLine.retention);
  }

  /**
   * Reads all files again and puts them to work. Everything old stays until the new is good; a rule
   * file that is broken now keeps its former rules at work, whatever becomes of the others.
   *
   * @throws IOException if a file is missing or broken
   */
  synchronized void reload() throws IOException {
    try {
      RuleSet former = settings.rules();
      Settings next = options.readSettings().keepingRules(former);
      queryLog.open(next.prometheus().global().queryLogFile().orElse(null));
      scrapes.apply(next.prometheus().scrapeConfigs());
      notifier.apply(next.notification());
      rules.apply(next.rules());
      settings = next;
      report(next);
      List<RuleSet.QuarantinedFile> broken = next.rules().broken(former);
      if (!broken.isEmpty()) {
        throw new IOException(
            "%s; its former rules go on, everything else is loaded"
                .formatted(broken.getFirst().reason()));
      }
      reloadStatus = new ReloadStatus(true, clock.millis());
      LOG.log(Level.INFO, "configuration reloaded");
    } catch (ConfigException e) {
      reloadStatus = new ReloadStatus(false, reloadStatus.lastSuccessMs());
      throw new IOException(reason(e), e);
    } catch (IOException e) {
      reloadStatus = new ReloadStatus(false, reloadStatus.lastSuccessMs());
      throw e;
    }
  }

  /** Logs what was loaded as written but deserves a look. */
  private static void report(Settings settings) {
    settings.prometheus().warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
    settings
        .rules()
        .quarantined()
        .forEach(file -> LOG.log(Level.WARNING, "rule file set aside: {0}", file.reason()));
    settings.rules().lints().forEach(lint -> LOG.log(Level.WARNING, "lint: {0}", lint));
  }

  /** {@return the URL under which this process answers on this machine} */
  String url() {
    return options.loopbackUrl(http.port());
  }

  Settings settings() {
    return settings;
  }

  Set<Feature> features() {
    return options.features();
  }

  Path data() {
    return options.data();
  }

  PlaybookRunner playbooks() {
    return playbooks;
  }

  /**
   * Stops: not ready any more, requests finish, samples under way are written, the log is forced.
   */
  void stop() {
    readiness = Readiness.STOPPING;
    Thread scraping = Thread.ofVirtual().start(scrapes::close);
    rules.close();
    http.stop(FINISH_LIMIT);
    try {
      scraping.join(FINISH_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    notifier.close();
    playbooks.close();
    engine.close();
    close("garbage watch", garbageWatch);
    close("query log", queryLog);
    close("timeline", timeline);
    close("store", store);
  }

  private static void close(String name, AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.log(Level.ERROR, "closing the " + name + " failed", e);
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
