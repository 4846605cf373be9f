package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.collections.IntArrayList;

/**
 * Writes a block under a temporary name, forces it and renames it. Specified in {@code
 * docs/format/block.md}.
 */
public final class BlockWriter {
  /** What a block's directory is called until it is complete. */
  public static final String TEMPORARY_SUFFIX = ".tmp";

  private static final int BUFFER_BYTES = 1 << 18;

  /**
   * The chunks of one series.
   *
   * @param labels the series
   * @param chunks its chunks, ascending by time
   */
  public record SeriesChunks(Labels labels, List<Chunk> chunks) {}

  private final Disk disk;
  private final Path directory;
  private final List<SeriesChunks> series;
  private final ByteWriter seriesBytes = new ByteWriter(BUFFER_BYTES);
  private final IntArrayList seriesOffsets = new IntArrayList();
  private final Map<String, Integer> symbols = new HashMap<>();
  private long chunksLength;
  private long chunkCount;
  private long sampleCount;
  private long minTimeMs = Long.MAX_VALUE;
  private long maxTimeMs = Long.MIN_VALUE;

  private BlockWriter(Disk disk, Path directory, List<SeriesChunks> series) {
    this.disk = disk;
    this.directory = directory;
    this.series = new ArrayList<>(series);
    this.series.sort(Comparator.comparing(SeriesChunks::labels));
  }

  /**
   * Writes a block.
   *
   * @param disk where files are written
   * @param blocks the blocks' directory
   * @param name the block's name in it, not existing
   * @param rangeStartMs the start of the block's range
   * @param rangeEndMs its end, exclusive
   * @param cutLsn the newest batch of the log in it
   * @param series what it holds, each series once
   * @throws IOException if it could not be written; what is left has a temporary name
   */
  public static void write(
      Disk disk,
      Path blocks,
      String name,
      long rangeStartMs,
      long rangeEndMs,
      long cutLsn,
      List<SeriesChunks> series)
      throws IOException {
    Path temporary = blocks.resolve(name + TEMPORARY_SUFFIX);
    disk.delete(temporary);
    disk.createDirectories(temporary);
    BlockWriter writer = new BlockWriter(disk, temporary, series);
    writer.writeSymbols();
    writer.writeChunks();
    writer.writeIndex(rangeStartMs, rangeEndMs, cutLsn);
    writer.writeMeta(cutLsn);
    disk.forceDirectory(temporary);
    disk.rename(temporary, blocks.resolve(name));
    disk.forceDirectory(blocks);
  }

  private final ByteWriter symbolBytes = new ByteWriter(BUFFER_BYTES);

  private void writeSymbols() {
    List<String> sorted =
        series.stream()
            .flatMap(
                s -> {
                  List<String> texts = new ArrayList<>();
                  s.labels.forEach(
                      label -> {
                        texts.add(label.name());
                        texts.add(label.value());
                      });
                  return texts.stream();
                })
            .distinct()
            .sorted(Utf8Order.INSTANCE)
            .toList();
    ByteWriter texts = new ByteWriter(BUFFER_BYTES);
    symbolBytes.putInt(sorted.size());
    for (String text : sorted) {
      symbols.put(text, symbols.size());
      symbolBytes.putInt(texts.length());
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      texts.putBytes(utf8, 0, utf8.length);
    }
    symbolBytes.putInt(texts.length());
    symbolBytes.putBytes(texts.array(), 0, texts.length());
  }

  private void writeChunks() throws IOException {
    ByteWriter buffer = header(BlockLayout.CHUNKS_MAGIC);
    CRC32C crc = new CRC32C();
    try (DiskFile file = disk.create(directory.resolve(BlockLayout.CHUNKS_FILE))) {
      for (SeriesChunks one : series) {
        beginSeries(one);
        long lastMs = 0;
        for (Chunk chunk : one.chunks) {
          noteChunk(chunk, lastMs, chunksLength + buffer.length());
          lastMs = chunk.maxTimeMs();
          crc.reset();
          crc.update(chunk.data(), 0, chunk.lengthBytes());
          buffer.putBytes(chunk.data(), 0, chunk.lengthBytes());
          buffer.putInt((int) crc.getValue());
        }
        if (buffer.length() >= BUFFER_BYTES) {
          chunksLength += buffer.length();
          file.write(buffer.toBuffer());
          buffer.clear();
        }
      }
      chunksLength += buffer.length();
      file.write(buffer.toBuffer());
      file.force();
    }
  }

  private void beginSeries(SeriesChunks one) {
    seriesOffsets.addInt(seriesBytes.length());
    seriesBytes.putVarint(one.labels.size());
    one.labels.forEach(
        label -> {
          seriesBytes.putVarint(symbols.getOrDefault(label.name(), 0));
          seriesBytes.putVarint(symbols.getOrDefault(label.value(), 0));
        });
    seriesBytes.putVarint(one.chunks.size());
  }

  private void noteChunk(Chunk chunk, long lastMs, long offset) {
    seriesBytes.putZigzag(chunk.minTimeMs() - lastMs);
    seriesBytes.putVarint(chunk.maxTimeMs() - chunk.minTimeMs());
    seriesBytes.putByte(chunk.codec());
    seriesBytes.putVarint(chunk.count());
    seriesBytes.putVarint(offset);
    seriesBytes.putVarint(chunk.lengthBytes());
    chunkCount++;
    sampleCount += chunk.count();
    minTimeMs = Math.min(minTimeMs, chunk.minTimeMs());
    maxTimeMs = Math.max(maxTimeMs, chunk.maxTimeMs());
  }

  private static ByteWriter header(String magic) {
    ByteWriter bytes = new ByteWriter(BUFFER_BYTES);
    byte[] ascii = magic.getBytes(StandardCharsets.US_ASCII);
    bytes.putBytes(ascii, 0, ascii.length);
    bytes.putInt(BlockLayout.VERSION);
    bytes.putInt(0);
    return bytes;
  }

  private void writeIndex(long rangeStartMs, long rangeEndMs, long cutLsn) throws IOException {
    ByteWriter labels = new ByteWriter(BUFFER_BYTES);
    ByteWriter postings = new ByteWriter(BUFFER_BYTES);
    writePostings(labels, postings);
    ByteWriter index = header(BlockLayout.INDEX_MAGIC);
    ByteWriter footer = new ByteWriter(BlockLayout.FOOTER_LENGTH);
    putSection(index, footer, symbolBytes);
    putSection(index, footer, seriesSection());
    putSection(index, footer, labels);
    putSection(index, footer, postings);
    footer.putLong(minTimeMs);
    footer.putLong(maxTimeMs);
    footer.putLong(rangeStartMs);
    footer.putLong(rangeEndMs);
    footer.putLong(cutLsn);
    footer.putLong(chunksLength);
    footer.putInt(crc(footer));
    index.putBytes(footer.array(), 0, footer.length());
    try (DiskFile file = disk.create(directory.resolve(BlockLayout.INDEX_FILE))) {
      file.write(index.toBuffer());
      file.force();
    }
  }

  private ByteWriter seriesSection() {
    ByteWriter section = new ByteWriter(BUFFER_BYTES);
    section.putInt(series.size());
    for (int i = 0; i < seriesOffsets.size(); i++) {
      section.putInt(seriesOffsets.getInt(i));
    }
    section.putInt(seriesBytes.length());
    section.putBytes(seriesBytes.array(), 0, seriesBytes.length());
    return section;
  }

  private void writePostings(ByteWriter labels, ByteWriter postings) {
    // Symbols are numbered in the order of their texts, so sorting numbers sorts names and values.
    TreeMap<Integer, TreeMap<Integer, IntArrayList>> byName = new TreeMap<>();
    for (int i = 0; i < series.size(); i++) {
      int number = i;
      series
          .get(i)
          .labels
          .forEach(
              label ->
                  byName
                      .computeIfAbsent(symbols.get(label.name()), _ -> new TreeMap<>())
                      .computeIfAbsent(symbols.get(label.value()), _ -> new IntArrayList())
                      .addInt(number));
    }
    labels.putInt(byName.size());
    int firstValue = 0;
    for (Map.Entry<Integer, TreeMap<Integer, IntArrayList>> name : byName.entrySet()) {
      labels.putInt(name.getKey());
      labels.putInt(firstValue);
      labels.putInt(name.getValue().size());
      firstValue += name.getValue().size();
    }
    for (TreeMap<Integer, IntArrayList> values : byName.values()) {
      values.forEach(
          (value, numbers) -> {
            labels.putInt(value);
            labels.putInt(postings.length() / Integer.BYTES);
            labels.putInt(numbers.size());
            for (int i = 0; i < numbers.size(); i++) {
              postings.putInt(numbers.getInt(i));
            }
          });
    }
  }

  private static void putSection(ByteWriter index, ByteWriter footer, ByteWriter section) {
    footer.putLong(index.length());
    footer.putLong(section.length());
    footer.putInt(crc(section));
    footer.putInt(0);
    index.putBytes(section.array(), 0, section.length());
  }

  private static int crc(ByteWriter bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, bytes.length());
    return (int) crc.getValue();
  }

  private void writeMeta(long cutLsn) throws IOException {
    String json =
        """
        {
          "version": %d,
          "minTimeMs": %d,
          "maxTimeMs": %d,
          "series": %d,
          "chunks": %d,
          "samples": %d,
          "chunkBytes": %d,
          "walLsn": %d
        }
        """
            .formatted(
                BlockLayout.VERSION,
                minTimeMs,
                maxTimeMs,
                series.size(),
                chunkCount,
                sampleCount,
                chunksLength,
                cutLsn);
    try (DiskFile file = disk.create(directory.resolve(BlockLayout.META_FILE))) {
      file.write(StandardCharsets.UTF_8.encode(json));
      file.force();
    }
  }
}
