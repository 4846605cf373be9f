package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.MaskedChunk;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The description of a block.
 *
 * @param directory where it is
 * @param name its id
 * @param minTimeMs its first timestamp
 * @param maxTimeMs the end of its range, exclusive
 * @param origin what it was made of
 * @param parents ids of the blocks that it was made of
 */
record SourceBlock(
    Path directory,
    String name,
    long minTimeMs,
    long maxTimeMs,
    Origin origin,
    List<String> parents) {
  /** What a block was made of. */
  enum Origin {
    /** What the head held of its time. */
    HEAD,
    /** Samples that came out of order. */
    LATE,
    /** Other blocks: perhaps only of samples that came out of order, of which no word is kept. */
    MERGE
  }

  static final String META = "meta.json";

  private static final int VERSION = 1;
  private static final long MAX_LENGTH_MS = 100L * 366 * 24 * 3_600_000;
  private static final String LATE_HINT = "from-out-of-order";

  /**
   * {@return the blocks of a directory, by time, those left out that others were made of}
   *
   * @param disk where they are
   * @param root their directory
   * @param damages told of those of which nothing can be told
   */
  static List<SourceBlock> list(Disk disk, Path root, Consumer<CorruptFileException> damages)
      throws IOException {
    List<SourceBlock> blocks = new ArrayList<>();
    for (Path entry : disk.list(root)) {
      if (isId(String.valueOf(entry.getFileName()))
          && disk.list(entry).contains(entry.resolve(META))) {
        try {
          blocks.add(read(disk, entry));
        } catch (CorruptFileException e) {
          damages.accept(e);
        }
      }
    }
    List<String> replaced = blocks.stream().flatMap(block -> block.parents().stream()).toList();
    blocks.removeIf(block -> replaced.contains(block.name()));
    blocks.sort(Comparator.comparingLong(SourceBlock::minTimeMs).thenComparing(SourceBlock::name));
    return blocks;
  }

  private static boolean isId(String name) {
    return name.length() == 26 && name.chars().allMatch(Character::isLetterOrDigit);
  }

  private static SourceBlock read(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(META);
    try {
      Map<?, ?> meta = MetaJson.object(new String(disk.read(file), StandardCharsets.UTF_8));
      long version = MetaJson.number(meta, "version");
      if (version != VERSION) {
        throw new MalformedDataException(
            "version %d is not supported (supported: %d)".formatted(version, VERSION));
      }
      long minTimeMs = MetaJson.number(meta, "minTime");
      long maxTimeMs = MetaJson.number(meta, "maxTime");
      if (maxTimeMs < minTimeMs || maxTimeMs - minTimeMs > MAX_LENGTH_MS) {
        throw new MalformedDataException(
            "from %d to %d (expected: ascending, at most a hundred years)"
                .formatted(minTimeMs, maxTimeMs));
      }
      List<String> parents = new ArrayList<>();
      if (meta.get("compaction") instanceof Map<?, ?> compaction
          && compaction.get("parents") instanceof List<?> list) {
        for (Object parent : list) {
          parents.add(
              parent instanceof Map<?, ?> described
                  ? String.valueOf(described.get("ulid"))
                  : String.valueOf(parent));
        }
      }
      return new SourceBlock(
          directory,
          String.valueOf(directory.getFileName()),
          minTimeMs,
          maxTimeMs,
          MetaJson.texts(meta, "compaction", "hints").contains(LATE_HINT)
              ? Origin.LATE
              : parents.isEmpty() ? Origin.HEAD : Origin.MERGE,
          parents);
    } catch (MalformedDataException e) {
      throw new CorruptFileException(file, 0, String.valueOf(e.getMessage()));
    }
  }

  /** {@return the chunks of a series, by time, without what is deleted of them} */
  static List<ChunkSource> chunks(IndexFile.Entry series, ChunkFiles files, Intervals deleted) {
    List<ChunkSource> chunks = new ArrayList<>();
    for (int i = 0; i < series.chunks().length; i += 3) {
      chunks.add(
          new StoredChunk(
              files, series.chunks()[i], series.chunks()[i + 1], series.chunks()[i + 2]));
    }
    chunks.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
    return MaskedChunk.mask(chunks, deleted);
  }

  private record StoredChunk(ChunkFiles files, long minTimeMs, long maxTimeMs, long reference)
      implements ChunkSource {
    @Override
    public void decode(SampleBatch into) throws CorruptFileException {
      files.decode(reference, into);
    }
  }
}
