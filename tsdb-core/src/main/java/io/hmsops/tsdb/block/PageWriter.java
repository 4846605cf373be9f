package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteWriter;
import java.io.IOException;

/**
 * Writes entries in pages with a checksum each, and the head of such a section. Not thread-safe.
 */
final class PageWriter {
  private final Spill body;
  private final ByteWriter head = new ByteWriter(1024);
  private long pageStart;
  private int count;

  PageWriter(Spill body) {
    this.body = body;
    // How many entries there are.
    head.putInt(0);
  }

  /** {@return whether the entry that is to be written is the first of its page} */
  boolean begin() throws IOException {
    boolean first = count % BlockLayout.PAGE_ENTRIES == 0;
    if (first) {
      endPage();
    }
    count++;
    return first;
  }

  /** {@return how many entries were begun} */
  int count() {
    return count;
  }

  private void endPage() throws IOException {
    ByteWriter out = body.out();
    int length = (int) (body.length() - pageStart);
    if (length > 0) {
      out.putInt(BlockLayout.crc(out.array(), out.length() - length, out.length()));
      body.endEntry();
    }
    pageStart = body.length();
    head.putLong(pageStart);
  }

  /** {@return the head of the section} Nothing can be written afterwards. */
  ByteWriter finish() throws IOException {
    endPage();
    head.setInt(0, count);
    return head;
  }
}
