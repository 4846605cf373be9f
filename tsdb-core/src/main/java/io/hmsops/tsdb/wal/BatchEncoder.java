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

  /** With the kind of exemplars. */
  private static final int METADATA_FLAG = 4;

  private final ByteWriter out = new ByteWriter(1 << 12);
  private long lastRef;
  private long lastMs;

  /** Creates an empty batch. */
  public BatchEncoder() {}

  /** Empties the batch. */
  public void clear() {
    out.clear();
    lastRef = 0;
    lastMs = 0;
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
    out.putByte(SERIES);
    out.putVarint(ref);
    writeLabels(out, labels);
  }

  @Override
  public void sample(
      long ref, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
    out.putByte(
        SAMPLE | (histogram != null ? HISTOGRAM_FLAG : 0) | (startMs != 0 ? START_FLAG : 0));
    out.putZigzag(ref - lastRef);
    out.putZigzag(timestampMs - lastMs);
    if (startMs != 0) {
      out.putZigzag(timestampMs - startMs);
    }
    if (histogram != null) {
      HistogramBytes.write(out, histogram, null);
    } else {
      out.putDouble(value);
    }
    lastRef = ref;
    lastMs = timestampMs;
  }

  @Override
  public void exemplar(long ref, Exemplar exemplar) {
    out.putByte(EXEMPLAR);
    out.putVarint(ref);
    out.putZigzag(exemplar.timestampMs());
    out.putDouble(exemplar.value());
    writeLabels(out, exemplar.labels());
  }

  @Override
  public void metadata(String family, Metadata metadata) {
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
        case DELETION -> visitor.deletion(in.getVarint(), in.getZigzag(), in.getZigzag());
        case SERIES -> visitor.series(in.getVarint(), texts.read(in));
        case SAMPLE -> {
          ref += in.getZigzag();
          timestampMs += in.getZigzag();
          long startMs = (tag & START_FLAG) != 0 ? timestampMs - in.getZigzag() : 0;
          if ((tag & HISTOGRAM_FLAG) != 0) {
            visitor.sample(ref, timestampMs, 0, HistogramBytes.read(in, null), startMs);
          } else {
            visitor.sample(ref, timestampMs, in.getDouble(), null, startMs);
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
