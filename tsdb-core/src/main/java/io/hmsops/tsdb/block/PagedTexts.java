package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.LoneSurrogates;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The texts of a block, in the order of their bytes, numbered from 0. Thread-safe. */
final class PagedTexts {
  private static final int NO_PAGE = -1;

  private final PagedEntries entries;

  PagedTexts(PagedEntries entries) {
    this.entries = entries;
  }

  /** Reads texts, fast where their numbers ascend. Not thread-safe. */
  final class Walk {
    private int page = NO_PAGE;
    private byte[][] texts = {};

    /** {@return the text of a number} */
    String get(int number) throws CorruptFileException {
      return new String(utf8(number), StandardCharsets.UTF_8);
    }

    /** {@return the text of a number, not to be changed} */
    byte[] utf8(int number) throws CorruptFileException {
      if (number < 0 || number >= entries.count()) {
        throw entries.damaged(0, "text %d (expected: below %d)".formatted(number, entries.count()));
      }
      int wanted = number / BlockLayout.PAGE_ENTRIES;
      if (wanted != page) {
        texts = decode(wanted);
        page = wanted;
      }
      return texts[number % BlockLayout.PAGE_ENTRIES];
    }
  }

  int count() {
    return entries.count();
  }

  Walk walk() {
    return new Walk();
  }

  String get(int number) throws CorruptFileException {
    return walk().get(number);
  }

  private byte[][] decode(int page) throws CorruptFileException {
    ByteReader in = entries.page(page);
    byte[][] texts = new byte[entries.entriesOf(page)][];
    try {
      byte[] last = {};
      for (int i = 0; i < texts.length; i++) {
        int shared = i == 0 ? 0 : (int) in.getVarint();
        int added = in.getCount();
        if (shared < 0 || shared > last.length) {
          throw new MalformedDataException(
              "text %d shares %d bytes (expected: at most %d)".formatted(i, shared, last.length));
        }
        byte[] text = Arrays.copyOf(last, shared + added);
        System.arraycopy(in.array(), in.position(), text, shared, added);
        in.skip(added);
        texts[i] = text;
        last = text;
      }
      return texts;
    } catch (MalformedDataException e) {
      throw entries.damaged(page, e.getMessage());
    }
  }

  /** {@return the number of a text, −1 if it does not occur} */
  int find(String text) throws CorruptFileException {
    if (LoneSurrogates.indexIn(text) >= 0) {
      // Its bytes would be those of another text.
      return -1;
    }
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    int low = 0;
    int high = entries.pageCount() - 1;
    // The last page that does not begin behind the text.
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (Arrays.compareUnsigned(first(middle), wanted) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low > high) {
      return -1;
    }
    byte[][] texts = decode(low);
    int index = Arrays.binarySearch(texts, wanted, Arrays::compareUnsigned);
    return index < 0 ? -1 : low * BlockLayout.PAGE_ENTRIES + index;
  }

  private byte[] first(int page) throws CorruptFileException {
    ByteReader in = entries.page(page);
    try {
      return in.getBytes(in.getCount(), 0);
    } catch (MalformedDataException e) {
      throw entries.damaged(page, e.getMessage());
    }
  }
}
