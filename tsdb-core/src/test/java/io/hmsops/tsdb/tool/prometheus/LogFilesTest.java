package io.hmsops.tsdb.tool.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads logs that are written here, sound ones and damaged ones. */
class LogFilesTest {
  private static final int PAGE = 32 * 1024;
  private static final int SNAPPY = 8;
  private static final int ZSTD = 16;
  private static final long START_MS = 1_700_000_000_000L;
  private static final Labels UP = Labels.of("__name__", "up");

  @TempDir Path directory = Path.of("set by JUnit");

  /** {@return a segment of records, each split where a page ends} */
  private static byte[] segment(List<byte[]> records, int flags) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] record : records) {
      int done = 0;
      boolean first = true;
      do {
        int left = PAGE - out.size() % PAGE;
        if (left <= 7) {
          out.writeBytes(new byte[left]);
          left = PAGE;
        }
        int length = Math.min(left - 7, record.length - done);
        boolean last = done + length == record.length;
        int type = first ? (last ? 1 : 2) : (last ? 4 : 3);
        BigEndianWriter fragment = new BigEndianWriter();
        fragment.u8(type | flags);
        fragment.u8(length >> 8);
        fragment.u8(length);
        CRC32C crc = new CRC32C();
        crc.update(record, done, length);
        fragment.i32((int) crc.getValue());
        out.writeBytes(fragment.toByteArray());
        out.write(record, done, length);
        done += length;
        first = false;
      } while (done < record.length);
    }
    return out.toByteArray();
  }

  /** {@return a record that gives the series {@link #UP} the reference 7} */
  private static byte[] upIsSeven() {
    BigEndianWriter series = new BigEndianWriter();
    series.u8(1);
    series.i64(7);
    series.uvarint(1);
    series.text("__name__");
    series.text("up");
    return series.toByteArray();
  }

  private static List<byte[]> records(Random random, int count) {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] record = new byte[1 + random.nextInt(i % 5 == 0 ? 100_000 : 3000)];
      random.nextBytes(record);
      records.add(record);
    }
    return records;
  }

  private List<byte[]> read(List<String> damages) throws IOException {
    List<byte[]> found = new ArrayList<>();
    LogFiles.read(
        Disk.real(),
        directory,
        record -> found.add(record.bytes(record.remaining())),
        damage -> damages.add(damage.getMessage()));
    return found;
  }

  @Test
  void recordsAcrossPagesAndSegmentsAreRead() throws IOException {
    long seed = Seeds.next();
    List<byte[]> records = records(new Random(seed), 60);
    Files.write(directory.resolve("00000000"), segment(List.of(new byte[] {9}), 0));
    Files.createDirectory(directory.resolve("checkpoint.00000001"));
    Files.write(
        directory.resolve("checkpoint.00000001/00000000"), segment(records.subList(0, 20), 0));
    Files.write(directory.resolve("00000002"), segment(records.subList(20, 40), 0));
    Files.write(directory.resolve("00000003"), segment(records.subList(40, 60), 0));
    List<String> damages = new ArrayList<>();

    List<byte[]> found = read(damages);

    assertThat(damages).as("seed=%d", seed).isEmpty();
    assertThat(found).as("seed=%d", seed).hasSize(60);
    for (int i = 0; i < 60; i++) {
      assertThat(found.get(i)).isEqualTo(records.get(i));
    }
  }

  @Test
  void aFlippedBitCostsOnlyTheRecordsOfItsPage() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    List<byte[]> records = records(random, 60);
    byte[] sound = segment(records, 0);
    for (int round = 0; round < 100; round++) {
      byte[] damaged = sound.clone();
      int at = random.nextInt(damaged.length);
      damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      Files.write(directory.resolve("00000000"), damaged);
      List<String> damages = new ArrayList<>();

      List<byte[]> found = read(damages);

      String what = "seed=%d, byte %d".formatted(seed, at);
      int i = 0;
      for (byte[] record : found) {
        while (i < records.size() && !java.util.Arrays.equals(records.get(i), record)) {
          i++;
        }
        assertThat(i).as("%s: a record that was never written", what).isLessThan(records.size());
      }
      if (found.size() < records.size()) {
        assertThat(damages).as(what).isNotEmpty();
        assertThat(damages.getFirst()).startsWith(directory.resolve("00000000") + " at ");
      }
      assertThat(found.size()).as(what).isGreaterThan(records.size() / 4);
    }
  }

  @Test
  void compressedRecordsAreRead() throws IOException {
    // 3 literals, then a copy of 5 from 1 back, one of 4 from 3 back, one of 61 from 2 back.
    byte[] block = {75, 2 << 2, 'a', 'b', 'c', 1 | 1 << 2, 1, 2 | 3 << 2, 3, 0, 1, 1, 2, 0};
    String expected = "abcccccc";
    byte[] record = {12, 2 << 2, 'a', 'b', 'c', 1 | 1 << 2, 1, 2 | 3 << 2, 8, 0};
    Files.write(directory.resolve("00000000"), segment(List.of(record, block), SNAPPY));
    List<String> damages = new ArrayList<>();

    List<byte[]> found = read(damages);

    assertThat(new String(found.getFirst(), java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo(expected + "abcc");
    assertThat(found).hasSize(1);
    assertThat(damages).singleElement().asString().contains("00000000 at 17: ");
  }

  @Test
  void whatIsCompressedOtherwiseIsNotSupported() throws IOException {
    Files.write(directory.resolve("00000000"), segment(List.of(new byte[] {1, 2}), ZSTD));

    assertThatThrownBy(() -> read(new ArrayList<>()))
        .isInstanceOf(TsdbException.class)
        .hasMessage(
            directory.resolve("00000000")
                + " at 0: a record compressed with zstd is not supported (supported: Snappy)");
  }

  @Test
  void aLogAloneIsImported() throws IOException {
    Path wal = Files.createDirectory(directory.resolve("wal"));
    BigEndianWriter samples = new BigEndianWriter();
    samples.u8(2);
    samples.i64(7);
    samples.i64(1_700_000_000_000L);
    for (int i = 0; i < 3; i++) {
      samples.varint(i == 2 ? 1 : 0);
      samples.varint(1000L * i);
      samples.i64(Double.doubleToRawLongBits(i));
    }
    BigEndianWriter newer = new BigEndianWriter();
    newer.u8(11);
    newer.varint(7);
    newer.varint(1_700_000_005_000L);
    newer.varint(1_600_000_000_000L);
    newer.i64(Double.doubleToRawLongBits(5));
    newer.varint(0);
    newer.varint(1000);
    newer.u8(1);
    newer.i64(Double.doubleToRawLongBits(6));
    newer.varint(0);
    newer.varint(2000);
    newer.u8(0);
    newer.i64(Double.doubleToRawLongBits(7));
    BigEndianWriter unknown = new BigEndianWriter();
    unknown.u8(99);
    Files.write(
        wal.resolve("00000000"),
        segment(
            List.of(upIsSeven(), samples.toByteArray(), unknown.toByteArray(), newer.toByteArray()),
            0));
    Path target = directory.resolve("target");

    PrometheusImport done =
        PrometheusImport.of(directory, target, RealPrometheusTest.forever(), false, _ -> {});

    assertThat(done.head().accepted()).isEqualTo(5);
    assertThat(done.head().ofUnknownSeries()).isEqualTo(1);
    assertThat(done.damages())
        .singleElement()
        .asString()
        .contains("a record of type 99 is not supported (supported: 1 to 14)");
    try (Tsdb db = Tsdb.open(target, RealPrometheusTest.forever())) {
      Map<Labels, List<StoreProbe.ReadSample>> found =
          new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(found.get(Labels.of("__name__", "up")))
          .extracting(StoreProbe.ReadSample::timestampMs, StoreProbe.ReadSample::startTimestampMs)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(1_700_000_000_000L, 0L),
              org.assertj.core.groups.Tuple.tuple(1_700_000_001_000L, 0L),
              org.assertj.core.groups.Tuple.tuple(1_700_000_005_000L, 1_600_000_000_000L),
              org.assertj.core.groups.Tuple.tuple(1_700_000_006_000L, 1_600_000_000_000L),
              org.assertj.core.groups.Tuple.tuple(1_700_000_007_000L, 0L));
    }
  }

  /** A block that was merged, so that nothing is said of where its samples came from. */
  private void mergedBlock(Path source, long... timesMs) throws IOException {
    Path data = directory.resolve("data");
    try (Tsdb db = Tsdb.open(data, RealPrometheusTest.forever())) {
      Appender appender = db.appender();
      for (long timeMs : timesMs) {
        appender.add(appender.series(UP), timeMs, 9);
      }
      assertThat(appender.commit().rejections()).isEmpty();
      PrometheusExport done =
          PrometheusExport.of(
              db,
              source,
              new PrometheusExport.Plan(
                  Long.MIN_VALUE, Long.MAX_VALUE, Duration.ofHours(2), true, new Random(1)),
              _ -> {});
      assertThat(done.blocks()).isOne();
    }
    try (Stream<Path> blocks = Files.list(source)) {
      Path meta = blocks.findFirst().orElseThrow().resolve("meta.json");
      String text = Files.readString(meta);
      String merged =
          text.replaceFirst(
              "\"compaction\": \\{",
              "\"compaction\": {\n\"parents\": [{\"ulid\": \"01M89WE5CPPE759EGS6P7A9G6Y\"}],");
      assertThat(merged).isNotEqualTo(text);
      Files.writeString(meta, merged);
    }
  }

  /** {@return the times of what is imported, with a log that has three times of one series} */
  private List<Long> importedBeside(Path source) throws IOException {
    Path wal = Files.createDirectory(source.resolve("wal"));
    BigEndianWriter samples = new BigEndianWriter();
    samples.u8(2);
    samples.i64(7);
    samples.i64(START_MS);
    for (int i = 0; i < 3; i++) {
      samples.varint(0);
      samples.varint(1000L * i);
      samples.i64(Double.doubleToRawLongBits(9));
    }
    Files.write(wal.resolve("00000000"), segment(List.of(upIsSeven(), samples.toByteArray()), 0));
    Path target = directory.resolve("target");
    PrometheusImport done =
        PrometheusImport.of(source, target, RealPrometheusTest.forever(), false, _ -> {});
    assertThat(done.damages()).isEmpty();
    try (Tsdb db = Tsdb.open(target, RealPrometheusTest.forever())) {
      return new StoreProbe(db, db)
          .select(Long.MIN_VALUE, Long.MAX_VALUE).getOrDefault(UP, List.of()).stream()
              .map(StoreProbe.ReadSample::timestampMs)
              .toList();
    }
  }

  @Test
  void aMergedBlockOfLateSamplesDoesNotHideTheLog() throws IOException {
    Path source = directory.resolve("source");
    mergedBlock(source, START_MS + 500, START_MS + 1500);

    assertThat(importedBeside(source))
        .containsExactly(
            START_MS, START_MS + 500, START_MS + 1000, START_MS + 1500, START_MS + 2000);
  }

  @Test
  void whatWasDeletedOfAMergedBlockOfTheHeadStaysDeleted() throws IOException {
    Path source = directory.resolve("source");
    mergedBlock(source, START_MS + 1000, START_MS + 2000);

    assertThat(importedBeside(source)).containsExactly(START_MS + 1000, START_MS + 2000);
  }
}
