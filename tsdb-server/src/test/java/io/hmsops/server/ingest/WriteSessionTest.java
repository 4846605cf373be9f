package io.hmsops.server.ingest;

import static io.hmsops.server.ingest.ProtobufMessage.label;
import static io.hmsops.server.ingest.ProtobufMessage.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.server.http.HttpException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.SeriesLimitException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class WriteSessionTest {
  /** Its references are good until it forgets them; remembers what was committed. */
  private static final class ForgetfulStore implements SampleStore, Appender {
    private final List<Labels> known = new ArrayList<>();
    private final List<String> batch = new ArrayList<>();
    private final List<String> stored = new ArrayList<>();
    private long epoch;
    private String refused = "";

    void forget() {
      known.clear();
      epoch += 1L << 40;
    }

    @Override
    public Appender appender() {
      return this;
    }

    @Override
    public long series(Labels labels) throws SeriesLimitException {
      if (labels.get("i").equals(refused)) {
        throw new SeriesLimitException(labels + ": new series refused");
      }
      if (!known.contains(labels)) {
        known.add(labels);
      }
      return epoch + known.indexOf(labels) + 1;
    }

    @Override
    public void add(long ref, long timestampMs, double value) {
      if (ref - epoch < 1 || ref - epoch > known.size()) {
        throw new IllegalArgumentException("series reference: " + ref);
      }
      batch.add(known.get((int) (ref - epoch) - 1).get("i") + " " + timestampMs + " " + value);
    }

    @Override
    public void add(long ref, long timestampMs, Histogram histogram) {}

    @Override
    public void startTimestamp(long startTimestampMs) {}

    @Override
    public void add(long ref, Exemplar exemplar) {}

    @Override
    public void metadata(String family, Metadata metadata) {}

    @Override
    public int size() {
      return batch.size();
    }

    @Override
    public CommitResult commit() {
      CommitResult result = new CommitResult(batch.size(), 0, List.of());
      stored.addAll(batch);
      batch.clear();
      return result;
    }

    @Override
    public void rollback() {
      batch.clear();
    }
  }

  private final ForgetfulStore store = new ForgetfulStore();
  private final WriteSession session =
      new WriteSession(store, new KnownSeries(() -> Instant.EPOCH), LabelHash.seeded());

  /** {@return a request with a sample of each of three series} */
  private static byte[] request(long timestampMs) throws IOException {
    byte[] sample =
        message(
            out -> {
              out.writeDouble(1, 7);
              out.writeInt64(2, timestampMs);
            });
    byte[] request =
        message(
            out -> {
              for (String i : List.of("a", "b", "c")) {
                byte[] series =
                    message(
                        fields -> {
                          fields.writeByteArray(1, label("__name__", "m"));
                          fields.writeByteArray(1, label("i", i));
                          fields.writeByteArray(2, sample);
                        });
                out.writeByteArray(1, series);
              }
            });
    return Snappy.compress(request);
  }

  @Test
  void seriesThatTheStoreForgotAreLookedUpAnew() throws Exception {
    assertThat(session.store(request(1), 0, Cancellation.NONE).accepted()).isEqualTo(3);
    assertThat(session.store(request(2), 0, Cancellation.NONE).accepted()).isEqualTo(3);
    store.forget();
    assertThat(session.store(request(3), 0, Cancellation.NONE).accepted()).isEqualTo(3);
    assertThat(store.stored)
        .containsExactly(
            "a 1 7.0", "b 1 7.0", "c 1 7.0", "a 2 7.0", "b 2 7.0", "c 2 7.0", "a 3 7.0", "b 3 7.0",
            "c 3 7.0");
  }

  @Test
  void aSeriesThatALimitRefusesCostsOnlyItself() throws Exception {
    store.refused = "b";
    assertThatThrownBy(() -> session.store(request(1), 0, Cancellation.NONE))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("i=\"b\"}: new series refused");
    assertThat(store.stored).containsExactly("a 1 7.0", "c 1 7.0");
    store.refused = "";
    assertThat(session.store(request(2), 0, Cancellation.NONE).accepted()).isEqualTo(3);
  }
}
