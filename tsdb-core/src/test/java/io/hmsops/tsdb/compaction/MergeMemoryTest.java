package io.hmsops.tsdb.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.testing.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing and merging blocks takes a bounded amount of memory, however many series they have. */
final class MergeMemoryTest {
  private static final int SERIES = 250_000;
  private static final int BUCKETS = 50_000;

  @TempDir private Path directory;

  /** Kept in memory, the names, values and postings of these series take more than 64 MB. */
  @Test
  void blocksOfManySeriesAreMergedInASmallHeap() throws Exception {
    String output =
        ChildJvm.run(
            40, ManySeriesMerge.class, directory.toString(), Integer.toString(SERIES), "series");
    assertThat(output).contains((2 * SERIES) + " samples");
  }

  /** More histograms than are remembered, each with its buckets far from one another. */
  @Test
  void bucketsOfManyHistogramsAreMergedInASmallHeap() throws Exception {
    String output =
        ChildJvm.run(
            40, ManySeriesMerge.class, directory.toString(), Integer.toString(BUCKETS), "buckets");
    assertThat(output).contains((2 * 50 * BUCKETS) + " samples");
  }
}
