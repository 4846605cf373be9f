package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.BitPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An open querier sees the batches that were committed before it was opened, and no other. */
class ViewTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final Labels LABELS = Labels.of("__name__", "viewed");

  @TempDir Path directory = Path.of("set by JUnit");

  private static void append(Tsdb db, long timeMs, double value) throws IOException {
    Appender appender = db.appender();
    appender.add(appender.series(LABELS), timeMs, value);
    appender.commit();
  }

  @Test
  void whatComesLaterIsNotSeenWhereverItIsMoved() throws IOException {
    Options options = Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
    try (Tsdb db = Tsdb.open(directory, options)) {
      append(db, T0, 1);
      append(db, T0 - 2000, 2);
      try (Querier opened = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        List<BitPoint> seen = StoreProbe.floats(opened, LABELS);
        assertThat(seen).containsExactly(StoreProbe.point(T0 - 2000, 2), StoreProbe.point(T0, 1));
        append(db, T0 + 1000, 3);
        append(db, T0 - 1000, 4);
        assertThat(StoreProbe.floats(opened, LABELS)).isEqualTo(seen);
        db.compact();
        assertThat(StoreProbe.floats(opened, LABELS)).isEqualTo(seen);
        append(db, T0 - 500, 5);
        assertThat(StoreProbe.floats(opened, LABELS)).isEqualTo(seen);
      }
      assertThat(new StoreProbe(db, db).floats(Long.MIN_VALUE, Long.MAX_VALUE, LABELS)).hasSize(5);
    }
  }
}
