package io.hmsops.server.ingest;

import io.hmsops.server.http.Handler;
import io.hmsops.server.http.HttpException;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.xerial.snappy.Snappy;

/**
 * Answers remote read: the samples of selectors as they are stored, staleness markers included, as
 * snappy around protobuf. Streams of chunks are not supported; who asks for them takes samples as
 * well, or gets a 400. Thread-safe.
 */
public final class RemoteReadHandler implements Handler {
  /** The most that a request may be once it is decompressed. */
  private static final int MAX_REQUEST_BYTES = 4 << 20;

  /** How many samples an answer may have: upstream's default. */
  private static final long MAX_SAMPLES = 50_000_000;

  private final Queryable storage;
  private final Supplier<Labels> externalLabels;
  private final long maxBytes;

  /**
   * Creates a handler.
   *
   * @param storage what is read
   * @param externalLabels labels of all answers
   * @param maxBytes how large an answer may be before it is compressed
   */
  public RemoteReadHandler(Queryable storage, Supplier<Labels> externalLabels, long maxBytes) {
    this.storage = storage;
    this.externalLabels = externalLabels;
    this.maxBytes = maxBytes;
  }

  @Override
  public HttpResponse handle(HttpRequest request) throws IOException {
    ReadRequest read = ReadRequest.read(decompress(request.body()));
    if (!read.acceptedTypes().isEmpty() && !read.acceptedTypes().contains(ReadRequest.SAMPLES)) {
      throw new HttpException(
          400,
          "server does not support any of the requested response types: %s; supported: [SAMPLES]\n"
              .formatted(read.acceptedTypes()));
    }
    ReadResponse response = new ReadResponse();
    long samples = 0;
    try {
      for (ReadRequest.Query query : read.queries()) {
        samples = write(query, request.cancellation(), response, samples);
        response.endResult();
      }
    } catch (TsdbException e) {
      return HttpResponse.text(500, e.getMessage() + "\n");
    }
    return HttpResponse.of(200, "application/x-protobuf", Snappy.compress(response.toByteArray()))
        .with("Content-Encoding", "snappy");
  }

  private static byte[] decompress(byte[] body) {
    try {
      int length = Snappy.uncompressedLength(body);
      if (length < 0 || length > MAX_REQUEST_BYTES || !Snappy.isValidCompressedBuffer(body)) {
        throw corrupt();
      }
      return Snappy.uncompress(body);
    } catch (IOException e) {
      throw corrupt();
    }
  }

  private static HttpException corrupt() {
    return new HttpException(400, "snappy: corrupt input\n");
  }

  private long write(
      ReadRequest.Query query, Cancellation cancellation, ReadResponse response, long before)
      throws IOException {
    Labels external = externalLabels.get();
    List<LabelMatcher> matchers =
        query.matchers().stream().map(matcher -> withoutExternal(matcher, external)).toList();
    SelectHints hints =
        new SelectHints(query.startMs(), query.endMs(), 0, 0, "", List.of(), false, cancellation);
    SampleBatch batch = new SampleBatch();
    long samples = before;
    try (Querier querier = storage.querier(query.startMs(), query.endMs())) {
      SeriesSet set = querier.select(hints, matchers);
      while (set.next()) {
        samples = write(set.series(), query, external, batch, response, samples);
        if (response.size() > maxBytes) {
          throw new HttpException(400, "exceeded size limit (%d bytes)\n".formatted(maxBytes));
        }
      }
    }
    return samples;
  }

  private static long write(
      Series series,
      ReadRequest.Query query,
      Labels external,
      SampleBatch batch,
      ReadResponse response,
      long before)
      throws IOException {
    long samples = before;
    response.startSeries(withExternal(series.labels(), external));
    SampleCursor cursor = series.samples();
    while (cursor.next(batch)) {
      for (int i = 0; i < batch.count(); i++) {
        long timeMs = batch.timestampsMs()[i];
        if (timeMs < query.startMs() || timeMs > query.endMs()) {
          continue;
        }
        if (++samples > MAX_SAMPLES) {
          throw new HttpException(400, "exceeded sample limit (%d)\n".formatted(MAX_SAMPLES));
        }
        if (batch.holdsHistograms()) {
          response.addSample(timeMs, batch.histograms()[i]);
        } else {
          response.addSample(timeMs, batch.values()[i]);
        }
      }
    }
    if (samples > before) {
      response.endSeries();
    }
    return samples;
  }

  /** What is asked for with the labels that answers get is stored without them. */
  private static LabelMatcher withoutExternal(LabelMatcher matcher, Labels external) {
    boolean named =
        matcher.type() == LabelMatcher.Type.EQUAL
            && !matcher.value().isEmpty()
            && external.get(matcher.name()).equals(matcher.value());
    return named ? LabelMatcher.equal(matcher.name(), "") : matcher;
  }

  private static Labels withExternal(Labels labels, Labels external) {
    if (external.isEmpty()) {
      return labels;
    }
    Labels.Builder all = external.toBuilder();
    labels.forEach(label -> all.set(label.name(), label.value()));
    return all.build();
  }
}
