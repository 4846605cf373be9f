package io.hmsops.tsdb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.CrashDisk;
import io.hmsops.tsdb.testing.CrashDisk.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log when its directory is failing, below the database. */
final class WalTest {
  private static final long SEGMENT_BYTES = 1 << 20;

  @TempDir private Path home;

  private Path directory;
  private CrashDisk disk;

  /** What fails from now on. */
  private Set<Operation> failing = EnumSet.noneOf(Operation.class);

  @BeforeEach
  void prepare() throws IOException {
    directory = home.resolve("wal");
    disk = new CrashDisk(home);
    disk.createDirectories(directory);
    disk.observe(
        (operation, _) -> {
          if (failing.contains(operation)) {
            throw new IOException("Input/output error");
          }
        });
  }

  private static BatchEncoder batch(int value) {
    BatchEncoder batch = new BatchEncoder();
    batch.sample(1, 1_000L * value, value, null, 0);
    return batch;
  }

  /** What a replay gives. */
  private record Replayed(
      List<Long> lsns, List<String> damages, Optional<WalReplay.TornTail> tornTail) {}

  private static Replayed replay(Disk disk, Path directory) throws IOException {
    List<Long> lsns = new ArrayList<>();
    List<String> damages = new ArrayList<>();
    WalReplay replay =
        new WalReplay(
            disk,
            directory,
            0,
            FileDamage.all(damage -> damages.add(String.valueOf(damage.getMessage()))));
    replay.run(new BatchEncoder(), lsns::add);
    return new Replayed(lsns, damages, replay.tornTail());
  }

  @Test
  void aSegmentThatCouldNotBeMadeIsGoneBeforeTheOldOneIsWrittenOn() throws IOException {
    Wal wal = new Wal(disk, directory, SEGMENT_BYTES, 0);
    wal.append(batch(1));
    failing = EnumSet.of(Operation.FORCE_DIRECTORY, Operation.DELETE);
    assertThatThrownBy(wal::roll).isInstanceOf(TsdbException.class);
    assertThat(Wal.segments(disk, directory)).hasSize(2);
    assertThatThrownBy(() -> wal.append(batch(2))).hasMessageContaining("Input/output error");

    failing = EnumSet.noneOf(Operation.class);
    assertThat(wal.append(batch(2))).isEqualTo(2);
    assertThat(Wal.segments(disk, directory)).hasSize(1);
    wal.close();
    assertThat(replay(disk, directory))
        .isEqualTo(new Replayed(List.of(1L, 2L), List.of(), Optional.empty()));
  }

  /** What a power loss leaves of a segment that was not forced: zeros where it was not written. */
  @Test
  void aSegmentOfWhichOnlyAPartOfTheHeaderWasWrittenIsNone() throws IOException {
    Wal wal = new Wal(disk, directory, SEGMENT_BYTES, 0);
    wal.append(batch(1));
    wal.close();
    byte[] header = Files.readAllBytes(Wal.segment(directory, 1));
    for (int zeros = 5; zeros <= 8; zeros++) {
      byte[] torn = Arrays.copyOf(header, FileHeader.LENGTH);
      Arrays.fill(torn, 8, 8 + zeros, (byte) 0);
      Files.write(Wal.segment(directory, 2), torn);
      assertThat(replay(Disk.real(), directory))
          .isEqualTo(new Replayed(List.of(1L), List.of(), Optional.empty()));
      assertThat(Wal.segment(directory, 2)).doesNotExist();
    }
  }

  @Test
  void aSegmentWithoutBatchesStaysWhenItIsToEnd() throws IOException {
    Wal wal = new Wal(disk, directory, SEGMENT_BYTES, 0);
    wal.append(batch(1));
    wal.roll();
    failing = EnumSet.of(Operation.CREATE);
    wal.roll();
    failing = EnumSet.noneOf(Operation.class);
    wal.append(batch(2));
    wal.close();
    assertThat(replay(disk, directory))
        .isEqualTo(new Replayed(List.of(1L, 2L), List.of(), Optional.empty()));
  }

  @Test
  void aTornFrameBeforeASegmentWithoutBatchesIsTheEndOfTheLog() throws IOException {
    Wal wal = new Wal(disk, directory, SEGMENT_BYTES, 0);
    wal.append(batch(1));
    failing = EnumSet.of(Operation.WRITE, Operation.TRUNCATE);
    BatchEncoder many = batch(2);
    for (int i = 0; i < 200; i++) {
      many.sample(1, 3_000 + i, i * Math.PI, null, 0);
    }
    // Half of it is written, which is less than its frame.
    assertThatThrownBy(() -> wal.append(many)).hasMessageContaining("Input/output error");
    failing = EnumSet.noneOf(Operation.class);
    wal.close();
    Path torn = Wal.segment(directory, 1);
    long length = Files.size(torn);
    // Deleted, but not for good: the power failed.
    Files.write(Wal.segment(directory, 2), FileHeader.of(FileHeader.WAL).array());

    Replayed first = replay(Disk.real(), directory);
    assertThat(first.lsns).containsExactly(1L);
    assertThat(first.damages).isEmpty();
    assertThat(first.tornTail)
        .hasValueSatisfying(
            tail -> {
              assertThat(tail.file()).isEqualTo(torn);
              assertThat(tail.offset() + tail.lengthBytes()).isEqualTo(length);
            });
    assertThat(replay(Disk.real(), directory))
        .isEqualTo(new Replayed(List.of(1L), List.of(), Optional.empty()));
  }

  @Test
  void theLostLastFrameOfASegmentIsNoMissingSegment() throws IOException {
    Wal wal = new Wal(disk, directory, SEGMENT_BYTES, 0);
    wal.append(batch(1));
    BatchEncoder many = batch(2);
    for (int i = 0; i < 200; i++) {
      many.sample(1, 3_000 + i, i * Math.PI, null, 0);
    }
    Path ended = Wal.segment(directory, 1);
    int start = (int) Files.size(ended);
    wal.append(many);
    wal.roll();
    wal.append(batch(4));
    wal.close();
    byte[] bytes = Files.readAllBytes(ended);
    // More than two pages, so that what stands behind the frame does not mend it.
    for (int i = 0; i < 1024; i += Long.BYTES) {
      bytes[start + i] ^= 1;
    }
    Files.write(ended, bytes);

    List<String> lost = new ArrayList<>();
    List<Long> lsns = new ArrayList<>();
    WalReplay replay =
        new WalReplay(
            Disk.real(),
            directory,
            0,
            FileDamage.all(damage -> lost.add(String.valueOf(damage.getMessage()))));
    replay.run(new BatchEncoder(), lsns::add);
    assertThat(lsns).containsExactly(1L, 3L);
    assertThat(lost).singleElement().asString().contains(ended.toString(), "at " + start);
    assertThat(replay.gaps()).isEmpty();
  }
}
