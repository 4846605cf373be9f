package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.storage.CorruptFileException;
import org.jspecify.annotations.Nullable;

/** A section of pages with {@link BlockLayout#PAGE_ENTRIES} entries and a checksum each. */
final class PagedEntries {
  private final MappedFile file;
  private final long head;
  private final long body;
  private final int count;

  PagedEntries(MappedFile file, BlockFooter footer, int section) throws CorruptFileException {
    this.file = file;
    this.head = footer.checkedHead(file, section);
    this.body = head + footer.headLength(section);
    this.count = file.getInt(head);
  }

  int count() {
    return count;
  }

  int pageCount() {
    return (count + BlockLayout.PAGE_ENTRIES - 1) / BlockLayout.PAGE_ENTRIES;
  }

  /** {@return how many entries a page has} */
  int entriesOf(int page) {
    return Math.min(BlockLayout.PAGE_ENTRIES, count - page * BlockLayout.PAGE_ENTRIES);
  }

  long offsetOf(int page) {
    return body + file.getLong(head + Integer.BYTES + (long) page * Long.BYTES);
  }

  /** {@return a page, checked} */
  ByteReader page(int page) throws CorruptFileException {
    long offset = offsetOf(page);
    long length = offsetOf(page + 1) - offset - Integer.BYTES;
    byte[] bytes = file.readChecked(offset, length);
    return new ByteReader(bytes, 0, (int) length);
  }

  CorruptFileException damaged(int page, @Nullable String detail) {
    return file.damaged(offsetOf(page), detail);
  }
}
