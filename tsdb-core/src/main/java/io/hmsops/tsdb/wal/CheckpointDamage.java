package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.storage.CorruptFileException;

/** Is told what is damaged in a checkpoint. */
public interface CheckpointDamage {
  /**
   * Something that cannot be read, and what is lost with it.
   *
   * @param damage file, offset, and what was found
   */
  void lost(CorruptFileException damage);

  /**
   * Something of which all is known nevertheless: nothing is lost.
   *
   * @param damage file, offset, and what was found
   */
  void mended(CorruptFileException damage);
}
