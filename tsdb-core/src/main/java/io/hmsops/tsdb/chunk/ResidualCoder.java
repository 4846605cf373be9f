package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whole numbers around zero, entropy-coded: the token of each takes about as many bits as its
 * frequency in the column says, the digits that are not in the token stand behind it. Specified in
 * {@code docs/format/chunk-column.md}.
 */
final class ResidualCoder {
  /*
   * Tokens are coded with asymmetric numeral systems over a table. A state is a place in the table: it says which
   * token is next, and together with the next bits which state follows. Numbers at even and at odd places have a state
   * of their own, so that a processor works on two at a time. The writer walks the column backwards, because a state
   * holds what a reader is going to read.
   */
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** What one read of a word surely holds, whatever the bit it begins at. */
  private static final int SURE_BITS = 57;

  /** An entry of the table: first of the next states, bits to add, plain bits, sign, head. */
  private static final int BASE_MASK = (1 << TokenFrequencies.MAX_BITS) - 1;

  private static final int ADDED_SHIFT = TokenFrequencies.MAX_BITS;
  private static final int ADDED_MASK = 0xF;
  private static final int PLAIN_SHIFT = ADDED_SHIFT + 4;
  private static final int PLAIN_MASK = 0x3F;
  private static final int SIGN_SHIFT = PLAIN_SHIFT + 6;
  private static final int HEAD_SHIFT = SIGN_SHIFT + 1;

  private ResidualCoder() {}

  static void encode(long[] numbers, int count, ByteWriter out) {
    short[] tokens = ResidualTokens.finest(numbers, count);
    TokenFrequencies frequencies = TokenFrequencies.of(tokens, count);
    frequencies.tokens().coarsen(tokens);
    short[] added = new short[count];
    byte[] addedBits = new byte[count];
    BitWriter bits = new BitWriter(64 + 2 * count);
    frequencies.write(bits);
    walkBack(frequencies, tokens, added, addedBits, bits);
    int[] plainBits = new int[frequencies.shares().length];
    for (int token = 0; token < plainBits.length; token++) {
      plainBits[token] = frequencies.tokens().plainBits(token);
    }
    for (int i = 0; i < count; i++) {
      int plain = plainBits[tokens[i]];
      int more = addedBits[i];
      long digits = Math.abs(numbers[i]) & ((1L << plain) - 1);
      if (plain + more <= Integer.SIZE) {
        // Both at once; that there are none is rare.
        if (plain + more > 0) {
          bits.put(digits << more | added[i], plain + more);
        }
      } else {
        bits.put(digits, plain);
        if (more > 0) {
          bits.put(added[i], more);
        }
      }
    }
    bits.writeTo(out);
  }

  /**
   * Finds the bits that the states add, last one first, and writes the two states to begin with.
   */
  private static void walkBack(
      TokenFrequencies frequencies,
      short[] tokens,
      short[] added,
      byte[] addedBits,
      BitWriter out) {
    int size = 1 << frequencies.bits();
    int[] shares = frequencies.shares();
    int[] starts = new int[shares.length];
    for (int token = 1; token < shares.length; token++) {
      starts[token] = starts[token - 1] + shares[token - 1];
    }
    short[] states = states(frequencies, starts);
    // With a state above the bits' threshold a token adds the most bits it can, else one less.
    int[] bitsOf = new int[shares.length];
    for (int token = 0; token < shares.length; token++) {
      if (shares[token] > 0) {
        int most =
            frequencies.bits() - (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(shares[token]));
        bitsOf[token] = (most << Short.SIZE) - (shares[token] << most);
        starts[token] -= shares[token];
      }
    }
    int even = size;
    int odd = size;
    for (int i = tokens.length - 1; i >= 0; i--) {
      int token = tokens[i];
      int now = (i & 1) == 0 ? even : odd;
      int bits = (now + bitsOf[token]) >> Short.SIZE;
      added[i] = (short) (now & ((1 << bits) - 1));
      addedBits[i] = (byte) bits;
      int next = size + states[starts[token] + (now >>> bits)];
      if ((i & 1) == 0) {
        even = next;
      } else {
        odd = next;
      }
    }
    out.put(even - size, frequencies.bits());
    out.put(odd - size, frequencies.bits());
  }

  /** {@return the places of the tokens, those of each token in a row and ascending} */
  private static short[] states(TokenFrequencies frequencies, int[] starts) {
    short[] spread = frequencies.spread();
    short[] states = new short[spread.length];
    int[] next = starts.clone();
    for (int place = 0; place < spread.length; place++) {
      states[next[spread[place]]++] = (short) place;
    }
    return states;
  }

  /** {@return the entries, for a reader} */
  private static int[] table(TokenFrequencies frequencies) {
    ResidualTokens tokens = frequencies.tokens();
    short[] spread = frequencies.spread();
    int size = spread.length;
    int[] next = frequencies.shares().clone();
    int[] ofToken = new int[next.length];
    for (int token = 0; token < next.length; token++) {
      ofToken[token] =
          tokens.head(token) << HEAD_SHIFT
              | tokens.sign(token) << SIGN_SHIFT
              | tokens.plainBits(token) << PLAIN_SHIFT;
    }
    int[] table = new int[size];
    int mostZeros = frequencies.bits() - (Integer.SIZE - 1);
    for (int place = 0; place < size; place++) {
      int token = spread[place];
      int x = next[token]++;
      int added = mostZeros + Integer.numberOfLeadingZeros(x);
      table[place] = ofToken[token] | added << ADDED_SHIFT | ((x << added) - size);
    }
    return table;
  }

  /**
   * Decodes a column.
   *
   * @param bytes where it is, with slack behind it
   * @param offset its first byte
   * @param end where its bytes end
   * @param into gets the numbers
   * @param from the index of the first number
   * @param count how many numbers
   */
  static void decode(byte[] bytes, int offset, int end, long[] into, int from, int count)
      throws MalformedDataException {
    BitReader in = new BitReader(bytes, offset, end);
    TokenFrequencies frequencies = TokenFrequencies.read(in);
    int even = (int) in.get(frequencies.bits());
    int odd = (int) in.get(frequencies.bits());
    int[] table = table(frequencies);
    int mostBits = frequencies.mostPlainBits() + frequencies.bits();
    long start = in.position();
    try {
      long position;
      if (4 * mostBits <= SURE_BITS) {
        position = decodeFours(bytes, start, table, even, odd, into, from, count);
      } else if (2 * mostBits <= SURE_BITS) {
        position = decodeTwos(bytes, start, table, even, odd, into, from, count);
      } else {
        position = decodeWide(bytes, start, table, even, odd, into, from, count);
      }
      if (position > (long) end * Byte.SIZE) {
        throw new MalformedDataException(
            "residuals end at bit %d (expected: at most %d)"
                .formatted(position, (long) end * Byte.SIZE));
      }
    } catch (IndexOutOfBoundsException _) {
      throw new MalformedDataException("residuals do not end within %d bytes".formatted(end));
    }
  }

  /*
   * A state waits for the bits behind its entry, and these for the word they are in, whose place depends on the entries
   * before. Taking several numbers out of one word leaves the word out of that chain.
   */

  /** Four numbers of each word, none of which may take more than a quarter of the sure bits. */
  private static long decodeFours(
      byte[] bytes, long start, int[] table, int even, int odd, long[] into, int from, int count) {
    long position = start;
    int first = even;
    int second = odd;
    int end = from + (count & ~3);
    for (int i = from; i < end; i += 4) {
      long word = (long) WORD.get(bytes, (int) (position >>> 3)) << (position & 7);
      int entry = table[first];
      int plain = entry >>> PLAIN_SHIFT & PLAIN_MASK;
      int added = entry >>> ADDED_SHIFT & ADDED_MASK;
      into[i] = number(entry, plain, word);
      word <<= plain;
      first = (entry & BASE_MASK) + addend(word, added);
      word <<= added;
      position += plain + added;
      entry = table[second];
      plain = entry >>> PLAIN_SHIFT & PLAIN_MASK;
      added = entry >>> ADDED_SHIFT & ADDED_MASK;
      into[i + 1] = number(entry, plain, word);
      word <<= plain;
      second = (entry & BASE_MASK) + addend(word, added);
      word <<= added;
      position += plain + added;
      entry = table[first];
      plain = entry >>> PLAIN_SHIFT & PLAIN_MASK;
      added = entry >>> ADDED_SHIFT & ADDED_MASK;
      into[i + 2] = number(entry, plain, word);
      word <<= plain;
      first = (entry & BASE_MASK) + addend(word, added);
      word <<= added;
      position += plain + added;
      entry = table[second];
      plain = entry >>> PLAIN_SHIFT & PLAIN_MASK;
      added = entry >>> ADDED_SHIFT & ADDED_MASK;
      into[i + 3] = number(entry, plain, word);
      second = (entry & BASE_MASK) + addend(word << plain, added);
      position += plain + added;
    }
    return decodeWide(bytes, position, table, first, second, into, end, count & 3);
  }

  /** Two numbers of each word, none of which may take more than half of the sure bits. */
  private static long decodeTwos(
      byte[] bytes, long start, int[] table, int even, int odd, long[] into, int from, int count) {
    long position = start;
    int first = even;
    int second = odd;
    int end = from + (count & ~1);
    for (int i = from; i < end; i += 2) {
      long word = (long) WORD.get(bytes, (int) (position >>> 3)) << (position & 7);
      int entry = table[first];
      int plain = entry >>> PLAIN_SHIFT & PLAIN_MASK;
      int added = entry >>> ADDED_SHIFT & ADDED_MASK;
      into[i] = number(entry, plain, word);
      word <<= plain;
      first = (entry & BASE_MASK) + addend(word, added);
      word <<= added;
      position += plain + added;
      entry = table[second];
      plain = entry >>> PLAIN_SHIFT & PLAIN_MASK;
      added = entry >>> ADDED_SHIFT & ADDED_MASK;
      into[i + 1] = number(entry, plain, word);
      second = (entry & BASE_MASK) + addend(word << plain, added);
      position += plain + added;
    }
    return decodeWide(bytes, position, table, first, second, into, end, count & 1);
  }

  /** The first bits of a word; two shifts that are one, which may be by a whole word. */
  private static int addend(long word, int bits) {
    return (int) (word >>> 1 >>> (Long.SIZE - 1 - bits));
  }

  /** The two shifts are one that may be by a whole word. */
  private static long number(int entry, int plain, long word) {
    long magnitude =
        (long) (entry >>> HEAD_SHIFT) << plain | word >>> 1 >>> (Long.SIZE - 1 - plain);
    long sign = -(entry >>> SIGN_SHIFT & 1);
    return (magnitude ^ sign) - sign;
  }

  private static long decodeWide(
      byte[] bytes, long start, int[] table, int even, int odd, long[] into, int from, int count) {
    long position = start;
    int[] state = {even, odd};
    for (int i = 0; i < count; i++) {
      int entry = table[state[i & 1]];
      int plain = entry >>> PLAIN_SHIFT & PLAIN_MASK;
      int added = entry >>> ADDED_SHIFT & ADDED_MASK;
      into[from + i] = number(entry, plain, word(bytes, position));
      position += plain;
      state[i & 1] = (entry & BASE_MASK) + addend(word(bytes, position), added);
      position += added;
    }
    return position;
  }

  /** The 64 bits from a bit on. */
  private static long word(byte[] bytes, long bit) {
    int index = (int) (bit >>> 3);
    int skip = (int) bit & 7;
    long high = (long) WORD.get(bytes, index) << skip;
    return high | (bytes[index + Long.BYTES] & 0xFFL) >>> (Byte.SIZE - skip);
  }
}
