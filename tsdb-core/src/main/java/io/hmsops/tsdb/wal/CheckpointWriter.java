package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.HistogramBytes;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a checkpoint under a temporary name; {@link #finish} makes it the valid one. Specified in
 * {@code docs/format/checkpoint.md}. Not thread-safe.
 */
public final class CheckpointWriter implements Closeable {
  static final int FLOAT = 0;
  static final int HISTOGRAM = 1;

  private static final int FRAME_BYTES = 1 << 18;

  private final Disk disk;
  private final Path directory;
  private final long lsn;
  private final Path temporary;
  private final DiskFile file;
  private final FrameEncoder encoder = new FrameEncoder();
  private final ByteWriter payload = new ByteWriter(FRAME_BYTES);
  private int frameType = FrameType.SERIES;
  private long seriesCount;

  /**
   * Begins a checkpoint.
   *
   * @param disk where files are written
   * @param directory the checkpoints' directory, existing
   * @param lsn the newest batch in it
   * @throws IOException if the file cannot be created
   */
  public CheckpointWriter(Disk disk, Path directory, long lsn) throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.lsn = lsn;
    this.temporary = directory.resolve("new" + CheckpointReader.TEMPORARY_SUFFIX);
    disk.delete(temporary);
    this.file = disk.create(temporary);
    file.write(FileHeader.of(FileHeader.CHECKPOINT));
  }

  /** {@return the newest batch in the deleted part of the log} */
  public long lsn() {
    return lsn;
  }

  /**
   * Adds series that hold nothing but floats in order.
   *
   * @param series the series, which are written as one frame
   * @throws IOException if they cannot be written
   */
  public void floats(FloatSeriesEncoder series) throws IOException {
    // Chunks hardly become smaller, and decompression would be a third of a start.
    file.write(encoder.encodeMendable(FrameType.FLOATS, lsn, series.payload(), false));
    seriesCount += series.count();
  }

  /**
   * Adds a series of any kind.
   *
   * @param series the series
   */
  public void series(CheckpointSeries series) {
    payload.putVarint(series.ref());
    payload.putVarint(series.batch() - lsn);
    BatchEncoder.writeLabels(payload, series.labels());
    payload.putZigzag(series.newestMs());
    writeChunks(series.chunks());
    payload.putVarint(series.deleted().ranges().size());
    for (Intervals.Range range : series.deleted().ranges()) {
      payload.putZigzag(range.fromMs());
      payload.putZigzag(range.toMs());
    }
    writeLate(series.late());
    seriesCount++;
    flushIfFull();
  }

  private void flushIfFull() {
    if (payload.length() >= FRAME_BYTES) {
      flushUnchecked();
    }
  }

  private void flushUnchecked() {
    try {
      flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeChunks(List<Chunk> chunks) {
    payload.putVarint(chunks.size());
    for (Chunk chunk : chunks) {
      payload.putByte(chunk.codec());
      payload.putZigzag(chunk.minTimeMs());
      payload.putZigzag(chunk.maxTimeMs());
      payload.putVarint(chunk.count());
      payload.putVarint(chunk.lengthBytes());
      payload.putBytes(chunk.data(), 0, chunk.lengthBytes());
    }
  }

  private void writeLate(List<CheckpointSeries.Sample> late) {
    payload.putVarint(late.size());
    for (CheckpointSeries.Sample sample : late) {
      payload.putZigzag(sample.timestampMs());
      payload.putZigzag(sample.startMs());
      if (sample.histogram() != null) {
        payload.putByte(HISTOGRAM);
        HistogramBytes.write(payload, sample.histogram(), null);
      } else {
        payload.putByte(FLOAT);
        payload.putDouble(sample.value());
      }
    }
  }

  private void flush() throws IOException {
    if (payload.length() > 0) {
      file.write(encoder.encodeMendable(frameType, lsn, payload, true));
      payload.clear();
    }
  }

  /**
   * Makes this the valid checkpoint and deletes the older ones.
   *
   * @throws IOException if it could not be written; the older one is then still there
   */
  public void finish() throws IOException {
    flush();
    frameType = FrameType.END;
    payload.putVarint(seriesCount);
    flush();
    file.force();
    Path target = CheckpointReader.file(directory, lsn);
    disk.rename(temporary, target);
    disk.forceDirectory(directory);
    for (Path other : disk.list(directory)) {
      if (!other.equals(target)) {
        disk.delete(other);
      }
    }
  }

  /** Closes the file. Without {@link #finish} nothing has changed. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
