package io.hmsops.tsdb.testing;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk that knows what would be left if the machine stopped now. It works in a real directory,
 * and remembers beside it which bytes and directory entries have been forced: the others may be
 * lost, or arrive in part. It can also be told to fail. Thread-safe.
 */
public final class CrashDisk implements Disk {
  /** What happens to a disk. */
  public enum Operation {
    /** A file is created. */
    CREATE,
    /** Bytes are written. */
    WRITE,
    /** A file's bytes are forced. */
    FORCE,
    /** A file is cut. */
    TRUNCATE,
    /** Something gets another name. */
    RENAME,
    /** Something is deleted. */
    DELETE,
    /** Directories are created. */
    CREATE_DIRECTORIES,
    /** A directory's entries are forced. */
    FORCE_DIRECTORY,
    /** A file gets a second name. */
    LINK
  }

  /** Is told of each operation, and may make it fail. */
  @FunctionalInterface
  public interface Observer {
    /**
     * Called before an operation.
     *
     * @param operation what
     * @param path where
     * @throws IOException makes the operation fail; half of what is to be written is written before
     */
    void before(Operation operation, Path path) throws IOException;
  }

  /** What is left after a crash. */
  public enum Loss {
    /** The process was killed: nothing that was written is lost. */
    NOTHING,
    /** The power failed: everything that was not forced is lost. */
    UNFORCED,
    /** The power failed: of what was not forced some is there, some torn, some not. */
    SOME
  }

  private abstract static sealed class Node permits FileNode, DirectoryNode {}

  private static final class FileNode extends Node {
    private byte[] forced = {};
    private byte[] content = {};
  }

  private static final class DirectoryNode extends Node {
    private final Map<String, Node> entries = new TreeMap<>();
    private Map<String, Node> forced = new TreeMap<>();

    /** The entries after each change since they were forced. */
    private final List<Map<String, Node>> changes = new ArrayList<>();

    void changed() {
      changes.add(new TreeMap<>(entries));
    }
  }

  private final Path root;
  private final Disk real = Disk.real();
  private final DirectoryNode tree = new DirectoryNode();
  private Observer observer = (_, _) -> {};

  /**
   * Creates a disk.
   *
   * @param root an empty directory, which all paths are below
   */
  public CrashDisk(Path root) {
    this.root = root;
  }

  /**
   * Sets who is told of operations.
   *
   * @param newObserver the observer
   */
  public synchronized void observe(Observer newObserver) {
    observer = newObserver;
  }

  private Node node(Path path) throws IOException {
    Node node = tree;
    for (Path name : root.relativize(path)) {
      if (name.toString().isEmpty()) {
        continue;
      }
      Node next = node instanceof DirectoryNode d ? d.entries.get(name.toString()) : null;
      if (next == null) {
        throw new IOException("not in the model: " + path);
      }
      node = next;
    }
    return node;
  }

  private DirectoryNode directory(@Nullable Path path) throws IOException {
    if (path == null) {
      throw new IOException("no directory");
    }
    return (DirectoryNode) node(path);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private final class ModelledFile implements DiskFile {
    private final Path path;
    private final FileNode node;
    private final DiskFile file;

    ModelledFile(Path path, FileNode node, DiskFile file) {
      this.path = path;
      this.node = node;
      this.file = file;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      synchronized (CrashDisk.this) {
        try {
          observer.before(Operation.WRITE, path);
        } catch (IOException | Error e) {
          append(bytes.slice(bytes.position(), bytes.remaining() / 2));
          throw e;
        }
        append(bytes);
      }
    }

    private void append(ByteBuffer bytes) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(node.content);
      byte[] added = new byte[bytes.remaining()];
      bytes.duplicate().get(added);
      all.writeBytes(added);
      node.content = all.toByteArray();
      file.write(bytes);
    }

    @Override
    public void force() throws IOException {
      synchronized (CrashDisk.this) {
        observer.before(Operation.FORCE, path);
        node.forced = node.content;
      }
    }

    @Override
    public void truncate(long lengthBytes) throws IOException {
      synchronized (CrashDisk.this) {
        observer.before(Operation.TRUNCATE, path);
        node.content = Arrays.copyOf(node.content, (int) lengthBytes);
        file.truncate(lengthBytes);
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    observer.before(Operation.CREATE, file);
    DirectoryNode parent = directory(file.getParent());
    DiskFile created = real.create(file);
    FileNode node = new FileNode();
    parent.entries.put(name(file), node);
    parent.changed();
    return new ModelledFile(file, node, created);
  }

  @Override
  public synchronized void truncate(Path file, long lengthBytes) throws IOException {
    observer.before(Operation.TRUNCATE, file);
    FileNode node = (FileNode) node(file);
    node.content = Arrays.copyOf(node.content, (int) lengthBytes);
    node.forced = node.content;
    real.truncate(file, lengthBytes);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    observer.before(Operation.RENAME, from);
    Node moved = node(from);
    DirectoryNode source = directory(from.getParent());
    DirectoryNode target = directory(to.getParent());
    real.rename(from, to);
    source.entries.remove(name(from));
    target.entries.put(name(to), moved);
    source.changed();
    if (source != target) {
      target.changed();
    }
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    if (Files.isDirectory(path)) {
      // One after the other, as file systems do: a crash may come in between.
      for (Path entry : real.list(path)) {
        delete(entry);
      }
    }
    observer.before(Operation.DELETE, path);
    DirectoryNode parent = directory(path.getParent());
    real.delete(path);
    parent.entries.remove(name(path));
    parent.changed();
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    observer.before(Operation.CREATE_DIRECTORIES, directory);
    real.createDirectories(directory);
    DirectoryNode node = tree;
    for (Path name : root.relativize(directory)) {
      if (!node.entries.containsKey(name.toString())) {
        node.entries.put(name.toString(), new DirectoryNode());
        node.changed();
      }
      node = (DirectoryNode) node.entries.get(name.toString());
    }
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    observer.before(Operation.FORCE_DIRECTORY, directory);
    DirectoryNode node = directory(directory);
    node.forced = new TreeMap<>(node.entries);
    node.changes.clear();
  }

  @Override
  public synchronized void link(Path from, Path to) throws IOException {
    observer.before(Operation.LINK, from);
    Node node = node(from);
    DirectoryNode parent = directory(to.getParent());
    real.link(from, to);
    parent.entries.put(name(to), node);
    parent.changed();
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
  public synchronized Closeable lock(Path file) throws IOException {
    Closeable lock = real.lock(file);
    DirectoryNode parent = directory(file.getParent());
    if (!parent.entries.containsKey(name(file))) {
      parent.entries.put(name(file), new FileNode());
      parent.changed();
    }
    return lock;
  }

  /**
   * Writes what would be left.
   *
   * @param target a directory to be created
   * @param loss how bad it is
   * @param random decides where there is a choice
   * @throws IOException if the target cannot be written
   */
  public synchronized void leave(Path target, Loss loss, Random random) throws IOException {
    leave(tree, target, loss, random, new HashMap<>());
  }

  private static void leave(
      DirectoryNode directory, Path target, Loss loss, Random random, Map<FileNode, byte[]> decided)
      throws IOException {
    Files.createDirectories(target);
    Map<String, Node> entries =
        switch (loss) {
          case NOTHING -> directory.entries;
          case UNFORCED -> directory.forced;
          case SOME -> {
            int applied = random.nextInt(directory.changes.size() + 1);
            yield applied == 0 ? directory.forced : directory.changes.get(applied - 1);
          }
        };
    for (Map.Entry<String, Node> entry : entries.entrySet()) {
      Path path = target.resolve(entry.getKey());
      switch (entry.getValue()) {
        case DirectoryNode below -> leave(below, path, loss, random, decided);
        case FileNode file ->
            Files.write(path, decided.computeIfAbsent(file, f -> content(f, loss, random)));
      }
    }
  }

  private static byte[] content(FileNode file, Loss loss, Random random) {
    return switch (loss) {
      case NOTHING -> file.content;
      case UNFORCED -> file.forced;
      case SOME -> {
        int forced = Math.min(file.forced.length, file.content.length);
        int kept = forced + random.nextInt(file.content.length - forced + 1);
        byte[] torn = Arrays.copyOf(file.content, kept);
        if (kept > forced && random.nextInt(3) == 0) {
          // A later sector arrived before an earlier one.
          int hole = forced + random.nextInt(kept - forced);
          Arrays.fill(torn, hole, Math.min(kept, hole + 1 + random.nextInt(64)), (byte) 0);
        }
        yield torn;
      }
    };
  }
}
