package io.hmsops.query.eval;

import io.hmsops.tsdb.storage.SampleBatch;

/** Counter resets that show in start timestamps, where the engine uses them. */
final class StartTimes {
  private final WindowCall call;
  private final boolean used;

  StartTimes(WindowCall call) {
    this.call = call;
    this.used = call.context().usesStartTimestamps();
  }

  /** Whether start timestamps tell that the counter was started anew between two neighbours. */
  boolean isReset(Window window, int current, int previous) {
    Samples samples = window.samples();
    if (!used || !samples.hasStartTimes()) {
      return false;
    }
    long start = samples.startTimeMs(current);
    if (start == SampleBatch.NO_START_TIMESTAMP || start >= samples.timeMs(current)) {
      return false;
    }
    long previousTime = samples.timeMs(previous);
    long previousStart = samples.startTimeMs(previous);
    if (start > previousTime) {
      return true;
    }
    if (start == previousTime) {
      return previousStart != SampleBatch.NO_START_TIMESTAMP && previousStart < previousTime;
    }
    if (start != previousStart) {
      call.annotations()
          .warnCounted(Texts.overlappingStartTime(window.metricName()), call.rangeSpan());
    }
    return false;
  }

  /** The start timestamp of the first sample, if it lies inside the window before the sample. */
  long ofFirst(Window window) {
    Samples samples = window.samples();
    if (!used || !samples.hasStartTimes()) {
      return SampleBatch.NO_START_TIMESTAMP;
    }
    long start = samples.startTimeMs(window.from());
    boolean inside =
        start != SampleBatch.NO_START_TIMESTAMP
            && start > window.startMs()
            && start < samples.timeMs(window.from());
    return inside ? start : SampleBatch.NO_START_TIMESTAMP;
  }
}
