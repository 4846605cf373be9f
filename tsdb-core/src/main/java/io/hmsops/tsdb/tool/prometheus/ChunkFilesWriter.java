package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes the files that hold the chunks of a block. Not thread-safe. */
final class ChunkFilesWriter implements Closeable {
  /** Readers map a file whole. */
  private static final long MAX_FILE_BYTES = 512L << 20;

  private static final int BUFFER_BYTES = 1 << 18;

  private final Disk disk;
  private final Path directory;
  private final BigEndianWriter buffer = new BigEndianWriter();
  private @Nullable DiskFile file;
  private long number;
  private long writtenBytes;

  ChunkFilesWriter(Disk disk, Path directory) throws IOException {
    this.disk = disk;
    this.directory = directory;
    disk.createDirectories(directory);
  }

  /** {@return the reference of a chunk that is written} */
  long write(int encoding, byte[] data) throws IOException {
    int maxLength = 16 + data.length;
    if (file == null || offset() + maxLength > MAX_FILE_BYTES) {
      nextFile();
    }
    long reference = ((number - 1) << Integer.SIZE) | offset();
    buffer.uvarint(data.length);
    buffer.u8(encoding);
    buffer.bytes(data);
    CRC32C crc = new CRC32C();
    crc.update(encoding);
    crc.update(data);
    buffer.i32((int) crc.getValue());
    if (buffer.length() >= BUFFER_BYTES) {
      flush();
    }
    return reference;
  }

  private long offset() {
    return writtenBytes + buffer.length();
  }

  private void nextFile() throws IOException {
    finish();
    number++;
    file = disk.create(directory.resolve("%06d".formatted(number)));
    writtenBytes = 0;
    buffer.i32(ChunkFiles.MAGIC);
    buffer.u8(ChunkFiles.VERSION);
    while (buffer.length() < ChunkFiles.HEADER_LENGTH) {
      buffer.u8(0);
    }
  }

  private void flush() throws IOException {
    if (file != null) {
      writtenBytes += buffer.length();
      file.write(buffer.toBuffer());
      buffer.clear();
    }
  }

  /** Forces what was written. */
  void finish() throws IOException {
    if (file != null) {
      flush();
      file.force();
      file.close();
      file = null;
    }
    disk.forceDirectory(directory);
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
