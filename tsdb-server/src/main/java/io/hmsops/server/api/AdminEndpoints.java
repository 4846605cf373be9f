package io.hmsops.server.api;

import io.hmsops.query.parse.ParseException;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code admin/tsdb/*}. */
final class AdminEndpoints {
  private static final Logger LOG = LoggerFactory.getLogger(AdminEndpoints.class);

  private final ApiContext context;

  AdminEndpoints(ApiContext context) {
    this.context = context;
  }

  /** Something that the store does. */
  @FunctionalInterface
  private interface Work {
    Answer run(StoreAdmin store) throws IOException;
  }

  /** Our own; destroys nothing, so it needs no leave. */
  Answer compact(HttpRequest request) {
    return with(
        store -> {
          store.compact();
          return Answer.NOTHING;
        });
  }

  Answer deleteSeries(HttpRequest request) {
    checkEnabled();
    RequestParameters parameters = new RequestParameters(request.parameters());
    if (!parameters.has("match[]")) {
      throw ApiException.badData("no match[] parameter provided");
    }
    long startMs = parameters.timeMs("start", RequestParameters.MIN_TIME_MS);
    long endMs = parameters.timeMs("end", RequestParameters.MAX_TIME_MS);
    if (endMs < startMs) {
      throw ApiException.badParameter("end", "end timestamp must not be before start time");
    }
    List<List<LabelMatcher>> matcherSets = new ArrayList<>();
    for (String selector : parameters.texts("match[]")) {
      try {
        matcherSets.add(Selectors.parse(selector));
      } catch (ParseException e) {
        throw ApiException.badParameter("match[]", String.valueOf(e.getMessage()));
      }
    }
    return with(
        store -> {
          store.delete(matcherSets, startMs, endMs);
          return Answer.NOTHING;
        });
  }

  Answer cleanTombstones(HttpRequest request) {
    checkEnabled();
    return with(
        store -> {
          store.cleanTombstones();
          return Answer.NOTHING;
        });
  }

  Answer snapshot(HttpRequest request) {
    checkEnabled();
    boolean skipHead = skipHead(new RequestParameters(request.parameters()));
    return with(
        store -> {
          String name = store.snapshot(skipHead);
          return Answer.of(
              json -> {
                json.writeStartObject();
                json.writeStringProperty("name", name);
                json.writeEndObject();
              });
        });
  }

  private static boolean skipHead(RequestParameters parameters) {
    if (!parameters.has("skip_head")) {
      return false;
    }
    String text = parameters.text("skip_head");
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default ->
          throw ApiException.badParameter(
              "skip_head",
              "unable to parse boolean 'skip_head' argument: \"%s\" (expected: true or false)"
                  .formatted(text));
    };
  }

  private void checkEnabled() {
    if (!context.options().adminEnabled()) {
      throw new ApiException(ErrorKind.UNAVAILABLE, "admin APIs disabled");
    }
  }

  private Answer with(Work work) {
    StoreAdmin store =
        context
            .services()
            .storeAdmin()
            .orElseThrow(() -> ApiException.notSupported("administration of this store"));
    try {
      return work.run(store);
    } catch (IOException e) {
      LOG.warn("administration of the store failed", e);
      throw new ApiException(ErrorKind.INTERNAL, String.valueOf(e.getMessage()));
    }
  }
}
