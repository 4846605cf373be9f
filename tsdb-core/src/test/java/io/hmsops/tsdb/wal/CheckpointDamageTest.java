package io.hmsops.tsdb.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a checkpoint of some frames of both kinds when parts of its file are damaged. */
class CheckpointDamageTest {
  private static final long LSN = 7;
  private static final int FRAMES = 3;
  private static final int SERIES_OF_FRAME = 40;

  @TempDir Path directory = Path.of("set by JUnit");

  private Path file = Path.of("set below");
  private byte[] sound = {};
  private List<String> written = List.of();

  /** What a reader was told. */
  private static final class Told implements CheckpointVisitor, FileDamage {
    private final List<String> series = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> mended = new ArrayList<>();

    @Override
    public void begin(long lsn) {
      assertThat(lsn).isEqualTo(LSN);
    }

    @Override
    public void series(CheckpointSeries of) {
      byte[] data = Arrays.copyOf(of.chunks().getFirst().data(), 30);
      series.add("%d %s %s".formatted(of.ref(), of.labels(), Arrays.hashCode(data)));
    }

    @Override
    public void floats(FloatSeriesReader frame) throws MalformedDataException {
      while (frame.nextSeries()) {
        StringBuilder text = new StringBuilder();
        text.append("%d %s".formatted(frame.ref(), frame.newestValue()));
        for (int i = 0; i < frame.labelCount(); i++) {
          int label = frame.labels()[i];
          int from = frame.valueOffset(label);
          text.append(
              " %s=%s"
                  .formatted(
                      frame.name(frame.nameOf(label)),
                      new String(
                          frame.bytes(), from, frame.valueLength(label), StandardCharsets.UTF_8)));
        }
        while (frame.nextChunk()) {
          byte[] chunk =
              Arrays.copyOfRange(
                  frame.bytes(), frame.offset(), frame.offset() + frame.lengthBytes());
          text.append(" ").append(Arrays.hashCode(chunk));
        }
        series.add(text.toString());
      }
    }

    @Override
    public void lost(CorruptFileException damage) {
      lost.add(String.valueOf(damage.getMessage()));
    }

    @Override
    public void mended(CorruptFileException damage) {
      mended.add(String.valueOf(damage.getMessage()));
    }
  }

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(11);
    try (CheckpointWriter writer = new CheckpointWriter(Disk.real(), directory, LSN)) {
      FloatSeriesEncoder floats = new FloatSeriesEncoder();
      for (int frame = 0; frame < FRAMES; frame++) {
        floats.begin(LSN, FRAMES * SERIES_OF_FRAME, 100);
        for (int i = 0; i < SERIES_OF_FRAME; i++) {
          add(floats, 1 + frame * SERIES_OF_FRAME + i, random);
        }
        writer.floats(floats);
        byte[] data = new byte[40];
        random.nextBytes(data);
        writer.series(
            new CheckpointSeries(
                1000 + frame,
                LSN,
                Labels.of("__name__", "h", "i", "i" + frame),
                5,
                List.of(new Chunk(1, 4, 5, 2, data, 30)),
                Intervals.NONE,
                List.of()));
      }
      writer.finish();
    }
    file = CheckpointReader.file(directory, LSN);
    sound = Files.readAllBytes(file);
    Told told = read();
    assertThat(told.lost).isEmpty();
    assertThat(told.mended).isEmpty();
    assertThat(told.series).hasSize(FRAMES * (SERIES_OF_FRAME + 1));
    written = told.series;
  }

  private static void add(FloatSeriesEncoder floats, int ref, Random random) {
    floats.beginSeries(ref, LSN, 1000, true, random.nextDouble(), false, 2);
    for (int label : new int[] {0, ref}) {
      if (!floats.label(label)) {
        byte[] utf8 = ("value " + label).getBytes(StandardCharsets.UTF_8);
        floats.newLabel(label, Math.min(label, 1), "name" + Math.min(label, 1), utf8, 0, 7);
      }
    }
    floats.beginChunks(1);
    floats.chunk(2, false, 1000, random.longs(3).toArray(), 0, 20);
  }

  private Told read() throws IOException {
    Told told = new Told();
    assertThat(CheckpointReader.read(Disk.real(), directory, told, told)).isEqualTo(LSN);
    return told;
  }

  private Told readDamaged(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return read();
  }

  @Test
  void aFlippedBitIsFoundAndLosesNothing() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int i = 0; i < sound.length; i++) {
      byte[] bytes = sound.clone();
      bytes[i] ^= (byte) (1 << random.nextInt(8));
      Told told = readDamaged(bytes);

      assertThat(told.series).as("seed=%d, byte %d", seed, i).isEqualTo(written);
      assertThat(told.lost).as("seed=%d, byte %d", seed, i).isEmpty();
      assertThat(told.mended)
          .as("seed=%d, byte %d", seed, i)
          .singleElement()
          .asString()
          .contains(file.toString());
    }
  }

  /** The shortest pages are as long. */
  @Test
  void aStretchOfZerosAsLongAsAPageLosesNothing() throws IOException {
    int pageBytes = 64;
    for (int from = FileHeader.LENGTH; from + pageBytes <= sound.length; from += 17) {
      byte[] bytes = sound.clone();
      Arrays.fill(bytes, from, from + pageBytes, (byte) 0);
      Told told = readDamaged(bytes);

      if (told.lost.isEmpty()) {
        assertThat(told.series).as("zeros from %d on", from).isEqualTo(written);
        assertThat(told.mended).as("zeros from %d on", from).isNotEmpty();
      } else {
        // Of a frame and what mends it, or of one and the next.
        long first = from;
        assertThat(boundaries())
            .as("zeros from %d on", from)
            .anyMatch(boundary -> boundary > first && boundary < first + pageBytes);
      }
    }
  }

  private List<Long> boundaries() {
    FrameScanner scanner = new FrameScanner(MemorySegment.ofArray(sound), FileHeader.LENGTH);
    List<Long> starts = new ArrayList<>();
    for (var next = scanner.next(); next.isPresent(); next = scanner.next()) {
      starts.add(next.get().startOffset());
    }
    return starts;
  }

  @Test
  void aFrameThatCannotBeMendedIsToldAndTheOthersAreRead() throws IOException {
    List<Long> starts = boundaries();
    int start = starts.get(2).intValue();
    byte[] bytes = sound.clone();
    for (int i = start + 100; i < start + 1000; i += 100) {
      bytes[i] ^= 1;
    }
    Told told = readDamaged(bytes);

    assertThat(told.mended).isEmpty();
    assertThat(told.lost)
        .containsExactly(
            "%s at %d: %d bytes are no valid frame (expected: one), the newest samples of their series are lost"
                .formatted(file, start, starts.get(3) - start),
            "%s at %d: %d series (expected: %d), the newest samples of the others are lost"
                .formatted(
                    file,
                    starts.get(starts.size() - 2),
                    written.size() - SERIES_OF_FRAME,
                    written.size()));
    assertThat(told.series).hasSize(written.size() - SERIES_OF_FRAME).isSubsetOf(written);
  }

  @Test
  void aFileThatWasCutOffIsTold() throws IOException {
    for (long cut : boundaries()) {
      Told told = readDamaged(Arrays.copyOf(sound, (int) cut));
      if (cut < boundaries().getLast()) {
        assertThat(told.lost).as("cut at %d", cut).isNotEmpty();
      } else {
        assertThat(told.series).isEqualTo(written);
      }
    }
  }
}
