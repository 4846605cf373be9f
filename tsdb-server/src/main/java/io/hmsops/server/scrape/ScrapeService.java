package io.hmsops.server.scrape;

import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.SampleStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Scrapes the targets of all jobs. Thread-safe. */
public final class ScrapeService implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ScrapeService.class.getName());

  /** How often files with targets are looked at. */
  static final long DISCOVERY_POLL_MS = 500;

  /** How long closing waits for a scrape that goes on. */
  static final long CLOSE_TIMEOUT_MS = 3_000;

  private final SampleStore store;
  private final InstantSource clock;
  private final ScrapeMetrics metrics;
  private final PageBuffers buffers = new PageBuffers();
  private final Object lock = new Object();
  private final Map<String, ScrapePool> pools = new LinkedHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread discovery;
  private Set<String> knownProblems = Set.of();

  /**
   * A target that a relabeling rule dropped.
   *
   * @param job the name of its job
   * @param discoveredLabels the labels before relabeling
   */
  public record DroppedTarget(String job, Labels discoveredLabels) {}

  /**
   * Starts without any job.
   *
   * @param store where samples go
   * @param clock tells the time
   * @param registry takes the service's own metrics
   */
  public ScrapeService(SampleStore store, InstantSource clock, PrometheusRegistry registry) {
    this.store = store;
    this.clock = clock;
    this.metrics = new ScrapeMetrics(registry);
    this.discovery = Thread.ofVirtual().name("scrape discovery").start(this::watchFiles);
  }

  /**
   * Scrapes these jobs from now on. A job that is configured as before goes on undisturbed; targets
   * that a changed job keeps continue without a gap; the series of others end.
   *
   * @param jobs the jobs, by unique names
   * @throws IOException if a job's certificates cannot be read; nothing has changed then
   */
  public void apply(List<ScrapeConfig> jobs) throws IOException {
    synchronized (lock) {
      Map<String, ScrapePool> wanted = new LinkedHashMap<>();
      for (ScrapeConfig job : jobs) {
        ScrapePool running = pools.get(job.jobName());
        boolean same = running != null && running.config().equals(job);
        wanted.put(
            job.jobName(),
            same && running != null
                ? running
                : new ScrapePool(job, store, clock, metrics, buffers));
      }
      Map<String, ScrapePool> old = new LinkedHashMap<>(pools);
      pools.clear();
      pools.putAll(wanted);
      for (Map.Entry<String, ScrapePool> entry : wanted.entrySet()) {
        ScrapePool predecessor = old.remove(entry.getKey());
        if (predecessor != entry.getValue()) {
          entry.getValue().start(predecessor);
          closeConnections(predecessor);
        }
      }
      for (ScrapePool gone : old.values()) {
        gone.stop(true);
        gone.closeConnections();
      }
      logNewProblems();
    }
  }

  private static void closeConnections(@Nullable ScrapePool pool) {
    if (pool != null) {
      pool.closeConnections();
    }
  }

  /** {@return the state of all targets, by job in the order of the configuration} */
  public List<TargetState> targets() {
    synchronized (lock) {
      List<TargetState> states = new ArrayList<>();
      for (ScrapePool pool : pools.values()) {
        pool.runs().forEach(run -> states.add(run.scraper().state()));
      }
      return states;
    }
  }

  /** {@return the names of the jobs, in the order of the configuration} */
  public List<String> jobs() {
    synchronized (lock) {
      return List.copyOf(pools.keySet());
    }
  }

  /** {@return the targets that relabeling dropped, at most as many as the job keeps, if it says} */
  public List<DroppedTarget> droppedTargets() {
    synchronized (lock) {
      List<DroppedTarget> dropped = new ArrayList<>();
      for (ScrapePool pool : pools.values()) {
        long keep = pool.config().shared().limits().keepDroppedTargets();
        List<Labels> labels = pool.dropped();
        int shown = keep == 0 ? labels.size() : (int) Math.min(keep, labels.size());
        for (Labels discovered : labels.subList(0, shown)) {
          dropped.add(new DroppedTarget(pool.config().jobName(), discovered));
        }
      }
      return dropped;
    }
  }

  /** {@return how many targets of each job relabeling dropped} */
  public Map<String, Integer> droppedTargetCounts() {
    synchronized (lock) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      pools.forEach((job, pool) -> counts.put(job, pool.dropped().size()));
      return counts;
    }
  }

  /** {@return what is wrong now with targets and the files that name them} */
  public List<String> problems() {
    synchronized (lock) {
      return pools.values().stream().flatMap(pool -> pool.problems().stream()).toList();
    }
  }

  private void watchFiles() {
    try {
      while (!closed.await(DISCOVERY_POLL_MS, TimeUnit.MILLISECONDS)) {
        poll();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once for changed files with targets. */
  void poll() {
    synchronized (lock) {
      for (ScrapePool pool : pools.values()) {
        try {
          pool.poll();
        } catch (RuntimeException broken) {
          LOG.log(Level.ERROR, "job " + pool.config().jobName() + ": discovery failed", broken);
        }
      }
      logNewProblems();
    }
  }

  private void logNewProblems() {
    Set<String> now = new LinkedHashSet<>(problems());
    for (String problem : now) {
      if (!knownProblems.contains(problem)) {
        LOG.log(Level.WARNING, problem);
      }
    }
    knownProblems = now;
  }

  /** Stops all scrapes, within seconds. Series do not end: the next start may go on with them. */
  @Override
  public void close() {
    closed.countDown();
    List<TargetRun> runs = new ArrayList<>();
    synchronized (lock) {
      for (ScrapePool pool : pools.values()) {
        pool.stop(false);
        pool.closeConnections();
        runs.addAll(pool.runs());
      }
      pools.clear();
    }
    try {
      long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_TIMEOUT_MS);
      for (TargetRun run : runs) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (!run.join(Math.max(leftMs, 1))) {
          LOG.log(Level.WARNING, "{0}: still being scraped", run.scraper().target().url());
        }
      }
      discovery.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
