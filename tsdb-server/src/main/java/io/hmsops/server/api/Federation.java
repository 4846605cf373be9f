package io.hmsops.server.api;

import io.hmsops.query.parse.ParseException;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /federate}: the newest sample of each series that a selector finds, in the text format,
 * with its time. External labels stand where a series has none of that name. Staleness markers and
 * exponential histograms, which the format cannot say, are left out.
 */
final class Federation {
  private static final String INSTANCE = "instance";

  private final ApiContext context;

  Federation(ApiContext context) {
    this.context = context;
  }

  /** The newest sample of a series. */
  private record Newest(
      Labels labels, long timestampMs, double value, @Nullable Histogram histogram) {
    String name() {
      return labels.get(Label.METRIC_NAME);
    }
  }

  HttpResponse federate(HttpRequest request) throws IOException {
    List<List<LabelMatcher>> selectors = new ArrayList<>();
    for (String text : request.parameters().all("match[]")) {
      try {
        selectors.add(Selectors.parse(text));
      } catch (ParseException e) {
        return HttpResponse.text(400, e.getMessage() + "\n")
            .with("X-Content-Type-Options", "nosniff");
      }
    }
    List<Newest> samples = new ArrayList<>(read(selectors, request).values());
    samples.sort(Comparator.comparing(Newest::name, Utf8Order.INSTANCE));
    boolean utf8 = FederationText.takesUtf8(request.header("Accept").orElse(""));
    FederationText text = new FederationText(utf8, externalLabels());
    for (Newest sample : samples) {
      Histogram histogram = sample.histogram;
      if (histogram == null) {
        text.add(sample.labels, sample.timestampMs, sample.value);
      } else {
        text.add(sample.labels, sample.timestampMs, histogram);
      }
    }
    return HttpResponse.of(
        200, text.contentType(), text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** An empty instance keeps the scraper of this page from adding its own. */
  private Map<String, String> externalLabels() {
    Map<String, String> labels = new TreeMap<>(Utf8Order.INSTANCE);
    labels.put(INSTANCE, "");
    for (Label label : context.services().externalLabels().get()) {
      labels.put(label.name(), label.value());
    }
    return labels;
  }

  private Map<Labels, Newest> read(List<List<LabelMatcher>> selectors, HttpRequest request)
      throws IOException {
    long maxMs = context.clock().millis();
    long minMs = maxMs - context.options().lookbackMs();
    TreeMap<Labels, Newest> found = new TreeMap<>();
    SampleBatch batch = new SampleBatch();
    SelectHints hints =
        new SelectHints(minMs, maxMs, 0, 0, "", List.of(), false, request.cancellation());
    try (Querier querier = context.storage().querier(minMs, maxMs)) {
      for (List<LabelMatcher> matchers : selectors) {
        SeriesSet set = querier.select(hints, matchers);
        while (set.next()) {
          Newest newest = newest(set.series(), batch, minMs, maxMs);
          if (newest != null && !newest.name().isEmpty()) {
            found.putIfAbsent(newest.labels, newest);
          }
        }
      }
    }
    return found;
  }

  private static @Nullable Newest newest(Series series, SampleBatch batch, long minMs, long maxMs)
      throws TsdbException {
    long timestampMs = Long.MIN_VALUE;
    double value = 0;
    Histogram histogram = null;
    SampleCursor cursor = series.samples();
    while (cursor.next(batch)) {
      for (int i = 0; i < batch.count(); i++) {
        long timeMs = batch.timestampsMs()[i];
        if (timeMs >= minMs && timeMs <= maxMs) {
          timestampMs = timeMs;
          histogram = batch.holdsHistograms() ? batch.histograms()[i] : null;
          value = histogram == null ? batch.values()[i] : histogram.sum();
        }
      }
    }
    boolean says = histogram == null || histogram.isCustom();
    return timestampMs == Long.MIN_VALUE || StaleMarker.is(value) || !says
        ? null
        : new Newest(series.labels(), timestampMs, value, histogram);
  }
}
