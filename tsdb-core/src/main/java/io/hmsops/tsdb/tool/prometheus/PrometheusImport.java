package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockSources;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.LockHeldException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.LockedException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What came of importing a data directory of Prometheus. Its blocks become blocks, one at a time;
 * what its head holds is appended. Samples that are there already stay; nothing is lost of what was
 * imported before an error.
 *
 * @param blocks how many blocks were imported
 * @param knownBlocks how many were imported earlier
 * @param blockSeries how many series they had, one of several blocks counted for each
 * @param blockSamples how many samples they had
 * @param head what came of its head
 * @param damages what could not be read, each with file and offset; empty if all was well
 */
public record PrometheusImport(
    int blocks,
    int knownBlocks,
    long blockSeries,
    long blockSamples,
    HeadPart head,
    List<String> damages) {
  /**
   * What came of a head.
   *
   * @param accepted how many samples were stored
   * @param duplicates how many were there already
   * @param refused how many could not be stored
   * @param ofUnknownSeries how many belong to series of which the log has no labels
   * @param exemplars how many exemplars were read
   * @param metadata how many entries of metadata were read, which is not kept by series
   * @param refusals why the first sample was refused, empty if none was
   */
  public record HeadPart(
      long accepted,
      long duplicates,
      long refused,
      long ofUnknownSeries,
      long exemplars,
      long metadata,
      List<String> refusals) {
    /** Copies the list. */
    public HeadPart {
      refusals = List.copyOf(refusals);
    }
  }

  /** What a directory of ours has, and one of Prometheus has not. */
  private static final String OWN_VERSION_FILE = "HMS-TSDB";

  /** Windows that an imported block may have, in block ranges: those of compaction's levels. */
  private static final long[] WINDOW_RANGES = {1, 6, 12};

  /** Copies the list. */
  public PrometheusImport {
    damages = List.copyOf(damages);
  }

  /**
   * Imports a directory.
   *
   * @param source a data directory of Prometheus, not written meanwhile
   * @param target a data directory that nobody has open; created if missing
   * @param options how it is opened; its retention should be longer than what is imported, its
   *     out-of-order window and {@code maxAhead} too
   * @param skipDamaged whether a block with damaged chunks is imported without them, rather than
   *     not at all
   * @param progress told of each block, for people
   * @return what came of it
   * @throws LockedException if the target is open elsewhere
   * @throws IOException if the source is no such directory, or the target cannot be written
   */
  public static PrometheusImport of(
      Path source, Path target, Options options, boolean skipDamaged, Consumer<String> progress)
      throws IOException {
    return new Run(Disk.real(), source, target, options, skipDamaged, progress).run();
  }

  private static final class Run {
    private final Disk disk;
    private final Path source;
    private final Path target;
    private final Options options;
    private final boolean skipDamaged;
    private final Consumer<String> progress;
    private final List<String> damages = new ArrayList<>();
    private int blocks;
    private int knownBlocks;
    private long series;
    private long samples;

    Run(
        Disk disk,
        Path source,
        Path target,
        Options options,
        boolean skipDamaged,
        Consumer<String> progress) {
      this.disk = disk;
      this.source = source;
      this.target = target;
      this.options = options;
      this.skipDamaged = skipDamaged;
      this.progress = progress;
    }

    PrometheusImport run() throws IOException {
      if (disk.list(source).contains(source.resolve(OWN_VERSION_FILE))) {
        throw new TsdbException(
            "%s: a data directory of HMS-OPS, with %s in it (expected: one of Prometheus)"
                .formatted(source, OWN_VERSION_FILE));
      }
      List<SourceBlock> found = SourceBlock.list(disk, source, this::damaged);
      if (found.isEmpty()
          && damages.isEmpty()
          && !disk.list(source).contains(source.resolve("wal"))) {
        throw new TsdbException(
            "%s: neither blocks nor wal/ in it (expected: a data directory of Prometheus)"
                .formatted(source));
      }
      // Creates it, or refuses it if it is something else.
      Tsdb.open(target, options).close();
      try (Closeable _ = lock()) {
        Set<String> known = knownNames();
        for (SourceBlock block : found) {
          importBlock(block, known);
        }
      }
      ImportCounts counts = new ImportCounts();
      long fromMs = HeadStart.of(disk, source, found);
      try (Tsdb db = Tsdb.open(target, options)) {
        new HeadImport(disk, source, db, fromMs, counts, this::damaged).run();
        db.checkpoint();
      }
      return new PrometheusImport(blocks, knownBlocks, series, samples, counts.headPart(), damages);
    }

    private void damaged(CorruptFileException damage) {
      damages.add(String.valueOf(damage.getMessage()));
    }

    private Closeable lock() throws IOException {
      try {
        return disk.lock(target.resolve("LOCK"));
      } catch (LockHeldException e) {
        throw new LockedException(target, e.owner());
      }
    }

    /** {@return the names of all blocks of the target, and of those that they stand for} */
    private Set<String> knownNames() throws IOException {
      Set<String> names = new HashSet<>();
      for (Path path : disk.list(target.resolve("blocks"))) {
        names.add(String.valueOf(path.getFileName()));
        try {
          Block block = Block.open(disk, path);
          names.addAll(block.replaced());
          block.release();
        } catch (CorruptFileException | NoSuchFileException e) {
          damages.add("%s: left alone, it is damaged: %s".formatted(path, e.getMessage()));
        }
      }
      return names;
    }

    private void importBlock(SourceBlock block, Set<String> known) throws IOException {
      int level = level(block);
      long windowMs = WINDOW_RANGES[level] * options.blockRange().toMillis();
      long first = Math.floorDiv(block.minTimeMs(), windowMs);
      long last = Math.floorDiv(Math.max(block.minTimeMs(), block.maxTimeMs() - 1), windowMs);
      int lossesBefore = damages.size();
      boolean isNew = false;
      try {
        for (long window = first; window <= last; window++) {
          long startMs = window * windowMs;
          String name = BlockSources.IMPORTED_PREFIX + "%s-%d".formatted(block.name(), startMs);
          if (!known.contains(name)) {
            isNew = true;
            importWindow(block, name, startMs, startMs + windowMs, level);
          }
        }
      } catch (CorruptFileException e) {
        damaged(e);
        progress.accept("%s: not imported to its end, it is damaged".formatted(block.name()));
        return;
      } catch (NoSuchFileException e) {
        damages.add("%s at 0: missing".formatted(e.getFile()));
        progress.accept("%s: not imported, a file is missing".formatted(block.name()));
        return;
      }
      if (isNew) {
        blocks++;
      } else {
        knownBlocks++;
      }
      int losses = damages.size() - lossesBefore;
      progress.accept(
          "%s: %s%s"
              .formatted(
                  block.name(),
                  isNew ? "imported" : "imported earlier",
                  losses == 0 ? "" : ", %d damaged chunks left out".formatted(losses)));
    }

    /** {@return the level with the shortest window that holds a block, the last one if none} */
    private int level(SourceBlock block) {
      for (int level = 0; level < WINDOW_RANGES.length; level++) {
        long windowMs = WINDOW_RANGES[level] * options.blockRange().toMillis();
        if (Math.floorDiv(block.minTimeMs(), windowMs)
            == Math.floorDiv(block.maxTimeMs() - 1, windowMs)) {
          return level;
        }
      }
      return WINDOW_RANGES.length - 1;
    }

    /** Writes what a block has of a window; all of it counts at once. */
    private void importWindow(SourceBlock block, String name, long startMs, long endMs, int level)
        throws IOException {
      // What is in no cut is in no log, and comes before what is.
      BlockWriter.Plan plan =
          new BlockWriter.Plan(
              startMs, endMs, 0, level, level > 0, new BlockSources(List.of(), List.of()));
      Map<Long, Intervals> deleted = TombstoneFile.read(disk, block.directory());
      Path directory = target.resolve("blocks");
      try (Arena arena = Arena.ofConfined();
          BlockWriter writer = BlockWriter.create(disk, directory, name, plan)) {
        ChunkFiles files = ChunkFiles.open(disk, block.directory().resolve("chunks"), arena);
        IndexFile index = IndexFile.open(disk, block.directory(), arena);
        Labels before = Labels.EMPTY;
        for (IndexFile.Entry entry = index.next(); entry != null; entry = index.next()) {
          if (before.compareTo(entry.labels()) >= 0) {
            throw index.damagedAt(
                entry.offset(),
                "series %s behind %s (expected: in order)".formatted(entry.labels(), before));
          }
          before = entry.labels();
          Intervals intervals = deleted.getOrDefault(entry.reference(), Intervals.NONE);
          writer.add(
              entry.labels(),
              new ChunkCursor(
                  SourceBlock.chunks(entry, files, intervals),
                  startMs,
                  endMs - 1,
                  Cancellation.NONE,
                  this::chunkDamaged));
        }
        if (!writer.isEmpty()) {
          Path written = writer.finish();
          Block finished = Block.open(disk, written);
          series += finished.seriesCount();
          samples += finished.sampleCount();
          finished.release();
        }
      }
    }

    private void chunkDamaged(CorruptFileException damage) throws CorruptFileException {
      if (!skipDamaged) {
        throw damage;
      }
      damaged(damage);
    }
  }
}
