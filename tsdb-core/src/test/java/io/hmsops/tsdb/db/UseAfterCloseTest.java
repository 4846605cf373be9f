package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A closed database says so, whatever is asked of it, and touches nothing. */
class UseAfterCloseTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final Labels LABELS = Labels.of("__name__", "test");
  private static final List<LabelMatcher> ALL = List.of(LabelMatcher.equal("__name__", "test"));

  @TempDir Path directory = Path.of("set by JUnit");

  @ParameterizedTest
  @EnumSource(Durability.class)
  void everyMethodSaysThatItIsClosed(Durability durability) throws IOException {
    Tsdb db = Tsdb.open(directory.resolve("db"), quiet().withDurability(durability));
    Appender appender = db.appender();
    long ref = appender.series(LABELS);
    appender.add(ref, T0, 1);
    appender.commit();
    appender.add(ref, T0 + 1, 2);
    Querier querier = db.querier(T0, T0 + 10);
    db.close();

    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("appender", db::appender);
    calls.put("querier", () -> db.querier(T0, T0));
    calls.put("maintain", db::maintain);
    calls.put("checkpoint", db::checkpoint);
    calls.put("compact", db::compact);
    calls.put("delete", () -> db.delete(List.of(ALL), T0, T0));
    calls.put("cleanTombstones", db::cleanTombstones);
    calls.put("snapshot", () -> db.snapshot(directory.resolve("copy")));
    calls.put("force", db::force);
    calls.put("memoryPressure", db::memoryPressure);
    calls.put("stats", db::stats);
    calls.put("Appender.series", () -> appender.series(LABELS));
    calls.put("Appender.series of a new one", () -> appender.series(Labels.of("__name__", "new")));
    calls.put("Appender.add", () -> appender.add(ref, T0 + 2, 1));
    calls.put("Appender.add of an exemplar", () -> appender.add(ref, new Exemplar(LABELS, 1, T0)));
    calls.put("Appender.commit", appender::commit);
    calls.put("Appender.commit of nothing", appender::commit);
    calls.put("Querier.select", () -> querier.select(SelectHints.range(T0, T0), ALL));
    calls.put("Querier.select of nothing", () -> querier.select(SelectHints.range(2, 1), ALL));
    calls.put("Querier.labelNames", () -> querier.labelNames(ALL));
    calls.put("Querier.labelValues", () -> querier.labelValues("__name__", ALL));
    calls.put("Querier.exemplars", () -> querier.exemplars(List.of(ALL)));
    calls.put("Querier.metadata", querier::metadata);
    calls.forEach(
        (name, call) ->
            assertThatThrownBy(call)
                .as(name)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the database is closed"));
    querier.close();
    appender.rollback();
    db.close();
    assertThat(directory.resolve("copy")).doesNotExist();
  }

  @Test
  void whatIsAskedOfAClosedOneDoesNotReachTheNext() throws IOException {
    Tsdb first = Tsdb.open(directory, quiet());
    Appender appender = first.appender();
    long ref = appender.series(LABELS);
    for (int i = 0; i < 1_000; i++) {
      appender.add(ref, T0 + i * 15_000L, i);
    }
    appender.commit();
    first.maintain();
    first.close();
    try (Tsdb second = Tsdb.open(directory, quiet())) {
      long blocks = second.stats().blocks();
      assertThat(blocks).isPositive();
      assertThatThrownBy(() -> first.delete(List.of(ALL), Long.MIN_VALUE, Long.MAX_VALUE))
          .hasMessage("the database is closed");
      assertThatThrownBy(first::compact).hasMessage("the database is closed");
      second.compact();
      try (Querier querier = second.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        assertThat(querier.select(SelectHints.range(T0, Long.MAX_VALUE), ALL).next()).isTrue();
      }
    }
  }

  private static Options quiet() {
    return Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
  }
}
