package io.hmsops.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is mended in memory, and how much memory that takes. */
final class BlockMenderTest {
  private static final int GROUPS = 5;

  @TempDir private Path block;

  @Test
  void damageInManyPlacesTakesOneCopy() throws IOException {
    long seed = Seeds.next();
    byte[] sound = new byte[GROUPS * BlockParity.GROUP_BYTES - 1000];
    new Random(seed).nextBytes(sound);
    for (BlockFile file : BlockFile.values()) {
      Files.write(block.resolve(file.fileName()), sound);
    }
    BlockParity.write(Disk.real(), block);
    byte[] damaged = sound.clone();
    for (int group = 0; group < GROUPS; group++) {
      damaged[group * BlockParity.GROUP_BYTES + 77] ^= 4;
    }
    Path index = block.resolve(BlockFile.INDEX.fileName());
    Files.write(index, damaged);

    try (Arena arena = Arena.ofShared()) {
      MemorySegment mapped = Disk.real().map(index, arena);
      BlockMender mender = new BlockMender(Disk.real(), block, arena);
      MemorySegment mended = mender.mend(BlockFile.INDEX, mapped, 0, 100);
      for (int group = 1; group < GROUPS; group++) {
        // As a reader does that meets damage there.
        MemorySegment next =
            mender.mend(BlockFile.INDEX, mended, (long) group * BlockParity.GROUP_BYTES, 100);
        assertThat(next.address()).as("seed=%d: group %d", seed, group).isEqualTo(mended.address());
      }
      assertThat(mended.toArray(ValueLayout.JAVA_BYTE)).as("seed=%d", seed).isEqualTo(sound);
      assertThat(mender.mended()).hasSize(GROUPS);
      assertThat(mapped.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(damaged);
    }
  }
}
