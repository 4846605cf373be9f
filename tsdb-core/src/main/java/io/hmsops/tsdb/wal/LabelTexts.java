package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads label sets. Neighbours differ in few texts, so the strings of the last set are used again
 * where they stand at the same place. Not thread-safe.
 */
final class LabelTexts {
  private final LoggedLabels logged = new LoggedLabels();
  private byte[][] utf8 = new byte[0][];
  private @Nullable String[] texts = new @Nullable String[0];

  /** Reads a label set without its values; used again for the next one. */
  LoggedLabels readNames(ByteReader in) throws MalformedDataException {
    logged.read(in);
    return logged;
  }

  Labels read(ByteReader in) throws MalformedDataException {
    int count = 2 * in.getCount();
    if (count > texts.length) {
      utf8 = Arrays.copyOf(utf8, count);
      Arrays.fill(utf8, texts.length, count, new byte[0]);
      texts = Arrays.copyOf(texts, count);
    }
    String[] pairs = new String[count];
    for (int i = 0; i < count; i++) {
      pairs[i] = text(in, i);
    }
    return Labels.ofStoredPairs(pairs);
  }

  private String text(ByteReader in, int place) throws MalformedDataException {
    int length = in.getCount();
    int start = in.position();
    in.skip(length);
    byte[] last = utf8[place];
    String text = texts[place];
    if (text == null || !Arrays.equals(in.array(), start, start + length, last, 0, last.length)) {
      utf8[place] = Arrays.copyOfRange(in.array(), start, start + length);
      text = new String(utf8[place], StandardCharsets.UTF_8);
      texts[place] = text;
    }
    return text;
  }
}
