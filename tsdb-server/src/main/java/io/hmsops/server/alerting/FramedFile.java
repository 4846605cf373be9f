package io.hmsops.server.alerting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file that is replaced whole: a header with magic, version, length and CRC-32C, then the
 * content. A reader sees the old content or the new, never a mixture. Specified in {@code
 * docs/format/alert-state.md}.
 */
public final class FramedFile {
  /** How large the content may be, in bytes. */
  public static final int MAX_CONTENT_LENGTH = 256 << 20;

  private static final int MAGIC_OFFSET = 0;
  private static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
  private static final int LENGTH_OFFSET = VERSION_OFFSET + Integer.BYTES;
  private static final int CRC_OFFSET = LENGTH_OFFSET + Integer.BYTES;
  private static final int HEADER_LENGTH = CRC_OFFSET + Integer.BYTES;

  private final Path file;
  private final int magic;
  private final int version;

  /**
   * Names a file.
   *
   * @param file where it is
   * @param magic its first four bytes, as a big-endian number
   * @param version the version written, and the only one read
   */
  public FramedFile(Path file, int magic, int version) {
    this.file = file;
    this.magic = magic;
    this.version = version;
  }

  /** {@return where the file is} */
  public Path path() {
    return file;
  }

  /**
   * {@return the content, empty if there is no file}
   *
   * @throws IOException if it cannot be read, is not ours, is too new, or is corrupt
   */
  public Optional<byte[]> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    long size = Files.size(file);
    if (size > (long) HEADER_LENGTH + MAX_CONTENT_LENGTH) {
      throw new IOException("%s: %d bytes (limit: %d)".formatted(file, size, MAX_CONTENT_LENGTH));
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.BIG_ENDIAN);
    if (bytes.limit() < HEADER_LENGTH || bytes.getInt(MAGIC_OFFSET) != magic) {
      throw new IOException(
          "%s: does not begin with %08x: not a file of this kind".formatted(file, magic));
    }
    int found = bytes.getInt(VERSION_OFFSET);
    if (found != version) {
      throw new IOException(
          "%s: version is %d (expected: %d)%s"
              .formatted(file, found, version, found > version ? ", from a newer HMS-OPS" : ""));
    }
    int length = bytes.getInt(LENGTH_OFFSET);
    if (length != bytes.limit() - HEADER_LENGTH) {
      throw new IOException(
          "%s: corrupt: %d bytes of content (expected: %d)"
              .formatted(file, bytes.limit() - HEADER_LENGTH, length));
    }
    byte[] content = new byte[length];
    bytes.get(HEADER_LENGTH, content);
    int expected = bytes.getInt(CRC_OFFSET);
    if (crc(content) != expected) {
      throw new IOException(
          "%s: corrupt: crc is %08x (expected %08x)".formatted(file, crc(content), expected));
    }
    return Optional.of(content);
  }

  /**
   * Replaces the content. Returns once it is on disk.
   *
   * @param content the new content
   * @throws IOException if it cannot be written; the old content stays
   */
  public void write(byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_LENGTH + content.length);
    bytes.putInt(magic).putInt(version).putInt(content.length).putInt(crc(content));
    bytes.put(content).flip();
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      // The rename itself has to reach the disk.
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /**
   * Puts a file that cannot be read aside, so that the next write does not destroy it.
   *
   * @return where it is now
   * @throws IOException if it cannot be moved
   */
  public Path setAside() throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".unreadable");
    return Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  private static int crc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
