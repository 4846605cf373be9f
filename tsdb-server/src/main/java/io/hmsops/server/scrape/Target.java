package io.hmsops.server.scrape;

import io.hmsops.tsdb.labels.Labels;

/**
 * What is scraped, how often, and which labels its series get. Two equal targets are the same.
 *
 * @param labels the labels of its series
 * @param discovered the labels before relabeling
 * @param url the address of its page
 * @param intervalMs how often
 * @param timeoutMs how long a scrape may take
 */
record Target(Labels labels, Labels discovered, String url, long intervalMs, long timeoutMs) {
  /** {@return where in its interval this target is scraped} Spreads targets evenly. */
  long offsetMs() {
    long mixed = (labels.hashCode() * 31L + url.hashCode()) * 0x9e3779b97f4a7c15L;
    return Math.floorMod(mixed >>> 17, intervalMs);
  }
}
