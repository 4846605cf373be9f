package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Reads the series of a block, page after page. What pages share is remembered within a bound. For
 * the life of the block; not thread-safe.
 */
public final class BlockPages {
  private final BlockFooter footer;
  private final BlockIndex index;
  private final SeriesPages pages;
  private final long rememberedTimesBytes;

  BlockPages(BlockFooter footer, BlockIndex index, SeriesPages pages, long rememberedTimesBytes) {
    this.footer = footer;
    this.index = index;
    this.pages = pages;
    this.rememberedTimesBytes = rememberedTimesBytes;
  }

  /** {@return the number of pages} */
  public int count() {
    return index.series().pageCount();
  }

  /**
   * {@return the series of one page, in their order, with all that is not deleted}
   *
   * @param page from 0
   * @throws CorruptFileException if the page is damaged
   */
  public List<SelectedSeries> read(int page) throws CorruptFileException {
    footer.checkWhole();
    pages.forget(rememberedTimesBytes);
    BitSet all = new BitSet();
    all.set(page * BlockLayout.PAGE_ENTRIES, (page + 1) * BlockLayout.PAGE_ENTRIES);
    List<SelectedSeries> found = new ArrayList<>(BlockLayout.PAGE_ENTRIES);
    try {
      pages.read(page, all, Long.MIN_VALUE, Long.MAX_VALUE, found);
    } catch (MalformedDataException e) {
      throw index.series().damaged(page, e.getMessage());
    }
    return found;
  }
}
