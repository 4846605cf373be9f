package io.hmsops.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.Codec;
import io.hmsops.tsdb.chunk.StartBuilder;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Codec 3 as the golden file has it, of which {@code docs/format/chunk-start.md} is the page. */
final class StartChunkTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final long[] TIMESTAMPS_MS = {T0, T0 + 15_000, T0 + 30_000};
  private static final double[] VALUES = {1.5, -0.0, 3};
  private static final long[] STARTS_MS = {T0 - 1, T0 - 1, SampleBatch.NO_START_TIMESTAMP};

  private static byte[] golden() throws IOException {
    Path file = ProjectFiles.root().resolve("tsdb-core/src/test/resources/golden/chunk-start");
    return Files.readAllBytes(file);
  }

  @Test
  void theWriterWritesTheGoldenBytes() throws IOException {
    StartBuilder builder = new StartBuilder();
    for (int i = 0; i < VALUES.length; i++) {
      builder.add(TIMESTAMPS_MS[i], VALUES[i], STARTS_MS[i]);
    }
    Chunk chunk = builder.snapshot();
    assertThat(Arrays.copyOf(chunk.data(), chunk.lengthBytes())).isEqualTo(golden());
  }

  @Test
  void theReaderReadsTheGoldenBytes() throws Exception {
    byte[] bytes = golden();
    Chunk chunk =
        new Chunk(
            Codec.FLOAT_WITH_START,
            TIMESTAMPS_MS[0],
            TIMESTAMPS_MS[2],
            VALUES.length,
            Arrays.copyOf(bytes, bytes.length + Chunk.SLACK_BYTES),
            bytes.length);
    SampleBatch batch = new SampleBatch();
    new HeadChunk(chunk, chunk.count()).decode(batch);
    assertThat(batch.count()).isEqualTo(VALUES.length);
    for (int i = 0; i < VALUES.length; i++) {
      assertThat(batch.timestampsMs()[i]).isEqualTo(TIMESTAMPS_MS[i]);
      assertThat(batch.values()[i]).isEqualTo(VALUES[i]);
      assertThat(batch.startTimestampMs(i)).isEqualTo(STARTS_MS[i]);
    }
  }
}
