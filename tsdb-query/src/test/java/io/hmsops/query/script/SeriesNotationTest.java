package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.query.parse.ParseException;
import io.hmsops.query.testing.JsonCase;
import io.hmsops.query.testing.SharedData;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SeriesNotationTest {
  @TestFactory
  Stream<DynamicTest> sharedSeries() {
    return JsonCase.cases(SharedData.promql("parse/series-descriptions.json")).stream()
        .map(vector -> DynamicTest.dynamicTest(vector.text("input"), () -> check(vector)));
  }

  private static void check(JsonCase vector) throws ParseException {
    String input = vector.text("input");
    if (!vector.get("ok").equals(true)) {
      assertThatThrownBy(() -> SeriesNotation.parse(1, input)).isInstanceOf(ParseException.class);
      return;
    }
    SeriesLine line = SeriesNotation.parse(1, input);
    Labels.Builder labels = new Labels.Builder();
    vector.object("labels").members().forEach((n, v) -> labels.add(n, String.valueOf(v)));
    assertThat((Object) line.labels()).isEqualTo(labels.build());
    List<Item> expected =
        vector.list("values").stream()
            .<Item>map(value -> value == null ? Item.MISSING : new Item.Value((Double) value))
            .toList();
    assertThat(line.items()).isEqualTo(expected);
  }

  @TestFactory
  Stream<DynamicTest> sharedHistograms() {
    return JsonCase.cases(SharedData.promql("parse/histogram-series.json")).stream()
        .map(vector -> DynamicTest.dynamicTest(vector.text("name"), () -> checkHistogram(vector)));
  }

  private static void checkHistogram(JsonCase vector) throws ParseException {
    String input = vector.text("input");
    if (vector.has("points")) {
      assertThat(SeriesNotation.parse(1, input).items()).hasSize(vector.number("points"));
      return;
    }
    String error = vector.text("error");
    // One upstream text names a token by a number of its generated parser: only its place counts.
    String wanted = error.contains("<Item") ? error.substring(0, error.indexOf('"')) : error;
    assertThatThrownBy(() -> SeriesNotation.parse(1, input))
        .isInstanceOf(ParseException.class)
        .hasMessageStartingWith(wanted);
  }

  @Test
  void aStaleMarkerKeepsItsBits() throws ParseException {
    Item item = SeriesNotation.parse(1, "a stale").items().getFirst();
    assertThat(item).isInstanceOf(Item.Value.class);
    assertThat(StaleMarker.is(((Item.Value) item).value())).isTrue();
  }

  @Test
  void aStepIsAddedBucketByBucketAtTheBasesSchema() throws ParseException {
    List<Item> items =
        SeriesNotation.parse(
                1, "h {{schema:0 buckets:[1] count:1}}+{{schema:1 buckets:[2 3 4] count:9}}x1")
            .items();
    Histogram sum = ((Item.Hist) items.getLast()).histogram();
    assertThat(sum.schema()).isZero();
    // Buckets 0, 1 and 2 at schema 1 fall into 0, 1 and 1 at schema 0.
    assertThat(sum.positiveSpans()).containsExactly(0, 2);
    assertThat(sum.positiveBuckets()).containsExactly(3, 7);
    assertThat(sum.count()).isEqualTo(10);
  }
}
