package io.hmsops.server.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.server.alerting.AlertEvent.Kind;
import io.hmsops.server.rules.Rule;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertBookTest {
  private static final Labels POD = Labels.of("alertname", "Slow", "pod", "a");
  private static final AlertingOptions OPTIONS = AlertingOptions.defaults("http://ops");

  private final List<Kind> kinds = new ArrayList<>();

  private AlertBook book(long forMs, long keepFiringForMs) {
    return new AlertBook(
        new Rule.Alerting("Slow", "x > 5", forMs, keepFiringForMs, Map.of(), Map.of()),
        OPTIONS,
        event -> kinds.add(event.kind()));
  }

  private static List<AlertBook.Candidate> holds(Labels... labels) {
    List<AlertBook.Candidate> candidates = new ArrayList<>();
    for (Labels set : labels) {
      candidates.add(new AlertBook.Candidate(set, Map.of(), 7));
    }
    return candidates;
  }

  private static AlertState state(AlertBook book) {
    return book.views().isEmpty() ? AlertState.INACTIVE : book.views().get(0).state();
  }

  @Test
  void anAlertFiresOnceItsConditionHeldForLongEnough() throws Exception {
    AlertBook book = book(60_000, 0);

    book.evaluate(1_000_000, holds(POD), 0);
    assertThat(state(book)).isEqualTo(AlertState.PENDING);
    book.evaluate(1_059_999, holds(POD), 0);
    assertThat(state(book)).isEqualTo(AlertState.PENDING);
    book.evaluate(1_060_000, holds(POD), 0);

    assertThat(book.views())
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.state()).isEqualTo(AlertState.FIRING);
              assertThat(alert.activeAtMs()).isEqualTo(1_000_000);
              assertThat(alert.firedAtMs()).isEqualTo(1_060_000);
            });
    assertThat(kinds).containsExactly(Kind.CROSSED, Kind.PENDING, Kind.FIRING);
  }

  @Test
  void withoutForAnAlertFiresInTheSameEvaluation() throws Exception {
    AlertBook book = book(0, 0);

    Map<Labels, Double> series = book.evaluate(5_500, holds(POD), 0);

    assertThat(series)
        .containsOnly(
            Map.entry(POD.with("__name__", "ALERTS").with("alertstate", "firing"), 1.0),
            Map.entry(POD.with("__name__", "ALERTS_FOR_STATE"), 5.0));
  }

  @Test
  void aPendingAlertWhoseConditionEndsStartsAnew() throws Exception {
    AlertBook book = book(60_000, 0);
    book.evaluate(0, holds(POD), 0);
    book.evaluate(30_000, holds(), 0);
    assertThat(book.views()).isEmpty();

    book.evaluate(60_000, holds(POD), 0);

    assertThat(state(book)).isEqualTo(AlertState.PENDING);
  }

  @Test
  void keepFiringForDelaysTheEnd() throws Exception {
    AlertBook book = book(0, 60_000);
    book.evaluate(1_000, holds(POD), 0);
    book.evaluate(2_000, holds(), 0);
    book.evaluate(61_999, holds(), 0);
    assertThat(state(book)).isEqualTo(AlertState.FIRING);
    assertThat(book.views().get(0).keepFiringSinceMs()).isEqualTo(2_000);

    book.evaluate(62_000, holds(), 0);

    assertThat(state(book)).isEqualTo(AlertState.INACTIVE);
    assertThat(kinds).containsExactly(Kind.CROSSED, Kind.FIRING, Kind.CLEARED, Kind.RESOLVED);
  }

  @Test
  void aConditionThatReturnsEndsTheKeeping() throws Exception {
    AlertBook book = book(0, 60_000);
    book.evaluate(1_000, holds(POD), 0);
    book.evaluate(2_000, holds(), 0);
    book.evaluate(3_000, holds(POD), 0);

    assertThat(book.views().get(0).keepFiringSinceMs()).isZero();
    assertThat(book.views().get(0).firedAtMs()).isEqualTo(1_000);
  }

  @Test
  void firingAlertsAreRepeatedAndResolvedOnesSentAtOnce() throws Exception {
    AlertBook book = book(0, 0);
    book.evaluate(100_000, holds(POD), 0);
    assertThat(book.takeOutgoing(100_000, 30_000, "")).hasSize(1);
    assertThat(book.takeOutgoing(160_000, 30_000, "")).isEmpty();
    assertThat(book.takeOutgoing(160_001, 30_000, ""))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.startsAtMs()).isEqualTo(100_000);
              assertThat(alert.endsAtMs()).isEqualTo(160_001 + 240_000);
            });

    book.evaluate(170_000, holds(), 0);

    assertThat(book.takeOutgoing(170_000, 30_000, ""))
        .singleElement()
        .satisfies(alert -> assertThat(alert.endsAtMs()).isEqualTo(170_000));
  }

  @Test
  void pendingAlertsAreNotSent() throws Exception {
    AlertBook book = book(60_000, 0);
    book.evaluate(100_000, holds(POD), 0);

    assertThat(book.takeOutgoing(100_000, 30_000, "")).isEmpty();
  }

  @Test
  void equalLabelSetsFailTheRule() {
    assertThatThrownBy(() -> book(0, 0).evaluate(0, holds(POD, POD), 0))
        .hasMessage("vector contains metrics with the same labelset after applying alert labels");
  }

  @Test
  void moreAlertsThanTheLimitDropAll() throws Exception {
    AlertBook book = book(0, 0);

    assertThatThrownBy(() -> book.evaluate(0, holds(POD, Labels.of("pod", "b")), 1))
        .hasMessage("exceeded limit of 1 with 2 alerts");
    assertThat(book.views()).isEmpty();
  }

  @Test
  void fingerprintsAreThoseOfAlertmanager() {
    // FNV-1a over nothing is its offset basis; the second was computed by hand with Python.
    assertThat(Fingerprint.of(Labels.EMPTY)).isEqualTo("cbf29ce484222325");
    assertThat(Fingerprint.of(Labels.of("alertname", "test"))).isEqualTo("1f56cb8f931d1bd4");
  }
}
