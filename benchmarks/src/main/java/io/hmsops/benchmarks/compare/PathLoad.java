package io.hmsops.benchmarks.compare;

import java.util.List;

/**
 * {@code bench_paths}: one sample a series, every {@code path} unique, like {@code
 * /v1/users/0a1b2c3d4e5f/visas}.
 *
 * @param series how many
 * @param startMs the sample's time, in milliseconds since the Unix epoch
 */
record PathLoad(int series, long startMs) implements Load {
  /** The last parts of the paths; each ends a tenth of them. */
  static final List<String> LEAVES =
      List.of(
          "visas", "login", "queue", "status", "history", "items", "address", "photo", "notes",
          "audit");

  private static final List<String> RESOURCES =
      List.of(
          "users",
          "orders",
          "passports",
          "photos",
          "payments",
          "offices",
          "agents",
          "tickets",
          "files",
          "reports");

  @Override
  public String description() {
    return "paths, %,d series".formatted(series);
  }

  @Override
  public int scrapes() {
    return 1;
  }

  @Override
  public String[] labels(int i) {
    return new String[] {
      "__name__", "bench_paths",
      "job", CounterLoad.job(i / 300),
      "path", path(i)
    };
  }

  /** {@return the path of a series} */
  String path(int i) {
    return "/v%d/%s/%012x/%s"
        .formatted(
            i % 3 + 1,
            RESOURCES.get(i / 3 % RESOURCES.size()),
            Mix.bits(i, 7) >>> 16,
            LEAVES.get(i / 30 % LEAVES.size()));
  }

  @Override
  public long timestampMs(int i, int scrape) {
    return startMs;
  }

  @Override
  public double value(int i, int scrape) {
    return i;
  }
}
