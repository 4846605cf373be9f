package io.hmsops.tsdb.block;

import io.hmsops.tsdb.storage.CorruptFileException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The end of an index: where its sections are, and what the block holds. Checked when read. */
final class BlockFooter {
  /** A part of the end that is hardly ever all zeros. */
  private static final int ENDING_BYTES = 2 * Long.BYTES;

  private final MappedFile file;

  /** On the heap: it is asked for often, also by those who need nothing else of the file. */
  private final MemorySegment footer;

  private final byte[] ending;

  BlockFooter(MappedFile file) throws CorruptFileException {
    this.file = file;
    long start = file.length() - BlockLayout.FOOTER_LENGTH;
    if (start < BlockLayout.HEADER_LENGTH) {
      throw file.damaged(0, "%d bytes (expected: a footer)".formatted(file.length()));
    }
    byte[] bytes = file.readChecked(start, BlockLayout.FOOTER_CRC_OFFSET);
    this.footer = MemorySegment.ofArray(bytes);
    this.ending =
        Arrays.copyOfRange(
            bytes, BlockLayout.FOOTER_LENGTH - ENDING_BYTES, BlockLayout.FOOTER_LENGTH);
  }

  /** Checks that the index was not cut since it was opened. */
  void checkWhole() throws CorruptFileException {
    file.checkEnding(ending);
  }

  private long getLong(long offset) {
    return footer.get(BlockLayout.LONG, offset);
  }

  long get(int offset) {
    return getLong(offset);
  }

  long offset(int section) {
    return getLong((long) section * BlockLayout.SECTION_ENTRY_LENGTH);
  }

  long length(int section) {
    return getLong((long) section * BlockLayout.SECTION_ENTRY_LENGTH + Long.BYTES);
  }

  long headLength(int section) {
    return getLong((long) section * BlockLayout.SECTION_ENTRY_LENGTH + 2 * Long.BYTES);
  }

  /** {@return where a section begins, whose head has been checked} */
  long checkedHead(MappedFile index, int section) throws CorruptFileException {
    var _ = head(index, section);
    return offset(section);
  }

  /** {@return the checked head of a section} */
  byte[] head(MappedFile index, int section) throws CorruptFileException {
    int checksum =
        footer.get(
            BlockLayout.INT, (long) section * BlockLayout.SECTION_ENTRY_LENGTH + 3 * Long.BYTES);
    return index.readChecked(offset(section), headLength(section), checksum);
  }
}
