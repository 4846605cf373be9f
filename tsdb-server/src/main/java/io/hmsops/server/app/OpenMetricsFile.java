package io.hmsops.server.app;

import io.hmsops.server.ingest.exposition.Entry;
import io.hmsops.server.ingest.exposition.ExpositionException;
import io.hmsops.server.ingest.exposition.PageParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads an OpenMetrics file of any size, a piece of it at a time. Not thread-safe. */
final class OpenMetricsFile {
  /** Takes the samples of the file. */
  @FunctionalInterface
  interface Samples {
    /** Takes the sample that the parser is at. */
    void add(PageParser parser) throws Failure, IOException;
  }

  private final String name;
  private final InputStream in;

  /** The piece, and how many of its bytes count. A line is no longer than a piece. */
  private final byte[] piece;

  private int length;
  private boolean atEnd;

  /** Lines before the piece. */
  private long linesBefore;

  /**
   * Creates a reader.
   *
   * @param name the file's name, for messages
   * @param in its bytes; closed by the caller
   * @param pieceBytes how much of it is in memory
   */
  OpenMetricsFile(String name, InputStream in, int pieceBytes) {
    this.name = name;
    this.in = in;
    this.piece = new byte[pieceBytes];
  }

  /**
   * Reads all samples.
   *
   * @throws Failure if there is a mistake in the file, with its line
   */
  void read(Samples samples) throws Failure, IOException {
    fill(0);
    PageParser parser = PageParser.of(true, piece, length);
    while (true) {
      try {
        for (Entry entry = parser.next(); entry != Entry.END; entry = parser.next()) {
          if (entry == Entry.SERIES) {
            samples.add(parser);
          }
        }
        if (!atEnd && !endsHere()) {
          throw mistake(parser, "unexpected data after # EOF", null);
        }
        return;
      } catch (ExpositionException e) {
        int from = parser.seriesStart();
        if (atEnd || from == 0) {
          throw mistake(parser, String.valueOf(e.getMessage()), e);
        }
        // Perhaps the line only ends behind the piece.
        linesBefore += lines(from);
        System.arraycopy(piece, from, piece, 0, length - from);
        fill(length - from);
        PageParser next = PageParser.of(true, piece, length);
        next.goOnAfter(parser);
        parser = next;
      }
    }
  }

  /** {@return whether nothing but the end mark's line end is behind the piece} */
  private boolean endsHere() throws IOException {
    int next = in.read();
    if (next == '\n' && piece[length - 1] != '\n') {
      next = in.read();
    }
    return next < 0;
  }

  /** Fills the piece behind what is there already. */
  private void fill(int from) throws IOException {
    length = from + in.readNBytes(piece, from, piece.length - from);
    if (length < piece.length) {
      atEnd = true;
      // Nothing of what stood there before is read again.
      Arrays.fill(piece, length, piece.length, (byte) 0);
    }
  }

  private long lines(int to) {
    long lines = 0;
    for (int i = 0; i < Math.min(to, length); i++) {
      lines += piece[i] == '\n' ? 1 : 0;
    }
    return lines;
  }

  /** {@return a mistake in the line that the parser is at} */
  Failure mistake(PageParser parser, String what, @Nullable ExpositionException cause) {
    return new Failure(
        ExitCode.FAILED,
        "%s:%d: %s; nothing was imported"
            .formatted(name, 1 + linesBefore + lines(parser.seriesStart()), what),
        cause);
  }
}
