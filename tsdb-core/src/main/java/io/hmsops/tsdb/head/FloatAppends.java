package io.hmsops.tsdb.head;

/**
 * The common case of a commit: floats behind the newest samples of series that hold nothing else.
 * What is not such a case is left to {@link SeriesTable}. Guarded as that is.
 */
final class FloatAppends {
  /*
   * A commit of a million series is bound by memory: each sample needs the line of its series, and the word of its
   * open chunk that is written next. To look at those of a few samples ahead of their turn, with nothing else to do
   * between, makes the processor fetch them side by side.
   */
  private final SeriesLines lines;
  private final PlainSeries plain;
  private final SampleVersions versions;
  private final ReaderStamps readers;

  private long batch;

  /** Whether no reader needs to know how many samples there were before older batches. */
  private boolean unread;

  FloatAppends(
      SeriesLines lines, PlainSeries plain, SampleVersions versions, ReaderStamps readers) {
    this.lines = lines;
    this.plain = plain;
    this.versions = versions;
    this.readers = readers;
  }

  /** Looks at the lines of some series. */
  void touchLines(long[] refs, int from, int end) {
    Touch touch = new Touch();
    for (int i = from; i < end; i++) {
      int number = (int) refs[i] - 1;
      touch.take(lines.page(number)[SeriesLines.start(number)]);
    }
    touch.end();
  }

  /** Looks at where the open chunks of some series go on. */
  void touchOpenChunks(long[] refs, int from, int end) {
    Touch touch = new Touch();
    for (int i = from; i < end; i++) {
      int number = (int) refs[i] - 1;
      touch.take(plain.openChunks().nextWord(lines.page(number), SeriesLines.start(number)));
    }
    touch.end();
  }

  /**
   * Takes a float of a batch as the newest sample of its series, or {@return false} if it is not
   * newer. No newest sample may be a histogram.
   */
  boolean accept(Batch samples, int i) {
    int number = samples.number(i);
    long[] page = lines.page(number);
    int line = SeriesLines.start(number);
    long before = page[line + SeriesLines.NEWEST_MS];
    long time = samples.timestampsMs[i];
    if (time <= before) {
      return false;
    }
    long version = page[line + SeriesLines.VERSION];
    samples.beforeMs[i] = before;
    samples.beforeValues[i] = Double.longBitsToDouble(page[line + SeriesLines.NEWEST_VALUE]);
    samples.flags[i] =
        (byte)
            (Batch.ACCEPTED
                | ((version & SeriesLines.KNOWN) != 0 ? Batch.WAS_KNOWN : 0)
                | ((version & SeriesLines.LOGGED) != 0 ? 0 : Batch.UNLOGGED));
    page[line + SeriesLines.NEWEST_MS] = time;
    page[line + SeriesLines.NEWEST_VALUE] = Double.doubleToRawLongBits(samples.values[i]);
    if ((version & SeriesLines.KNOWN) == 0) {
      page[line + SeriesLines.VERSION] = version | SeriesLines.KNOWN;
    }
    return true;
  }

  /** Looks at the lines, and then at the open chunks, of some series. */
  void touch(int[] numbers, int from, int end) {
    Touch touch = new Touch();
    for (int i = from; i < end; i++) {
      touch.take(lines.get(numbers[i], SeriesLines.VERSION));
    }
    for (int i = from; i < end; i++) {
      int number = numbers[i];
      touch.take(plain.openChunks().nextWord(lines.page(number), SeriesLines.start(number)));
    }
    touch.end();
  }

  /**
   * Appends a float of the log while the head is filled. Nothing is done, and false returned, if it
   * is not newer, its series holds other things, or the batch is in the series already.
   */
  boolean replay(int number, long lsn, long timestampMs, double value) {
    long[] page = lines.page(number);
    int line = SeriesLines.start(number);
    long version = page[line + SeriesLines.VERSION];
    long before = page[line + SeriesLines.NEWEST_MS];
    if (timestampMs <= before
        || (version & SeriesLines.RICH) != 0
        || lsn <= version >>> SeriesLines.VERSION_SHIFT) {
      return false;
    }
    double beforeValue = Double.longBitsToDouble(page[line + SeriesLines.NEWEST_VALUE]);
    page[line + SeriesLines.NEWEST_MS] = timestampMs;
    page[line + SeriesLines.NEWEST_VALUE] = Double.doubleToRawLongBits(value);
    page[line + SeriesLines.VERSION] = version | SeriesLines.KNOWN;
    long counts = page[line + SeriesLines.COUNTS];
    page[line + SeriesLines.COUNTS] =
        (counts >>> Integer.SIZE << Integer.SIZE) | ((counts + 1) & 0xffff_ffffL);
    plain.append(page, line, number, timestampMs, value, before, beforeValue);
    return true;
  }

  /** Begins to append a batch, under the head's lock. */
  void begin(long newBatch) {
    batch = newBatch;
    unread = readers.none() && versions.keepsNothing();
  }

  /** Appends and publishes an accepted sample, or {@return false} if it is not of this kind. */
  boolean append(Batch samples, int i) {
    int number = samples.number(i);
    long[] page = lines.page(number);
    int line = SeriesLines.start(number);
    long version = page[line + SeriesLines.VERSION];
    if (samples.is(i, Batch.LATE) || (version & SeriesLines.RICH) != 0 || !samples.isFloat(i)) {
      return false;
    }
    long counts = page[line + SeriesLines.COUNTS];
    if (version >>> SeriesLines.VERSION_SHIFT != batch) {
      if (unread) {
        page[line + SeriesLines.VERSION] =
            batch << SeriesLines.VERSION_SHIFT
                | (version & ((1L << SeriesLines.VERSION_SHIFT) - 1));
        counts = counts << Integer.SIZE | (counts & 0xffff_ffffL);
      } else {
        versions.publish(number, batch, readers);
        counts = page[line + SeriesLines.COUNTS];
      }
    }
    page[line + SeriesLines.COUNTS] =
        (counts >>> Integer.SIZE << Integer.SIZE) | ((counts + 1) & 0xffff_ffffL);
    plain.append(
        page,
        line,
        number,
        samples.timestampsMs[i],
        samples.values[i],
        samples.beforeMs[i],
        samples.beforeValues[i]);
    return true;
  }
}
