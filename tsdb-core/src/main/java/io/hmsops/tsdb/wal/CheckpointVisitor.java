package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import java.util.List;

/** Is told what a checkpoint holds. */
public interface CheckpointVisitor {
  /**
   * The checkpoint's place in the log, before the first series and perhaps again.
   *
   * @param lsn the newest batch in it
   */
  void begin(long lsn);

  /**
   * A series.
   *
   * @param ref its reference
   * @param labels its labels
   * @param newestMs the timestamp of its newest sample, wherever that is stored
   * @param chunks its chunks in memory, ascending by time
   * @param exemplars its exemplars, ascending by time
   */
  void series(long ref, Labels labels, long newestMs, List<Chunk> chunks, List<Exemplar> exemplars);
}
