package io.hmsops.tsdb.block;

import io.hmsops.tsdb.labels.Labels;
import java.util.List;

/**
 * What one place holds of one series.
 *
 * @param labels the series
 * @param chunks its chunks, ascending by time
 */
public record SelectedSeries(Labels labels, List<ChunkSource> chunks) {}
