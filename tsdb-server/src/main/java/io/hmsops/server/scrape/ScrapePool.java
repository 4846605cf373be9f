package io.hmsops.server.scrape;

import io.hmsops.server.config.FileSdConfig;
import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.config.TargetGroup;
import io.hmsops.server.discovery.FileDiscovery;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.SampleStore;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The targets of one job. Guarded by its owner's lock; the runs it starts are not. */
final class ScrapePool {
  private final ScrapeConfig config;
  private final SampleStore store;
  private final InstantSource clock;
  private final ScrapeMetrics metrics;
  private final PageFetcher fetcher;
  private final TargetBuilder builder;
  private final List<FileDiscovery> discoveries = new ArrayList<>();
  private final Map<String, TargetRun> runs = new LinkedHashMap<>();

  private List<Labels> dropped = List.of();
  private List<String> problems = List.of();

  ScrapePool(
      ScrapeConfig config,
      SampleStore store,
      InstantSource clock,
      ScrapeMetrics metrics,
      PageBuffers buffers)
      throws IOException {
    this.config = config;
    this.store = store;
    this.clock = clock;
    this.metrics = metrics;
    this.fetcher = new PageFetcher(config, buffers);
    this.builder = new TargetBuilder(config);
    for (FileSdConfig files : config.fileSdConfigs()) {
      discoveries.add(new FileDiscovery(files));
    }
  }

  ScrapeConfig config() {
    return config;
  }

  List<TargetRun> runs() {
    return List.copyOf(runs.values());
  }

  List<Labels> dropped() {
    return dropped;
  }

  /** {@return what is wrong with targets and the files that name them} */
  List<String> problems() {
    List<String> all = new ArrayList<>(problems);
    discoveries.forEach(discovery -> all.addAll(discovery.problems()));
    return all;
  }

  /** Starts the targets; those that another pool of this job had continue in this one. */
  void start(@Nullable ScrapePool predecessor) {
    discoveries.forEach(
        discovery -> {
          boolean _ = discovery.poll(clock.millis());
        });
    synchronise(predecessor == null ? Map.of() : predecessor.runs);
    if (predecessor != null) {
      predecessor.runs.forEach((key, run) -> run.stop(!runs.containsKey(key)));
      predecessor.runs.clear();
    }
  }

  /** Looks for changed files and starts and stops targets accordingly. */
  void poll() {
    boolean changed = false;
    for (FileDiscovery discovery : discoveries) {
      changed |= discovery.poll(clock.millis());
    }
    if (changed) {
      synchronise(Map.of());
    }
  }

  private void synchronise(Map<String, TargetRun> predecessors) {
    List<TargetGroup> groups = new ArrayList<>(config.staticConfigs());
    discoveries.forEach(discovery -> groups.addAll(discovery.groups()));
    TargetBuilder.Result result = builder.build(groups);
    List<Target> wanted = limited(result);
    dropped = result.dropped();
    Map<String, TargetRun> old = new LinkedHashMap<>(runs);
    runs.clear();
    for (Target target : wanted) {
      String key = target.labels() + " " + target.url();
      TargetRun running = old.remove(key);
      if (running != null && running.scraper().target().equals(target)) {
        runs.put(key, running);
        continue;
      }
      if (running != null) {
        running.stop(false);
      }
      TargetScraper scraper = new TargetScraper(config, target, fetcher, store, metrics);
      TargetRun run =
          new TargetRun(scraper, clock, running != null ? running : predecessors.get(key));
      runs.put(key, run);
      run.start();
    }
    old.values().forEach(run -> run.stop(true));
  }

  /** With more targets than allowed, none is scraped: which ones would be left to chance. */
  private List<Target> limited(TargetBuilder.Result result) {
    long limit = config.shared().limits().targets();
    problems = result.problems();
    if (limit == 0 || result.active().size() <= limit) {
      return result.active();
    }
    metrics.targetLimitExceeded.inc();
    problems =
        List.of(
            "job %s: target_limit exceeded (number of targets: %d, limit: %d)"
                .formatted(config.jobName(), result.active().size(), limit));
    return List.of();
  }

  /** Stops all targets and returns at once. */
  void stop(boolean endSeries) {
    runs.values().forEach(run -> run.stop(endSeries));
  }

  void closeConnections() {
    fetcher.close();
  }
}
