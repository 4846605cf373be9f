package io.hmsops.tsdb.tool;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockSources;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.ExtrasReader;
import io.hmsops.tsdb.wal.LogCheck;
import io.hmsops.tsdb.wal.LogGaps;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What was done to a data directory so that all of it can be read. Damaged parts are taken out:
 * blocks are written anew without the chunks and pages that cannot be read. The damaged originals
 * are kept below {@code quarantine/}; nothing is deleted.
 *
 * @param actions what was found and done, for people; empty if nothing was damaged
 */
public record Repair(List<String> actions) {
  /** Longer than anything is kept. */
  private static final Duration FOREVER = Duration.ofDays(365 * 1000L);

  /** Copies the list. */
  public Repair {
    actions = List.copyOf(actions);
  }

  /**
   * Repairs a directory.
   *
   * @param directory a data directory that nobody has open
   * @return what was done
   * @throws io.hmsops.tsdb.storage.LockedException if it is open elsewhere
   * @throws IOException if it is no data directory, or a file cannot be read or written
   */
  public static Repair of(Path directory) throws IOException {
    List<String> actions = new ArrayList<>();
    boolean damaged;
    try (ClosedDirectory closed = ClosedDirectory.open(directory)) {
      for (Path block : closed.blocks()) {
        repairBlock(closed, block, actions);
      }
      repairExtras(closed, actions);
      damaged = setLogAside(closed, actions);
    }
    if (damaged) {
      // Opening takes from checkpoint and log what can be read; a new checkpoint stands for both.
      Options options =
          Options.defaults()
              .withRetention(FOREVER)
              .withMaintenance(Duration.ZERO, 64L << 20, 64L << 20);
      try (Tsdb db = Tsdb.open(directory, options)) {
        db.checkpoint();
        db.stats().problems().stream()
            .filter(problem -> !actions.contains(problem))
            .forEach(actions::add);
        actions.add("checkpoint: written anew with what can be read, in place of the log");
      }
    }
    return new Repair(actions);
  }

  private static void repairBlock(ClosedDirectory closed, Path block, List<String> actions)
      throws IOException {
    Disk disk = closed.disk();
    List<String> damages = Verification.damagesOf(disk, block);
    if (damages.isEmpty()) {
      return;
    }
    actions.addAll(damages);
    Block opened;
    try {
      opened = Block.open(disk, block);
    } catch (CorruptFileException | NoSuchFileException e) {
      actions.add("%s: nothing of it can be read".formatted(block));
      setAside(closed, block, actions);
      return;
    }
    try {
      rewrite(disk, opened, closed.blocksDirectory(), actions);
    } finally {
      opened.release();
    }
    setAside(closed, block, actions);
  }

  /**
   * Writes what can be read of a block under a new name. It says that it stands for the old one, so
   * that after a crash only one of them counts.
   */
  private static void rewrite(Disk disk, Block block, Path blocks, List<String> actions)
      throws IOException {
    String oldName = String.valueOf(block.directory().getFileName());
    String name = oldName + "-r";
    List<String> replaced = new ArrayList<>(block.replaced());
    replaced.add(oldName);
    BlockWriter.Plan plan =
        new BlockWriter.Plan(
            block.rangeStartMs(),
            block.rangeEndMs(),
            block.cutLsn(),
            block.level(),
            block.level() > 0,
            new BlockSources(replaced, block.cuts()));
    int[] lostChunks = {0};
    int lostPages = 0;
    try (BlockWriter writer = BlockWriter.create(disk, blocks, name, plan)) {
      for (int page = 0; page < block.pageCount(); page++) {
        List<SelectedSeries> series;
        try {
          series = block.seriesOfPage(page);
        } catch (CorruptFileException e) {
          lostPages++;
          continue;
        }
        for (SelectedSeries one : series) {
          writer.add(
              one.labels(),
              new ChunkCursor(
                  one.chunks(),
                  Long.MIN_VALUE,
                  Long.MAX_VALUE,
                  Cancellation.NONE,
                  _ -> lostChunks[0]++));
        }
      }
      if (writer.isEmpty()) {
        actions.add("%s: no series of it can be read".formatted(block.directory()));
      } else {
        actions.add(
            "%s: written anew as %s, without %d chunks and %d pages of up to 16 series"
                .formatted(
                    block.directory(), writer.finish().getFileName(), lostChunks[0], lostPages));
      }
    }
  }

  private static void setAside(ClosedDirectory closed, Path path, List<String> actions)
      throws IOException {
    Disk disk = closed.disk();
    Path aside = asideOf(closed, path);
    disk.rename(path, aside);
    disk.forceDirectory(closed.quarantine());
    disk.forceDirectory(closed.blocksDirectory());
    actions.add("%s: kept as %s".formatted(path, aside));
  }

  /** {@return a name in quarantine that is free} */
  private static Path asideOf(ClosedDirectory closed, Path path) throws IOException {
    Disk disk = closed.disk();
    disk.createDirectories(closed.quarantine());
    List<Path> taken = disk.list(closed.quarantine());
    String name = String.valueOf(path.getFileName());
    Path aside = closed.quarantine().resolve(name);
    for (int i = 1; taken.contains(aside); i++) {
      aside = closed.quarantine().resolve(name + "-" + i);
    }
    return aside;
  }

  private static void keepCopies(ClosedDirectory closed, Path directory, List<String> actions)
      throws IOException {
    Disk disk = closed.disk();
    disk.createDirectories(closed.quarantine());
    for (Path file : disk.list(directory)) {
      if (file.toString().endsWith(".wal") || file.toString().endsWith(".ckpt")) {
        Path aside = asideOf(closed, file);
        disk.link(file, aside);
        actions.add("%s: kept as %s".formatted(file, aside));
      }
    }
    disk.forceDirectory(closed.quarantine());
  }

  private static void repairExtras(ClosedDirectory closed, List<String> actions)
      throws IOException {
    Disk disk = closed.disk();
    List<String> damages = new ArrayList<>();
    ExtrasReader.check(disk, closed.extras(), e -> damages.add(String.valueOf(e.getMessage())));
    if (damages.isEmpty()) {
      return;
    }
    actions.addAll(damages);
    Path aside = asideOf(closed, closed.extras());
    disk.link(closed.extras(), aside);
    disk.forceDirectory(closed.quarantine());
    actions.add("%s: kept as %s".formatted(closed.extras(), aside));
    long saved = ExtrasReader.salvage(disk, closed.extras());
    actions.add(
        "%s: written anew with the %d exemplars and metadata that can be read"
            .formatted(closed.extras(), saved));
  }

  /** Keeps copies of checkpoint and log if anything of them is damaged. */
  private static boolean setLogAside(ClosedDirectory closed, List<String> actions)
      throws IOException {
    List<TsdbException> damages = new ArrayList<>();
    LogCheck.checkCheckpoint(closed.disk(), closed.checkpoints(), damages::add);
    LogCheck.checkLog(closed.disk(), closed.wal(), damages::add);
    LogGaps.check(closed.disk(), closed.wal(), closed.checkpoints(), closed::isKnown, damages::add);
    if (damages.isEmpty()) {
      return false;
    }
    damages.forEach(e -> actions.add(String.valueOf(e.getMessage())));
    keepCopies(closed, closed.checkpoints(), actions);
    keepCopies(closed, closed.wal(), actions);
    LogCheck.repairHeaders(closed.disk(), closed.wal());
    return true;
  }
}
