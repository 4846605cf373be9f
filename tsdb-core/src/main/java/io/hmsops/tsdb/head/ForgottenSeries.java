package io.hmsops.tsdb.head;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The labels of series that left the head, by their references, so that who still has a reference
 * can go on with it. Those that left first are forgotten for good when there are too many.
 * Thread-safe.
 */
final class ForgottenSeries {
  /** How many are remembered; some 200 bytes each. */
  static final int LIMIT = 1 << 16;

  private final Map<Long, byte[]> labelsByRef = new LinkedHashMap<>();

  synchronized void add(long ref, Labels labels) {
    ByteWriter out = new ByteWriter(256);
    for (int i = 0; i < labels.size(); i++) {
      out.putText(labels.name(i));
      out.putText(labels.value(i));
    }
    byte[] bytes = new byte[out.length()];
    System.arraycopy(out.array(), 0, bytes, 0, bytes.length);
    labelsByRef.put(ref, bytes);
    if (labelsByRef.size() > LIMIT) {
      Iterator<Long> oldest = labelsByRef.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  synchronized Optional<Labels> labels(long ref) {
    byte[] bytes = labelsByRef.get(ref);
    return bytes == null ? Optional.empty() : Optional.of(read(bytes));
  }

  private static Labels read(byte[] bytes) {
    ByteReader in = new ByteReader(bytes, 0, bytes.length);
    List<String> texts = new ArrayList<>();
    try {
      while (!in.atEnd()) {
        texts.add(in.getText());
      }
    } catch (MalformedDataException e) {
      throw new AssertionError("labels that were written by this object do not read", e);
    }
    return Labels.ofStoredPairs(texts.toArray(String[]::new));
  }
}
