package io.hmsops.tsdb.head;

import io.hmsops.tsdb.storage.SampleBatch;

/*
 * Counters take some 7 bytes a sample in the XOR codec, whose differences are those of bit patterns. As whole numbers
 * their increases take as many bits as they differ. Fields do not cross words, so that a word is loaded once and taken
 * apart by shifts.
 *
 *   word 0    the first timestamp
 *   word 1    the first value, as a whole number
 *   word 2    bits 0 to 31: the smallest distance of timestamps; 32 to 39: bits of what a distance is above it;
 *             40 to 47: bits of what an increase is above the smallest
 *   word 3    the smallest increase
 *   then      all distances above the smallest, then all increases; words that hold no field are left out
 *
 * In memory and in checkpoints (docs/format/checkpoint.md); blocks have codecs of their own.
 */
/** Chunks of whole numbers in words, the form that counters have once their chunk is sealed. */
final class PackedFloats {
  private static final int HEADER_WORDS = 4;
  private static final int DISTANCE_BITS_SHIFT = 32;
  private static final int INCREASE_BITS_SHIFT = 40;
  private static final int BITS_MASK = 0xff;

  /** Up to here all whole numbers are doubles. */
  private static final double EXACT = 0x1p53;

  private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);

  private PackedFloats() {}

  /**
   * Packs samples.
   *
   * @param timesMs ascending timestamps, no two further apart than an {@code int} says
   * @param values the values
   * @param count how many samples, at least one
   * @param into gets the words, up to its length
   * @return how many words; 0 if there is no room, or a value that is not a whole number
   */
  static int pack(long[] timesMs, double[] values, int count, long[] into) {
    if (into.length < HEADER_WORDS || !areWhole(values, count)) {
      return 0;
    }
    long smallestDistance = Long.MAX_VALUE;
    long smallestIncrease = Long.MAX_VALUE;
    for (int i = 1; i < count; i++) {
      smallestDistance = Math.min(smallestDistance, timesMs[i] - timesMs[i - 1]);
      smallestIncrease = Math.min(smallestIncrease, increase(values, i));
    }
    if (count == 1) {
      smallestDistance = 0;
      smallestIncrease = 0;
    }
    long distances = 0;
    long increases = 0;
    for (int i = 1; i < count; i++) {
      distances |= timesMs[i] - timesMs[i - 1] - smallestDistance;
      increases |= increase(values, i) - smallestIncrease;
    }
    int distanceBits = Long.SIZE - Long.numberOfLeadingZeros(distances);
    int increaseBits = Long.SIZE - Long.numberOfLeadingZeros(increases);
    int distanceWords = fieldWords(count - 1, distanceBits);
    int words = HEADER_WORDS + distanceWords + fieldWords(count - 1, increaseBits);
    if (words > into.length || smallestDistance != (int) smallestDistance) {
      return 0;
    }
    into[0] = timesMs[0];
    into[1] = (long) values[0];
    into[2] =
        (smallestDistance & 0xffff_ffffL)
            | (long) distanceBits << DISTANCE_BITS_SHIFT
            | (long) increaseBits << INCREASE_BITS_SHIFT;
    into[3] = smallestIncrease;
    packDistances(timesMs, count, smallestDistance, distanceBits, into);
    packIncreases(values, count, smallestIncrease, increaseBits, into, distanceWords);
    return words;
  }

  private static boolean areWhole(double[] values, int count) {
    for (int i = 0; i < count; i++) {
      double value = values[i];
      if (!(Math.abs(value) <= EXACT)
          || value != (long) value
          || Double.doubleToRawLongBits(value) == NEGATIVE_ZERO) {
        return false;
      }
    }
    return true;
  }

  private static long increase(double[] values, int index) {
    return (long) values[index] - (long) values[index - 1];
  }

  private static int fieldWords(int fields, int bits) {
    return bits == 0 ? 0 : Math.ceilDiv(fields, Long.SIZE / bits);
  }

  /** {@return whether the fields of a chunk are within its words} */
  static boolean fits(long[] slab, int start, int count, int words) {
    if (words < HEADER_WORDS) {
      return false;
    }
    int distanceBits = (int) (slab[start + 2] >>> DISTANCE_BITS_SHIFT) & BITS_MASK;
    int increaseBits = (int) (slab[start + 2] >>> INCREASE_BITS_SHIFT) & BITS_MASK;
    return distanceBits <= Long.SIZE
        && increaseBits <= Long.SIZE
        && HEADER_WORDS + fieldWords(count - 1, distanceBits) + fieldWords(count - 1, increaseBits)
            <= words;
  }

  private static void packDistances(
      long[] timesMs, int count, long smallest, int bits, long[] into) {
    if (bits == 0) {
      return;
    }
    int word = HEADER_WORDS;
    int fields = Long.SIZE / bits;
    for (int from = 1; from < count; from += fields) {
      long packed = 0;
      for (int i = from, shift = 0; i < Math.min(count, from + fields); i++, shift += bits) {
        packed |= (timesMs[i] - timesMs[i - 1] - smallest) << shift;
      }
      into[word++] = packed;
    }
  }

  private static void packIncreases(
      double[] values, int count, long smallest, int bits, long[] into, int distanceWords) {
    if (bits == 0) {
      return;
    }
    int word = HEADER_WORDS + distanceWords;
    int fields = Long.SIZE / bits;
    for (int from = 1; from < count; from += fields) {
      long packed = 0;
      for (int i = from, shift = 0; i < Math.min(count, from + fields); i++, shift += bits) {
        packed |= (increase(values, i) - smallest) << shift;
      }
      into[word++] = packed;
    }
  }

  /**
   * Unpacks the first samples of a chunk.
   *
   * @param slab the array that it is in
   * @param start its first word
   * @param total how many samples it has
   * @param count how many to unpack, at least one
   * @param into gets them
   */
  static void unpack(long[] slab, int start, int total, int count, SampleBatch into) {
    into.ensureCapacity(count);
    long header = slab[start + 2];
    int distanceBits = (int) (header >>> DISTANCE_BITS_SHIFT) & BITS_MASK;
    int increaseBits = (int) (header >>> INCREASE_BITS_SHIFT) & BITS_MASK;
    int first = start + HEADER_WORDS;
    unpackTimes(slab, start, (int) header, first, distanceBits, count, into.timestampsMs());
    int behind = first + fieldWords(total - 1, distanceBits);
    unpackValues(slab, start, behind, increaseBits, count, into.values());
    into.setFloatCount(count);
  }

  private static void unpackTimes(
      long[] slab, int start, int smallest, int first, int bits, int count, long[] timesMs) {
    long time = slab[start];
    timesMs[0] = time;
    if (bits == 0) {
      for (int i = 1; i < count; i++) {
        timesMs[i] = time + (long) i * smallest;
      }
      return;
    }
    long mask = -1L >>> -bits;
    int fields = Long.SIZE / bits;
    int word = first;
    for (int from = 1; from < count; from += fields) {
      long packed = slab[word++];
      int end = Math.min(count, from + fields);
      for (int i = from; i < end; i++) {
        time += smallest + (packed & mask);
        timesMs[i] = time;
        packed >>>= bits;
      }
    }
  }

  private static void unpackValues(
      long[] slab, int start, int first, int bits, int count, double[] values) {
    long value = slab[start + 1];
    long smallest = slab[start + 3];
    values[0] = (double) value;
    if (bits == 0) {
      for (int i = 1; i < count; i++) {
        values[i] = (double) (value + i * smallest);
      }
      return;
    }
    long mask = -1L >>> -bits;
    int fields = Long.SIZE / bits;
    int word = first;
    for (int from = 1; from < count; from += fields) {
      long packed = slab[word++];
      int end = Math.min(count, from + fields);
      for (int i = from; i < end; i++) {
        value += smallest + (packed & mask);
        values[i] = (double) value;
        packed >>>= bits;
      }
    }
  }
}
