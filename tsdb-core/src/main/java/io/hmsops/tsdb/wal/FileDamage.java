package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.function.Consumer;

/** Is told what is damaged in a file. */
public interface FileDamage {
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

  /**
   * {@return what tells of all damage alike}
   *
   * @param told is told of it
   */
  static FileDamage all(Consumer<? super TsdbException> told) {
    return new FileDamage() {
      @Override
      public void lost(CorruptFileException damage) {
        told.accept(damage);
      }

      @Override
      public void mended(CorruptFileException damage) {
        told.accept(damage);
      }
    };
  }
}
