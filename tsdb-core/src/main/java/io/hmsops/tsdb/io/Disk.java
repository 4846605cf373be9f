package io.hmsops.tsdb.io;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** What the engine asks of a file system. Thread-safe. */
public interface Disk {
  /** {@return the real one} */
  static Disk real() {
    return RealDisk.INSTANCE;
  }

  /**
   * {@return a new file, open for appending}
   *
   * @param file where; must not exist
   * @throws IOException if it cannot be created
   */
  DiskFile create(Path file) throws IOException;

  /**
   * Cuts a file and forces it.
   *
   * @param file an existing file
   * @param lengthBytes its new, smaller length
   * @throws IOException if that failed
   */
  void truncate(Path file, long lengthBytes) throws IOException;

  /**
   * Renames atomically, over what is there.
   *
   * @param from the old name
   * @param to the new name, in the same file system
   * @throws IOException if that failed
   */
  void rename(Path from, Path to) throws IOException;

  /**
   * Deletes a file or a directory with all it holds; nothing happens if there is none.
   *
   * @param path what to delete
   * @throws IOException if something is left
   */
  void delete(Path path) throws IOException;

  /**
   * Creates a directory and those above it, where missing.
   *
   * @param directory the directory
   * @throws IOException if that failed
   */
  void createDirectories(Path directory) throws IOException;

  /**
   * Forces the entries of a directory, so that renames and new files in it last.
   *
   * @param directory the directory
   * @throws IOException if that failed
   */
  void forceDirectory(Path directory) throws IOException;

  /**
   * {@return what a directory holds, by name; nothing if it does not exist}
   *
   * @param directory the directory
   * @throws IOException if it cannot be read
   */
  List<Path> list(Path directory) throws IOException;

  /**
   * {@return the whole content of a file}
   *
   * @param file the file
   * @throws IOException if it cannot be read
   */
  byte[] read(Path file) throws IOException;

  /**
   * {@return a file mapped for reading, as long as the arena lives}
   *
   * @param file the file
   * @param arena who unmaps it
   * @throws IOException if it cannot be mapped
   */
  MemorySegment map(Path file, Arena arena) throws IOException;

  /**
   * {@return an exclusive lock, held until closed}
   *
   * @param file the lock file, created if missing; holds the owner's pid as text
   * @throws LockHeldException if another process, or this one, holds it
   * @throws IOException if the file cannot be written
   */
  Closeable lock(Path file) throws IOException;

  /**
   * {@return the size of all files in a directory and those below, 0 if it does not exist}
   *
   * @param directory the directory
   * @throws IOException if it cannot be read
   */
  long sizeBytes(Path directory) throws IOException;

  /**
   * {@return how long a file is now}
   *
   * @param file the file
   * @throws IOException if that cannot be told
   */
  long lengthBytes(Path file) throws IOException;

  /**
   * Gives a file a second name, or copies it where that is not possible.
   *
   * @param from the file; not changed any more
   * @param to the second name, not existing
   * @throws IOException if that failed
   */
  void link(Path from, Path to) throws IOException;
}
