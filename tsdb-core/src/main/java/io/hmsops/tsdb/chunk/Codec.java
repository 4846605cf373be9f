package io.hmsops.tsdb.chunk;

/** The ids of chunk codecs, as they stand in files. Specified in {@code docs/format}. */
public final class Codec {
  /** Floats: {@code docs/format/chunk-xor.md}. */
  public static final int XOR = 1;

  /** Native histograms: {@code docs/format/chunk-histogram.md}. */
  public static final int HISTOGRAM = 2;

  /** Floats with start timestamps: {@code docs/format/chunk-start.md}. */
  public static final int FLOAT_WITH_START = 3;

  private Codec() {}
}
