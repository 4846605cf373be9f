package io.hmsops.tsdb.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlabsTest {
  /** A slot in use, and the word that all of it is filled with. */
  private record Slot(int handle, int words, long word) {}

  private static Slot fill(Slabs slabs, int words, long word) {
    int handle = slabs.allocate(words);
    for (int i = 0; i < words; i++) {
      slabs.set(handle, i, word);
    }
    return new Slot(handle, words, word);
  }

  @Test
  void slotsNeverOverlapWhateverComesAndGoes() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Slabs slabs = new Slabs();
    List<Slot> slots = new ArrayList<>();
    for (int step = 0; step < 200_000; step++) {
      boolean grow = random.nextInt(100) < (step / 20_000 % 2 == 0 ? 60 : 40);
      if (grow || slots.isEmpty()) {
        int words =
            random.nextInt(10) == 0
                ? random.nextInt(1, Slabs.MAX_SLOT_WORDS + 1)
                : random.nextInt(1, 40);
        slots.add(fill(slabs, words, step));
        assertThat(slots.getLast().handle).as("seed=%d step=%d", seed, step).isNotZero();
      } else {
        Slot slot = slots.set(random.nextInt(slots.size()), slots.getLast());
        slots.removeLast();
        check(slabs, slot, seed);
        slabs.free(slot.handle, slot.words);
      }
    }
    slots.forEach(slot -> check(slabs, slot, seed));
    slots.forEach(slot -> slabs.free(slot.handle, slot.words));
    assertThat(slabs.memoryBytes()).as("seed=%d", seed).isLessThan(1 << 20);
  }

  private static void check(Slabs slabs, Slot slot, long seed) {
    for (int i = 0; i < slot.words; i++) {
      if (slabs.get(slot.handle, i) != slot.word) {
        assertThat(slabs.get(slot.handle, i)).as("seed=%d %s", seed, slot).isEqualTo(slot.word);
      }
    }
  }

  /** All chunks grow at the same pace: what the short slots had goes to the long ones. */
  @Test
  void whatWasUsedForOneLengthIsUsedForAnother() {
    Slabs slabs = new Slabs();
    int[] handles = new int[10_000];
    int words = 6;
    for (int i = 0; i < handles.length; i++) {
      handles[i] = slabs.allocate(words);
    }
    while (words < 100) {
      int longer = Slabs.capacity(words + words / 4 + 1);
      for (int i = 0; i < handles.length; i++) {
        int moved = slabs.allocate(longer);
        slabs.free(handles[i], words);
        handles[i] = moved;
      }
      words = longer;
    }
    long usedBytes = (long) handles.length * words * Long.BYTES;
    assertThat(slabs.memoryBytes()).isBetween(usedBytes, usedBytes + usedBytes / 6);
  }

  @Test
  void whatReadersMayKnowIsKept() {
    Slabs slabs = new Slabs();
    Slot slot = fill(slabs, 20, 7);
    slabs.retire(slot.handle, slot.words, 5);
    slabs.reclaim(5);
    Slot other = fill(slabs, 20, 8);
    check(slabs, slot, 0);
    slabs.reclaim(6);
    assertThat(slabs.allocate(20)).isEqualTo(slot.handle);
    check(slabs, other, 0);
  }
}
