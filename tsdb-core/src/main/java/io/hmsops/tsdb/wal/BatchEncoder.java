package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.chunk.HistogramBytes;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a batch: a row of tagged entries. Specified in {@code docs/format/wal.md}. Reused
 * for the next batch after {@link #clear}. Not thread-safe.
 */
public final class BatchEncoder implements BatchVisitor {
  private static final int DELETION = 0;
  private static final int SERIES = 1;
  private static final int SAMPLE = 2;
  private static final int EXEMPLAR = 3;
  private static final int KIND_MASK = 3;
  private static final int HISTOGRAM_FLAG = 4;
  private static final int START_FLAG = 8;

  /** Of the series behind that of the sample before: no reference. */
  private static final int NEXT_SERIES_FLAG = 16;

  /** At the time of the sample before: no timestamp. */
  private static final int SAME_TIME_FLAG = 32;

  /** How many bytes a float has, by the two highest bits of the tag; the others are zero. */
  private static final int[] VALUE_BYTES = {8, 5, 3, 0};

  private static final int VALUE_SHIFT = 6;

  /** With the kind of deletions. */
  private static final int GONE_FLAG = 4;

  /** With the kind of exemplars. */
  private static final int METADATA_FLAG = 4;

  private final ByteWriter out = new ByteWriter(1 << 12);
  private long lastRef;
  private long lastMs;
  private boolean compressible;

  /** Creates an empty batch. */
  public BatchEncoder() {}

  /** Empties the batch. */
  public void clear() {
    out.clear();
    lastRef = 0;
    lastMs = 0;
    compressible = false;
  }

  /** {@return whether there are texts or histograms, which compression makes much shorter} */
  boolean compressible() {
    return compressible;
  }

  /** {@return whether nothing was added} */
  public boolean isEmpty() {
    return out.length() == 0;
  }

  ByteWriter payload() {
    return out;
  }

  @Override
  public void series(long ref, Labels labels) {
    compressible = true;
    out.putByte(SERIES);
    out.putVarint(ref);
    writeLabels(out, labels);
  }

  @Override
  public void sample(
      long ref, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
    // Most samples are of one scrape, series by series, and of values with few bits: they take 1 to
    // 9 bytes, and need no compression, which took longer than all the rest of the log.
    long refStep = ref - lastRef;
    long timeStep = timestampMs - lastMs;
    long bits = Double.doubleToRawLongBits(value);
    int length = histogram != null ? 0 : valueLength(bits);
    int tag =
        SAMPLE
            | (histogram != null ? HISTOGRAM_FLAG : length << VALUE_SHIFT)
            | (startMs != 0 ? START_FLAG : 0)
            | (refStep == 1 ? NEXT_SERIES_FLAG : 0)
            | (timeStep == 0 ? SAME_TIME_FLAG : 0);
    out.putByte(tag);
    if (refStep != 1) {
      out.putZigzag(refStep);
    }
    if (timeStep != 0) {
      out.putZigzag(timeStep);
    }
    if (startMs != 0) {
      out.putZigzag(timestampMs - startMs);
    }
    if (histogram != null) {
      HistogramBytes.write(out, histogram, null);
      compressible = true;
    } else {
      int bytes = VALUE_BYTES[length];
      // The sign and the exponent are the upper bytes, so the zeros are the lower ones.
      out.putLow(bytes == 0 ? 0 : bits >>> (Long.SIZE - bytes * Byte.SIZE), bytes);
    }
    lastRef = ref;
    lastMs = timestampMs;
  }

  /**
   * Adds floats without start timestamps, as {@link #sample} does each.
   *
   * @param refs their series, in the lower halves
   * @param timestampsMs their timestamps
   * @param values the floats
   * @param from the first
   * @param end behind the last
   */
  public void floats(long[] refs, long[] timestampsMs, double[] values, int from, int end) {
    for (int i = from; i < end; i++) {
      long ref = refs[i] & 0xffff_ffffL;
      long bits = Double.doubleToRawLongBits(values[i]);
      if (ref != lastRef + 1 || timestampsMs[i] != lastMs) {
        sample(ref, timestampsMs[i], values[i], null, 0);
        continue;
      }
      // The usual one of a scrape: the tag and the value, nothing between.
      int length = valueLength(bits);
      int bytes = VALUE_BYTES[length];
      out.putByteAndLow(
          SAMPLE | NEXT_SERIES_FLAG | SAME_TIME_FLAG | length << VALUE_SHIFT,
          bytes == 0 ? 0 : bits >>> (Long.SIZE - bytes * Byte.SIZE),
          bytes);
      lastRef = ref;
    }
  }

  private static int valueLength(long bits) {
    if (bits == 0) {
      return 3;
    }
    int zeros = Long.numberOfTrailingZeros(bits);
    return zeros >= 40 ? 2 : zeros >= 24 ? 1 : 0;
  }

  private static double readValue(ByteReader in, int tag) throws MalformedDataException {
    int bytes = VALUE_BYTES[tag >>> VALUE_SHIFT];
    return bytes == 0
        ? 0
        : Double.longBitsToDouble(in.getLow(bytes) << (Long.SIZE - bytes * Byte.SIZE));
  }

  @Override
  public void exemplar(long ref, Exemplar exemplar) {
    compressible = true;
    out.putByte(EXEMPLAR);
    out.putVarint(ref);
    out.putZigzag(exemplar.timestampMs());
    out.putDouble(exemplar.value());
    writeLabels(out, exemplar.labels());
  }

  @Override
  public void metadata(String family, Metadata metadata) {
    compressible = true;
    out.putByte(EXEMPLAR | METADATA_FLAG);
    writeMetadata(out, family, metadata);
  }

  static void writeMetadata(ByteWriter out, String family, Metadata metadata) {
    out.putText(family);
    out.putText(metadata.type());
    out.putText(metadata.unit());
    out.putText(metadata.help());
  }

  @Override
  public void deletion(long ref, long fromMs, long toMs) {
    out.putByte(DELETION);
    out.putVarint(ref);
    out.putZigzag(fromMs);
    out.putZigzag(toMs);
  }

  @Override
  public void gone(long ref) {
    out.putByte(DELETION | GONE_FLAG);
    out.putVarint(ref);
  }

  static void writeLabels(ByteWriter out, Labels labels) {
    out.putVarint(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      out.putText(labels.name(i));
      out.putText(labels.value(i));
    }
  }

  /** Tells a visitor what a payload holds. */
  static void read(ByteReader in, LabelTexts texts, BatchVisitor visitor)
      throws MalformedDataException {
    long ref = 0;
    long timestampMs = 0;
    while (!in.atEnd()) {
      int tag = in.getByte();
      switch (tag & KIND_MASK) {
        case DELETION -> {
          if ((tag & GONE_FLAG) != 0) {
            visitor.gone(in.getVarint());
          } else {
            visitor.deletion(in.getVarint(), in.getZigzag(), in.getZigzag());
          }
        }
        case SERIES -> visitor.series(in.getVarint(), texts.readNames(in));
        case SAMPLE -> {
          ref += (tag & NEXT_SERIES_FLAG) != 0 ? 1 : in.getZigzag();
          timestampMs += (tag & SAME_TIME_FLAG) != 0 ? 0 : in.getZigzag();
          long startMs = (tag & START_FLAG) != 0 ? timestampMs - in.getZigzag() : 0;
          if ((tag & HISTOGRAM_FLAG) != 0) {
            visitor.sample(ref, timestampMs, 0, HistogramBytes.read(in, null), startMs);
          } else {
            visitor.sample(ref, timestampMs, readValue(in, tag), null, startMs);
          }
        }
        // The two bits have no other value: an exemplar, or metadata.
        default -> {
          if ((tag & METADATA_FLAG) != 0) {
            visitor.metadata(in.getText(), new Metadata(in.getText(), in.getText(), in.getText()));
            continue;
          }
          long series = in.getVarint();
          long time = in.getZigzag();
          double value = in.getDouble();
          visitor.exemplar(series, new Exemplar(texts.read(in), value, time));
        }
      }
    }
  }
}
