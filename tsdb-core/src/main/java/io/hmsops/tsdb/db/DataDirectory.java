package io.hmsops.tsdb.db;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.io.LockHeldException;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.DirectoryNotOursException;
import io.hmsops.tsdb.storage.LockedException;
import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.OlderVersionException;
import io.hmsops.tsdb.storage.ReadOnlyException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.CheckpointWriter;
import io.hmsops.tsdb.wal.Wal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
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
  private static final String SNAPSHOTS = "snapshots";
  private static final int VERSION = 1;
  private static final Pattern VERSION_TEXT = Pattern.compile("hms-tsdb (\\d{1,9})\n?");

  private final Path root;
  private final Closeable lock;

  private DataDirectory(Path root, Closeable lock) {
    this.root = root;
    this.lock = lock;
  }

  static DataDirectory open(Disk disk, Path root) throws IOException {
    try {
      checkNoFile(root);
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
      writeVersion(disk, root);
    }
    disk.createDirectories(wal());
    disk.createDirectories(checkpoints());
    disk.createDirectories(blocks());
    disk.forceDirectory(root);
    Path parent = root.toAbsolutePath().getParent();
    if (!exists && parent != null) {
      // The directory's own name must last as well.
      disk.forceDirectory(parent);
    }
  }

  private static void writeVersion(Disk disk, Path root) throws IOException {
    Path temporary = root.resolve(VERSION_FILE + ".tmp");
    disk.delete(temporary);
    try (DiskFile file = disk.create(temporary)) {
      byte[] text = "hms-tsdb %d\n".formatted(VERSION).getBytes(StandardCharsets.US_ASCII);
      file.write(ByteBuffer.wrap(text));
      file.force();
    }
    disk.rename(temporary, root.resolve(VERSION_FILE));
  }

  /** Refuses to copy over something, or among the files of this directory. */
  void checkEmpty(Disk disk, Path target) throws IOException {
    Path own = real(root);
    Path copy = real(target);
    Path snapshots = own.resolve(SNAPSHOTS);
    if (copy.startsWith(own) && (!copy.startsWith(snapshots) || copy.equals(snapshots))) {
      throw new TsdbException(
          "%s: in the directory of the database itself (expected: a directory elsewhere, or in %s)"
              .formatted(target, root.resolve(SNAPSHOTS)));
    }
    List<Path> entries = disk.list(target);
    if (!entries.isEmpty()) {
      throw new TsdbException(
          "%s: holds %s (expected: a missing or empty directory)"
              .formatted(target, entries.getFirst().getFileName()));
    }
    checkNoFile(target);
  }

  private static void checkNoFile(Path path) throws TsdbException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new TsdbException("%s: a file (expected: a directory)".formatted(path));
    }
  }

  /** {@return where a path leads, also if it does not exist yet} */
  private static Path real(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    for (Path there = absolute; there != null; there = there.getParent()) {
      if (Files.exists(there)) {
        return there.toRealPath().resolve(there.relativize(absolute)).normalize();
      }
    }
    return absolute;
  }

  /**
   * Copies blocks, exemplars and metadata and, if wanted, the checkpoint and the log behind it:
   * what came while the checkpoint was written is in some of its series only.
   *
   * @param lsn the newest batch in the copy, and in the segments of the log that are complete
   */
  void copyTo(Disk disk, Path target, boolean skipHead, long lsn) throws IOException {
    Path known = target.toAbsolutePath().getParent();
    while (known != null && !Files.exists(known)) {
      known = known.getParent();
    }
    DataDirectory copy = new DataDirectory(target, () -> {});
    for (Path block : disk.list(blocks())) {
      if (!block.toString().endsWith(".tmp")) {
        copyFiles(disk, block, copy.blocks().resolve(String.valueOf(block.getFileName())));
      }
    }
    disk.createDirectories(copy.checkpoints());
    if (disk.list(root).contains(extras())) {
      disk.link(extras(), copy.extras());
    }
    if (!skipHead) {
      copyFiles(disk, checkpoints(), copy.checkpoints());
      Wal.linkUpTo(disk, wal(), copy.wal(), lsn);
    } else {
      copy.beginLogBehind(disk, lsn);
    }
    new Wal(disk, copy.wal(), Long.MAX_VALUE, lsn).close();
    disk.createDirectories(copy.blocks());
    disk.forceDirectory(copy.blocks());
    disk.forceDirectory(copy.wal());
    // Last: without it the copy is nobody's.
    writeVersion(disk, target);
    disk.forceDirectory(target);
    // Its own name, and those on the way to it, must last as well.
    Path parent = target.toAbsolutePath().getParent();
    while (parent != null && known != null && parent.startsWith(known)) {
      disk.forceDirectory(parent);
      parent = parent.getParent();
    }
  }

  private static void copyFiles(Disk disk, Path from, Path to) throws IOException {
    disk.createDirectories(to);
    for (Path file : disk.list(from)) {
      disk.link(file, to.resolve(String.valueOf(file.getFileName())));
    }
    disk.forceDirectory(to);
  }

  private static void checkVersion(Disk disk, Path file) throws IOException {
    String text = new String(disk.read(file), StandardCharsets.ISO_8859_1);
    Matcher matcher = VERSION_TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new CorruptFileException(file, 0, "\"%s\" (expected: hms-tsdb 1)".formatted(text));
    }
    int version = Integer.parseInt(matcher.group(1));
    if (version > VERSION) {
      throw new NewerVersionException(file, matcher.group(1), VERSION);
    }
    if (version < VERSION) {
      throw new OlderVersionException(file, version, VERSION);
    }
  }

  Path root() {
    return root;
  }

  /** Says, by an empty checkpoint, that nothing is missing before the log. */
  void beginLogBehind(Disk disk, long lsn) throws IOException {
    try (CheckpointWriter empty = new CheckpointWriter(disk, checkpoints(), lsn)) {
      empty.finish();
    }
  }

  Path wal() {
    return root.resolve("wal");
  }

  Path checkpoints() {
    return wal().resolve("checkpoint");
  }

  /** {@return the file of exemplars and metadata; missing if there have been none} */
  Path extras() {
    return root.resolve("extras");
  }

  /** {@return how long that file is} */
  long extrasBytes(Disk disk) throws IOException {
    return disk.list(root).contains(extras()) ? disk.lengthBytes(extras()) : 0;
  }

  Path blocks() {
    return root.resolve("blocks");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
