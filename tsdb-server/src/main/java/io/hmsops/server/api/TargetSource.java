package io.hmsops.server.api;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Metadata;
import java.util.List;

/** What is scraped. Thread-safe; each call gives a copy. */
public interface TargetSource {
  /** Nothing is scraped. */
  TargetSource NONE =
      new TargetSource() {
        @Override
        public List<String> pools() {
          return List.of();
        }

        @Override
        public List<TargetStatus> active() {
          return List.of();
        }

        @Override
        public List<TargetStatus.Dropped> dropped() {
          return List.of();
        }

        @Override
        public List<TargetMetadata> metadata() {
          return List.of();
        }
      };

  /** {@return the names of the scrape configurations} */
  List<String> pools();

  /** {@return the targets that are scraped} */
  List<TargetStatus> active();

  /** {@return the targets that relabelling has dropped} */
  List<TargetStatus.Dropped> dropped();

  /** {@return what the active targets say about their metrics} */
  List<TargetMetadata> metadata();

  /**
   * What one target says about one metric.
   *
   * @param target the target's labels
   * @param metric the metric family's name
   * @param metadata type, unit and help
   */
  record TargetMetadata(Labels target, String metric, Metadata metadata) {}
}
