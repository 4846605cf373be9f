package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes the file of exemplars and metadata under a temporary name; {@link #finish} puts it in the
 * place of the old one. Specified in {@code docs/format/extras.md}. Not thread-safe.
 */
public final class ExtrasWriter implements ExtrasVisitor, Closeable {
  static final int EXEMPLAR = 0;
  static final int METADATA = 1;

  private static final int FRAME_BYTES = 1 << 18;

  private final Disk disk;
  private final Path target;
  private final long lsn;
  private final Path temporary;
  private final DiskFile file;
  private final FrameEncoder encoder = new FrameEncoder();
  private final ByteWriter payload = new ByteWriter(4096);
  private long count;

  /**
   * Begins the file.
   *
   * @param disk where files are written
   * @param target the file
   * @param lsn everything up to this batch is in it
   * @throws IOException if the file cannot be created
   */
  public ExtrasWriter(Disk disk, Path target, long lsn) throws IOException {
    this.disk = disk;
    this.target = target;
    this.lsn = lsn;
    this.temporary = ExtrasReader.temporary(target);
    disk.delete(temporary);
    this.file = disk.create(temporary);
    file.write(FileHeader.of(FileHeader.EXTRAS));
  }

  @Override
  public void exemplar(Labels series, Exemplar exemplar) {
    payload.putByte(EXEMPLAR);
    BatchEncoder.writeLabels(payload, series);
    payload.putZigzag(exemplar.timestampMs());
    payload.putDouble(exemplar.value());
    BatchEncoder.writeLabels(payload, exemplar.labels());
    endEntry();
  }

  @Override
  public void metadata(String family, Metadata metadata) {
    payload.putByte(METADATA);
    BatchEncoder.writeMetadata(payload, family, metadata);
    endEntry();
  }

  private void endEntry() {
    count++;
    if (payload.length() >= FRAME_BYTES) {
      try {
        flush(FrameType.EXTRAS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void flush(int type) throws IOException {
    if (payload.length() > 0) {
      file.write(encoder.encodeMendable(type, lsn, payload, true));
      payload.clear();
    }
  }

  /**
   * Ends the file and forces it; it does not count yet.
   *
   * @throws IOException if it could not be written
   */
  public void complete() throws IOException {
    flush(FrameType.EXTRAS);
    payload.putVarint(count);
    flush(FrameType.END);
    file.force();
  }

  /**
   * Puts the completed file in the place of the old one.
   *
   * @throws IOException if that failed; the old one is then still there, or the new one
   */
  public void finish() throws IOException {
    disk.rename(temporary, target);
    disk.forceDirectory(Objects.requireNonNull(target.getParent()));
  }

  /** Closes the file. Without {@link #finish} nothing has changed. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
