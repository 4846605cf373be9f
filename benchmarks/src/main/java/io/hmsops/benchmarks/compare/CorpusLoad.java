package io.hmsops.benchmarks.compare;

/**
 * The corpus for several targets, each of which starts one recorded second later than the one
 * before.
 *
 * @param corpus what was recorded
 * @param instances how many targets
 * @param scrapes how many scrapes of each
 * @param secondsPerScrape recorded seconds between two scrapes: 15 takes every fifteenth sample
 *     (true), 1 counts every second as a scrape (dilated)
 * @param jitterMs how far a target's scrape is moved at most, the same for all its series
 * @param startMs the first scrape's time, in milliseconds since the Unix epoch
 */
record CorpusLoad(
    Corpus corpus, int instances, int scrapes, int secondsPerScrape, int jitterMs, long startMs)
    implements Load {

  /** The targets of the true 15 s shape: one for each phase. */
  static final int PHASES = 15;

  static CorpusLoad dilated(Corpus corpus, int instances, int scrapes, int jitterMs, long startMs) {
    return new CorpusLoad(corpus, instances, scrapes, 1, jitterMs, startMs);
  }

  static CorpusLoad true15s(Corpus corpus, int jitterMs, long startMs) {
    return new CorpusLoad(corpus, PHASES, trueScrapes(corpus), PHASES, jitterMs, startMs);
  }

  static int trueScrapes(Corpus corpus) {
    return corpus.seconds() / PHASES;
  }

  @Override
  public String description() {
    return "%s, %s, %,d series x %,d scrapes, jitter %d ms"
        .formatted(
            corpus.origin(),
            secondsPerScrape == 1 ? "dilated" : "true 15 s",
            series(),
            scrapes,
            jitterMs);
  }

  @Override
  public int series() {
    return corpus.size() * instances;
  }

  @Override
  public String[] labels(int i) {
    return corpus.labels(i % corpus.size(), CounterLoad.instance(i / corpus.size()));
  }

  @Override
  public long timestampMs(int i, int scrape) {
    int instance = i / corpus.size();
    int moved = jitterMs == 0 ? 0 : Mix.below(2 * jitterMs + 1, instance, scrape) - jitterMs;
    return startMs + instance % PHASES * 1_000L + (long) scrape * CounterLoad.SCRAPE_MS + moved;
  }

  @Override
  public boolean present(int i, int scrape) {
    return corpus.present(i % corpus.size(), second(i, scrape));
  }

  @Override
  public double value(int i, int scrape) {
    return corpus.value(i % corpus.size(), second(i, scrape));
  }

  private int second(int i, int scrape) {
    return i / corpus.size() + scrape * secondsPerScrape;
  }
}
