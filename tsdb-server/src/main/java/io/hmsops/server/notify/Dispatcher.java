package io.hmsops.server.notify;

import io.hmsops.server.alerting.AlertListener;
import io.hmsops.server.alerting.AlertSink;
import io.hmsops.server.alerting.OutgoingAlert;
import io.hmsops.tsdb.labels.Labels;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sorts alerts into groups by the routing tree and flushes each group when its time has come.
 * {@link #tick} does what is due; {@link Notifier} calls it at the right times. Thread-safe.
 */
final class Dispatcher implements AlertSink {
  /** How many alerts are kept; more are dropped with a warning. */
  static final int MAX_ALERTS = 50_000;

  /** How long an ended alert is kept, to be merged with what is heard of it later. */
  static final long RESOLVED_RETENTION_MS = 30 * 60_000;

  private static final long MAX_WAIT_MS = 60_000;
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

  private final InstantSource clock;
  private final Executor deliveries;
  private final Delivery delivery;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, OutgoingAlert> alerts = new LinkedHashMap<>();
  private final Map<String, AlertGroup> groups = new HashMap<>();
  private NotifyConfig config;
  private boolean reportedFull;
  private long changes;
  private long handledChanges;

  Dispatcher(
      NotifyConfig config,
      String externalUrl,
      InstantSource clock,
      NotificationLog log,
      Transport transport,
      AlertListener listener,
      Executor deliveries) {
    this.config = config;
    this.clock = clock;
    this.deliveries = deliveries;
    this.delivery = new Delivery(externalUrl, clock, log, transport, listener);
  }

  /** Replaces the configuration; alerts are grouped anew. */
  void apply(NotifyConfig newConfig) {
    lock.lock();
    try {
      config = newConfig;
      groups.clear();
      alerts.values().forEach(this::route);
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void accept(List<OutgoingAlert> incoming) {
    lock.lock();
    try {
      for (OutgoingAlert alert : incoming) {
        String fingerprint = alert.fingerprint();
        OutgoingAlert known = alerts.get(fingerprint);
        if (known == null && alerts.size() >= MAX_ALERTS) {
          reportFull();
          continue;
        }
        OutgoingAlert merged =
            known == null ? alert : AlertMerge.merge(known, alert, clock.millis());
        alerts.put(fingerprint, merged);
        route(merged);
      }
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void reportFull() {
    if (!reportedFull) {
      reportedFull = true;
      LOG.log(
          System.Logger.Level.ERROR, "more than {0} alerts: some are not delivered", MAX_ALERTS);
    }
  }

  private void route(OutgoingAlert alert) {
    long nowMs = clock.millis();
    for (Route route : config.route().match(alert.labels())) {
      Labels groupLabels = route.groupLabels(alert.labels());
      // Two routes may have the same matchers, so the node itself is part of the key.
      String key = System.identityHashCode(route) + route.id() + groupLabels;
      AlertGroup group = groups.get(key);
      if (group == null) {
        if (alert.isResolved(nowMs)
            && !delivery.wasToldFiring(route, groupLabels, config.receiver(route.receiver()))) {
          continue;
        }
        boolean late = alert.startsAtMs() + route.groupWaitMs() < nowMs;
        group = new AlertGroup(route, groupLabels, late ? nowMs : nowMs + route.groupWaitMs());
        groups.put(key, group);
      }
      group.alerts.put(alert.fingerprint(), alert);
    }
  }

  /**
   * Flushes the groups that are due.
   *
   * @return when the next group will be due, {@code Long.MAX_VALUE} if there is none
   */
  long tick() {
    lock.lock();
    try {
      handledChanges = changes;
      long nowMs = clock.millis();
      long nextMs = Long.MAX_VALUE;
      for (AlertGroup group : List.copyOf(groups.values())) {
        if (group.nextFlushMs <= nowMs && !group.flushing) {
          flush(group, nowMs);
        }
        if (!group.flushing) {
          nextMs = Math.min(nextMs, group.nextFlushMs);
        }
      }
      alerts.values().removeIf(alert -> alert.endsAtMs() + RESOLVED_RETENTION_MS < nowMs);
      return nextMs;
    } finally {
      lock.unlock();
    }
  }

  private void flush(AlertGroup group, long nowMs) {
    group.nextFlushMs = nowMs + group.route.groupIntervalMs();
    group.flushing = true;
    List<OutgoingAlert> sorted = group.sorted();
    Receiver receiver = config.receiver(group.route.receiver());
    deliveries.execute(
        () -> {
          boolean delivered = false;
          try {
            delivered = delivery.deliver(receiver, group, sorted, nowMs);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            flushed(group, delivered ? sorted : List.of(), nowMs);
          }
        });
  }

  /** Resolved alerts leave the group once told, unless they changed meanwhile. */
  private void flushed(AlertGroup group, List<OutgoingAlert> told, long nowMs) {
    lock.lock();
    try {
      group.flushing = false;
      for (OutgoingAlert alert : told) {
        if (alert.isResolved(nowMs)) {
          group.alerts.remove(alert.fingerprint(), alert);
        }
      }
      if (group.alerts.isEmpty()) {
        Iterator<AlertGroup> iterator = groups.values().iterator();
        while (iterator.hasNext()) {
          if (iterator.next().equals(group)) {
            iterator.remove();
          }
        }
      }
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something may have to be done. */
  void awaitChange(long untilMs) throws InterruptedException {
    lock.lock();
    try {
      long waitMs = Math.min(MAX_WAIT_MS, Math.max(0, untilMs - clock.millis()));
      long leftNanos = TimeUnit.MILLISECONDS.toNanos(waitMs);
      while (changes == handledChanges && leftNanos > 0) {
        leftNanos = changed.awaitNanos(leftNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** {@return the alerts known at present} */
  List<OutgoingAlert> alerts() {
    lock.lock();
    try {
      return new ArrayList<>(alerts.values());
    } finally {
      lock.unlock();
    }
  }
}
