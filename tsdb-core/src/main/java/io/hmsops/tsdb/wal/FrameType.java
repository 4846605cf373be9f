package io.hmsops.tsdb.wal;

/** What a frame holds, as it stands in files. Specified in {@code docs/format}. */
final class FrameType {
  /** One committed batch. */
  static final int BATCH = 1;

  /** Series with their chunks, in a checkpoint. */
  static final int SERIES = 2;

  /** The end of a checkpoint, or of the file of exemplars and metadata. */
  static final int END = 3;

  /** Exemplars and metadata, in a file of their own. */
  static final int EXTRAS = 4;

  /** Series of floats in order, in a checkpoint. */
  static final int FLOATS = 5;

  /** What the frame before it can be mended from, in a checkpoint. */
  static final int PARITY = 6;

  private FrameType() {}
}
