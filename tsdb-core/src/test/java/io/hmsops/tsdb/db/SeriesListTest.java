package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesList;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Series by number are those that the set hands out one by one. */
final class SeriesListTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final int SERIES = 700;
  private static final int STEP_MS = 15_000;
  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path directory = Path.of("set by JUnit");

  /** Series of other lengths, some with late samples, gaps, staleness markers, odd label sets. */
  private static void fill(Tsdb db, Random random) throws TsdbException {
    Appender appender = db.appender();
    for (int i = 0; i < SERIES; i++) {
      Labels.Builder labels = new Labels.Builder().add("__name__", "m").add("n", "" + i);
      if (random.nextInt(3) > 0) {
        labels.add("job", "j" + random.nextInt(5));
      }
      if (random.nextInt(9) == 0) {
        labels.add("a" + random.nextInt(3), "x");
      }
      long series = appender.series(labels.build());
      int samples = 1 + random.nextInt(200);
      boolean whole = random.nextBoolean();
      for (int k = 0; k < samples; k++) {
        double value = whole ? 3.0 * k + random.nextInt(3) : random.nextGaussian();
        appender.add(
            series, T0 + (long) k * STEP_MS, random.nextInt(99) == 0 ? StaleMarker.VALUE : value);
      }
      appender.commit();
      if (random.nextInt(20) == 0) {
        appender.add(series, T0 + 7, 1);
        appender.commit();
      }
    }
  }

  private static String samples(SampleCursor cursor) throws TsdbException {
    StringBuilder text = new StringBuilder();
    SampleBatch batch = new SampleBatch();
    while (cursor.next(batch)) {
      for (int i = 0; i < batch.count(); i++) {
        text.append(batch.timestampsMs()[i] - T0)
            .append(' ')
            .append(Double.doubleToRawLongBits(batch.values()[i]))
            .append('\n');
      }
    }
    return text.toString();
  }

  private static void compare(Querier querier, SelectHints hints, Random random)
      throws TsdbException {
    List<LabelMatcher> matchers = List.of(LabelMatcher.equal("__name__", "m"));
    List<Series> walked = new ArrayList<>();
    SeriesSet set = querier.select(hints, matchers);
    while (set.next()) {
      walked.add(set.series());
    }
    SeriesList list = querier.select(hints, matchers).list().orElseThrow();
    assertThat(list.size()).isEqualTo(walked.size());
    int[] near = random.ints(20, 0, walked.size()).toArray();
    list.approach(near, near.length);
    for (String name : List.of("job", "n", "a1", "no such", "__name__")) {
      int from = random.nextInt(walked.size());
      String[] values = new String[walked.size() - from];
      list.labels(name, from, values, values.length);
      assertThat(Arrays.asList(values))
          .as(name)
          .isEqualTo(walked.subList(from, walked.size()).stream().map(s -> s.label(name)).toList());
    }
    for (int i = 0; i < walked.size(); i++) {
      Series series = walked.get(i);
      assertThat((Object) list.labels(i)).isEqualTo(series.labels());
      assertThat(list.label(i, "job")).isEqualTo(series.labels().get("job"));
      int other = random.nextInt(walked.size());
      assertThat(list.differOnlyIn("n", i, other))
          .as("%s, %s", series.labels(), walked.get(other).labels())
          .isEqualTo(series.differsOnlyIn("n", walked.get(other)));
      assertThat(samples(list.samples(i))).isEqualTo(samples(series.samples()));
    }
  }

  @Test
  void seriesByNumberAreThoseOfTheSet() throws IOException {
    Random random = new Random(Seeds.next());
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      fill(db, random);
      for (int round = 0; round < 10; round++) {
        long from = T0 + (long) random.nextInt(200) * STEP_MS;
        long to = from + (long) random.nextInt(100) * STEP_MS;
        try (Querier querier = db.querier(from, to)) {
          SelectHints hints = SelectHints.range(from, to);
          if (querier.select(hints, List.of()).next()) {
            compare(querier, hints, random);
          }
        }
      }
    }
  }
}
