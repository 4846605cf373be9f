package io.hmsops.tsdb.testing;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system without its forces, for long lives in which the power does not fail: most of
 * their time would go into waiting for the device.
 */
public final class HastyDisk implements Disk {
  private final Disk real = Disk.real();

  /** Creates one. */
  public HastyDisk() {}

  private record Unforced(DiskFile file) implements DiskFile {
    @Override
    public void write(ByteBuffer bytes) throws IOException {
      file.write(bytes);
    }

    @Override
    public void force() {}

    @Override
    public void truncate(long lengthBytes) throws IOException {
      file.truncate(lengthBytes);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return new Unforced(real.create(file));
  }

  @Override
  public void truncate(Path file, long lengthBytes) throws IOException {
    real.truncate(file, lengthBytes);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    real.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    real.delete(path);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    real.createDirectories(directory);
  }

  @Override
  public void forceDirectory(Path directory) {}

  @Override
  public List<Path> list(Path directory) throws IOException {
    return real.list(directory);
  }

  @Override
  public byte[] read(Path file) throws IOException {
    return real.read(file);
  }

  @Override
  public MemorySegment map(Path file, Arena arena) throws IOException {
    return real.map(file, arena);
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    return real.lock(file);
  }

  @Override
  public long sizeBytes(Path directory) throws IOException {
    return real.sizeBytes(directory);
  }

  @Override
  public long lengthBytes(Path file) throws IOException {
    return real.lengthBytes(file);
  }

  @Override
  public void link(Path from, Path to) throws IOException {
    real.link(from, to);
  }
}
