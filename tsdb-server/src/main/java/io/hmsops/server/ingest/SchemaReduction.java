package io.hmsops.server.ingest;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.agrona.collections.IntArrayList;

/**
 * Merges the buckets of one side of a histogram into those of a coarser schema: each step down
 * joins two neighbours.
 *
 * @param spans offset, length, offset, length …
 * @param buckets one population per bucket
 */
// A carrier between two readers of this package, never compared.
@SuppressWarnings("ArrayRecordComponent")
record SchemaReduction(int[] spans, double[] buckets) {
  SchemaReduction by(int steps) {
    NavigableMap<Integer, Double> merged = new TreeMap<>();
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < spans.length; span += 2) {
      index += spans[span];
      for (int i = 0; i < spans[span + 1]; i++, index++) {
        // Bucket i ends at base^i, so i and the one before it share the coarser bucket's end.
        merged.merge(((index - 1) >> steps) + 1, buckets[bucket++], Double::sum);
      }
    }
    IntArrayList newSpans = new IntArrayList();
    GrowingDoubles newBuckets = new GrowingDoubles();
    int next = 0;
    for (var entry : merged.entrySet()) {
      int gap = entry.getKey() - next;
      if (newSpans.isEmpty() || gap > 0) {
        newSpans.addInt(gap);
        newSpans.addInt(0);
      }
      int last = newSpans.size() - 1;
      newSpans.setInt(last, newSpans.getInt(last) + 1);
      newBuckets.add(entry.getValue());
      next = entry.getKey() + 1;
    }
    return new SchemaReduction(newSpans.toIntArray(), newBuckets.toArray());
  }
}
