package io.hmsops.tsdb.db;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.io.LockHeldException;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.DirectoryNotOursException;
import io.hmsops.tsdb.storage.LockedException;
import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.ReadOnlyException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of a database, locked. Specified in {@code docs/format/directory.md}. Nothing in it
 * is touched before it is known to be ours.
 */
final class DataDirectory implements Closeable {
  private static final String VERSION_FILE = "HMS-TSDB";
  private static final String LOCK_FILE = "LOCK";
  private static final int VERSION = 0;
  private static final Pattern VERSION_TEXT = Pattern.compile("hms-tsdb (\\d{1,9})\n?");

  private final Path root;
  private final Closeable lock;

  private DataDirectory(Path root, Closeable lock) {
    this.root = root;
    this.lock = lock;
  }

  static DataDirectory open(Disk disk, Path root) throws IOException {
    try {
      List<Path> entries = disk.list(root);
      boolean ours = entries.contains(root.resolve(VERSION_FILE));
      if (ours) {
        checkVersion(disk, root.resolve(VERSION_FILE));
      } else {
        // A lock and a half-made version file are left by a first start that was cut short.
        for (Path entry : entries) {
          String name = entry.getFileName().toString();
          if (!name.equals(LOCK_FILE) && !name.equals(VERSION_FILE + ".tmp")) {
            throw new DirectoryNotOursException(root, name);
          }
        }
      }
      disk.createDirectories(root);
      DataDirectory directory = new DataDirectory(root, lock(disk, root));
      boolean complete = false;
      try {
        directory.create(disk, ours);
        complete = true;
        return directory;
      } finally {
        if (!complete) {
          directory.close();
        }
      }
    } catch (AccessDeniedException e) {
      throw new ReadOnlyException("%s: not writable (expected: read and write)".formatted(root), e);
    } catch (FileSystemException e) {
      if (e.getReason() != null && e.getReason().contains("Read-only")) {
        throw new ReadOnlyException("%s: %s".formatted(root, e.getReason()), e);
      }
      throw e;
    }
  }

  private static Closeable lock(Disk disk, Path root) throws IOException {
    try {
      return disk.lock(root.resolve(LOCK_FILE));
    } catch (LockHeldException e) {
      throw new LockedException(root, e.owner());
    }
  }

  private void create(Disk disk, boolean exists) throws IOException {
    if (!exists) {
      Path temporary = root.resolve(VERSION_FILE + ".tmp");
      disk.delete(temporary);
      try (DiskFile file = disk.create(temporary)) {
        byte[] text = "hms-tsdb %d\n".formatted(VERSION).getBytes(StandardCharsets.US_ASCII);
        file.write(ByteBuffer.wrap(text));
        file.force();
      }
      disk.rename(temporary, root.resolve(VERSION_FILE));
    }
    disk.createDirectories(wal());
    disk.createDirectories(checkpoints());
    disk.createDirectories(blocks());
    disk.forceDirectory(root);
  }

  private static void checkVersion(Disk disk, Path file) throws IOException {
    String text = new String(disk.read(file), StandardCharsets.ISO_8859_1);
    Matcher matcher = VERSION_TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new CorruptFileException(file, 0, "\"%s\" (expected: hms-tsdb 0)".formatted(text));
    }
    if (Integer.parseInt(matcher.group(1)) > VERSION) {
      throw new NewerVersionException(file, matcher.group(1), VERSION);
    }
  }

  Path wal() {
    return root.resolve("wal");
  }

  Path checkpoints() {
    return root.resolve("checkpoint");
  }

  Path blocks() {
    return root.resolve("blocks");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
