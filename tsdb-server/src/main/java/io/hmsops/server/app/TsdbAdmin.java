package io.hmsops.server.app;

import io.hmsops.server.api.StoreAdmin;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The database as an administrator sees it. */
final class TsdbAdmin implements StoreAdmin {
  private static final String SNAPSHOTS = "snapshots";
  private static final int RANDOM_BYTES = 8;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Tsdb store;
  private final Path data;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  TsdbAdmin(Tsdb store, Path data, InstantSource clock) {
    this.store = store;
    this.data = data;
    this.clock = clock;
  }

  @Override
  public void compact() throws IOException {
    store.compact();
  }

  @Override
  public void delete(List<List<LabelMatcher>> matcherSets, long fromMs, long toMs)
      throws IOException {
    store.delete(matcherSets, fromMs, toMs);
  }

  @Override
  public void cleanTombstones() throws IOException {
    store.cleanTombstones();
  }

  @Override
  public String snapshot(boolean skipHead) throws IOException {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    String name = TIME.format(clock.instant()) + "-" + HexFormat.of().formatHex(bytes);
    store.snapshot(data.resolve(SNAPSHOTS).resolve(name), skipHead);
    return name;
  }
}
