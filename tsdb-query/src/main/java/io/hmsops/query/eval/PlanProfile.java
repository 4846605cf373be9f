package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What each node of a plan took. Only made for queries that ask for it. Thread-safe; complete when
 * the evaluation has ended.
 */
public final class PlanProfile {
  private final Map<Plan, Node> nodes = Collections.synchronizedMap(new IdentityHashMap<>());

  /** Creates an empty profile. */
  public PlanProfile() {}

  /** What one node took. */
  public static final class Node {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong evaluations = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong series = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong streams = new AtomicLong();
    private final AtomicLong selected = new AtomicLong();
    private final AtomicLong emptySeries = new AtomicLong();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong skippedBatches = new AtomicLong();
    private final AtomicLong samples = new AtomicLong();

    private Node() {}

    void evaluated(long tookNanos, int atSteps, long resultSeries, long resultBytes) {
      nanos.addAndGet(tookNanos);
      evaluations.incrementAndGet();
      steps.addAndGet(atSteps);
      series.addAndGet(resultSeries);
      bytes.addAndGet(resultBytes);
    }

    void streamed(int atSteps) {
      streams.incrementAndGet();
      steps.addAndGet(atSteps);
    }

    void selected(long tookNanos, long found) {
      nanos.addAndGet(tookNanos);
      selected.addAndGet(found);
    }

    void read(long tookNanos, long readBatches, long skipped, long readSamples) {
      nanos.addAndGet(tookNanos);
      batches.addAndGet(readBatches);
      skippedBatches.addAndGet(skipped);
      samples.addAndGet(readSamples);
      if (readSamples == 0) {
        emptySeries.incrementAndGet();
      }
    }

    /** {@return the time spent, on all threads, what is below included unless it is a selector} */
    public long nanos() {
      return nanos.get();
    }

    /** {@return how often it was evaluated as a whole; 0 if not at all or only as a stream} */
    public long evaluations() {
      return evaluations.get();
    }

    /** {@return how often its columns were computed one by one for the operator above} */
    public long streams() {
      return streams.get();
    }

    /** {@return at how many steps it was evaluated} */
    public long steps() {
      return steps.get();
    }

    /** {@return how many series its value had} */
    public long series() {
      return series.get();
    }

    /** {@return how much memory its value took} */
    public long bytes() {
      return bytes.get();
    }

    /** {@return how many series a selector found} */
    public long selected() {
      return selected.get();
    }

    /** {@return how many of them had no sample in the time that was read} */
    public long emptySeries() {
      return emptySeries.get();
    }

    /** {@return how many batches were decoded: chunks, or parts of them} */
    public long batches() {
      return batches.get();
    }

    /** {@return how many chunks were answered by their statistics and not decoded} */
    public long skippedBatches() {
      return skippedBatches.get();
    }

    /** {@return how many samples were read} */
    public long samples() {
      return samples.get();
    }
  }

  /**
   * {@return what a node took}
   *
   * @param plan the node itself, not one equal to it
   */
  public Node node(Plan plan) {
    return nodes.computeIfAbsent(plan, _ -> new Node());
  }
}
