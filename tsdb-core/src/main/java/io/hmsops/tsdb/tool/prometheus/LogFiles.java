package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Reads the records of a log: numbered segments of pages of 32 KiB, in which records stand whole or
 * in fragments. A damaged page ends the record that reaches into it; reading goes on with the next
 * record of the next page. Not thread-safe.
 */
final class LogFiles {
  private static final int PAGE = 32 * 1024;
  private static final int TYPE_MASK = 0b111;
  private static final int SNAPPY = 0b1000;
  private static final int ZSTD = 0b1_0000;
  private static final int PAGE_END = 0;
  private static final int WHOLE = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;
  private static final int FRAGMENT_HEADER = 7;

  /** No record is larger: a segment has 128 MiB, compressed. */
  private static final int MAX_RECORD = 1 << 30;

  private static final String CHECKPOINT_PREFIX = "checkpoint.";

  /** What becomes of a record. */
  @FunctionalInterface
  interface Records {
    /**
     * Takes a record.
     *
     * @param record its content, whose errors name file and offset
     * @throws IOException if reading ends; one that says the record is damaged does not end it
     */
    void record(BigEndianReader record) throws IOException;
  }

  private final Disk disk;
  private final Records records;
  private final Consumer<CorruptFileException> damages;
  private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
  private long recordOffset;
  private boolean inRecord;

  private LogFiles(Disk disk, Records records, Consumer<CorruptFileException> damages) {
    this.disk = disk;
    this.records = records;
    this.damages = damages;
  }

  /**
   * Reads a log: its newest checkpoint, then the segments behind that.
   *
   * @param disk where it is
   * @param directory its directory; nothing happens if there is none
   * @param records gets the records
   * @param damages told of what is damaged
   */
  static void read(
      Disk disk, Path directory, Records records, Consumer<CorruptFileException> damages)
      throws IOException {
    LogFiles log = new LogFiles(disk, records, damages);
    long covered = -1;
    Path newest = directory;
    for (Path entry : disk.list(directory)) {
      String name = String.valueOf(entry.getFileName());
      if (name.startsWith(CHECKPOINT_PREFIX)) {
        long number = number(name.substring(CHECKPOINT_PREFIX.length()));
        if (number > covered) {
          covered = number;
          newest = entry;
        }
      }
    }
    if (covered >= 0) {
      log.readSegments(newest, -1);
    }
    log.readSegments(directory, covered);
  }

  private static long number(String name) {
    return !name.isEmpty() && name.length() < 10 && name.chars().allMatch(Character::isDigit)
        ? Long.parseLong(name)
        : -1;
  }

  private void readSegments(Path directory, long after) throws IOException {
    List<Path> segments = new ArrayList<>();
    for (Path entry : disk.list(directory)) {
      if (number(String.valueOf(entry.getFileName())) > after) {
        segments.add(entry);
      }
    }
    segments.sort(Comparator.comparingLong(path -> number(String.valueOf(path.getFileName()))));
    for (Path segment : segments) {
      try (Arena arena = Arena.ofConfined()) {
        readSegment(new BigEndianReader(segment, disk.map(segment, arena)), segment);
      }
    }
  }

  private void readSegment(BigEndianReader segment, Path file) throws IOException {
    long length = segment.remaining();
    inRecord = false;
    for (long page = 0; page < length; page += PAGE) {
      try {
        readPage(segment.slice(page, Math.min(PAGE, length - page)), file);
      } catch (CorruptFileException e) {
        inRecord = false;
        damages.accept(e);
      }
    }
    if (inRecord) {
      damages.accept(segment.damagedAt(recordOffset, "a record without its end"));
    }
  }

  private void readPage(BigEndianReader in, Path file) throws IOException {
    while (in.remaining() >= FRAGMENT_HEADER) {
      long offset = in.position();
      int header = in.u8();
      int type = header & TYPE_MASK;
      if (type == PAGE_END) {
        return;
      }
      int length = in.u16();
      int crc = in.i32();
      byte[] data = in.bytes(length);
      checkCrc(in, offset, data, crc);
      if (type > LAST) {
        throw in.damagedAt(offset, "a fragment of type %d (expected: 0 to 4)".formatted(type));
      }
      boolean begins = type == WHOLE || type == FIRST;
      if (begins) {
        if (inRecord) {
          damages.accept(in.damagedAt(recordOffset, "a record without its end"));
        }
        fragments.reset();
        recordOffset = offset;
      } else if (!inRecord) {
        // Its beginning was in a damaged page.
        continue;
      }
      fragments.write(data, 0, data.length);
      inRecord = type == FIRST || type == MIDDLE;
      if (!inRecord) {
        hand(in, file, header);
      }
    }
  }

  private static void checkCrc(BigEndianReader in, long start, byte[] data, int expected)
      throws CorruptFileException {
    CRC32C crc = new CRC32C();
    crc.update(data);
    int actual = (int) crc.getValue();
    if (actual != expected) {
      throw in.damagedAt(start, "crc is %08x (expected %08x)".formatted(actual, expected));
    }
  }

  private void hand(BigEndianReader in, Path file, int header) throws IOException {
    byte[] record = fragments.toByteArray();
    if ((header & ZSTD) != 0) {
      throw new TsdbException(
          "%s at %d: a record compressed with zstd is not supported (supported: Snappy)"
              .formatted(file, recordOffset));
    }
    try {
      if ((header & SNAPPY) != 0) {
        record = Snappy.decompress(record, MAX_RECORD);
      }
      records.record(BigEndianReader.ofRecord(file, recordOffset, record));
    } catch (MalformedDataException e) {
      damages.accept(in.damagedAt(recordOffset, String.valueOf(e.getMessage())));
    } catch (CorruptFileException e) {
      // The frame is sound, so what follows it can be read.
      damages.accept(e);
    }
  }
}
