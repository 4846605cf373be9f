package io.hmsops.tsdb.testing;

import java.util.Random;

/** Where random tests get their seeds. {@code -Dseed=42} runs a failed one again. */
public final class Seeds {
  private Seeds() {}

  /** {@return the seed asked for on the command line, otherwise a new one} */
  public static long next() {
    Long wanted = Long.getLong("seed");
    return wanted != null ? wanted : new Random().nextInt(Integer.MAX_VALUE);
  }
}
