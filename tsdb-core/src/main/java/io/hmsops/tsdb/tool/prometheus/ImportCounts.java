package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.storage.CommitResult;
import java.util.ArrayList;
import java.util.List;

/** Counts what an import does. Not thread-safe. */
final class ImportCounts {
  private long accepted;
  private long duplicates;
  private long refused;
  private long ofUnknownSeries;
  private long exemplars;
  private long metadata;
  private final List<String> refusals = new ArrayList<>();

  void add(CommitResult result) {
    accepted += result.accepted();
    duplicates += result.duplicates();
    refused += result.rejections().size();
    if (refusals.isEmpty() && !result.rejections().isEmpty()) {
      refusals.add(result.rejections().getFirst().message());
    }
  }

  void addOfUnknownSeries() {
    ofUnknownSeries++;
  }

  void addExemplar() {
    exemplars++;
  }

  void addMetadata() {
    metadata++;
  }

  PrometheusImport.HeadPart headPart() {
    return new PrometheusImport.HeadPart(
        accepted, duplicates, refused, ofUnknownSeries, exemplars, metadata, refusals);
  }
}
