package io.hmsops.tsdb.block;

import io.hmsops.tsdb.storage.CorruptFileException;

/** The end of an index: where its sections are, and what the block holds. Checked when read. */
final class BlockFooter {
  private final MappedFile file;
  private final long start;

  BlockFooter(MappedFile file) throws CorruptFileException {
    this.file = file;
    this.start = file.length() - BlockLayout.FOOTER_LENGTH;
    if (start < BlockLayout.HEADER_LENGTH) {
      throw file.damaged(0, "%d bytes (expected: a footer)".formatted(file.length()));
    }
    var _ = file.readChecked(start, BlockLayout.FOOTER_CRC_OFFSET);
  }

  long get(int offset) {
    return file.getLong(start + offset);
  }

  long offset(int section) {
    return file.getLong(start + (long) section * BlockLayout.SECTION_ENTRY_LENGTH);
  }

  long length(int section) {
    return file.getLong(start + (long) section * BlockLayout.SECTION_ENTRY_LENGTH + Long.BYTES);
  }

  long headLength(int section) {
    return file.getLong(start + (long) section * BlockLayout.SECTION_ENTRY_LENGTH + 2 * Long.BYTES);
  }

  /** {@return where a section begins, whose head has been checked} */
  long checkedHead(MappedFile index, int section) throws CorruptFileException {
    long offset = offset(section);
    long length = headLength(section);
    byte[] head = index.read(offset, length);
    index.check(
        offset,
        head,
        (int) length,
        file.getInt(start + (long) section * BlockLayout.SECTION_ENTRY_LENGTH + 3 * Long.BYTES));
    return offset;
  }
}
