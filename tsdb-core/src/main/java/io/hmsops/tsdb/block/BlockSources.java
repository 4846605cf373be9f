package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a block's samples come from.
 *
 * @param replaced names of the blocks that it stands for: they are gone, or to be deleted
 * @param cuts what was cut from the head
 */
public record BlockSources(List<String> replaced, List<Cut> cuts) {
  /**
   * What was cut from the head at one moment.
   *
   * @param rangeStartMs the start of the range
   * @param rangeEndMs its end, exclusive; {@link Long#MAX_VALUE} is in the range
   * @param lsn the newest batch of the log in it
   */
  public record Cut(long rangeStartMs, long rangeEndMs, long lsn) {
    boolean holds(long batch, long timestampMs) {
      return batch <= lsn
          && timestampMs >= rangeStartMs
          && (timestampMs < rangeEndMs || rangeEndMs == Long.MAX_VALUE);
    }
  }

  /** Copies the lists. */
  public BlockSources {
    replaced = List.copyOf(replaced);
    cuts = List.copyOf(cuts);
  }

  /** What the names of blocks begin with that were imported; a merge remembers them for good. */
  public static final String IMPORTED_PREFIX = "p-";

  /**
   * {@return the sources of a block that stands for others: their names, what was imported into
   * them, and their cuts}
   *
   * @param blocks the others
   */
  public static BlockSources ofMerged(List<Block> blocks) {
    List<String> replaced = new ArrayList<>();
    List<Cut> cuts = new ArrayList<>();
    for (Block block : blocks) {
      replaced.add(String.valueOf(block.directory().getFileName()));
      block.replaced().stream()
          .filter(name -> name.startsWith(IMPORTED_PREFIX))
          .forEach(replaced::add);
      cuts.addAll(block.cuts());
    }
    return new BlockSources(replaced, cuts);
  }

  ByteWriter toBytes() {
    ByteWriter out = new ByteWriter(256);
    out.putVarint(replaced.size());
    replaced.forEach(out::putText);
    out.putVarint(cuts.size());
    for (Cut cut : cuts) {
      out.putZigzag(cut.rangeStartMs);
      out.putVarint(cut.rangeEndMs - cut.rangeStartMs);
      out.putVarint(cut.lsn);
    }
    return out;
  }

  static BlockSources read(ByteReader in) throws MalformedDataException {
    List<String> replaced = new ArrayList<>();
    for (int left = in.getCount(); left > 0; left--) {
      replaced.add(in.getText());
    }
    List<Cut> cuts = new ArrayList<>();
    for (int left = in.getCount(); left > 0; left--) {
      long start = in.getZigzag();
      cuts.add(new Cut(start, start + in.getVarint(), in.getVarint()));
    }
    return new BlockSources(replaced, cuts);
  }
}
