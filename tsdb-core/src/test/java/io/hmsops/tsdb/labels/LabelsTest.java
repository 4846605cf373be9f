package io.hmsops.tsdb.labels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelsTest {
  private static final Labels BUCKET = Labels.of("__name__", "x", "job", "a", "le", "0.5");

  @Test
  void labelsThatAgreeInAllButOneDifferOnlyInThat() {
    Labels other = Labels.of("__name__", "x", "job", "a", "le", "1");

    assertThat(BUCKET.differOnlyIn("le", other)).isTrue();
    assertThat(BUCKET.differOnlyIn("job", other)).isFalse();
  }

  @Test
  void bothMustHaveTheLabelThatMayDiffer() {
    assertThat(BUCKET.differOnlyIn("le", Labels.of("__name__", "x", "job", "a"))).isFalse();
    assertThat(BUCKET.differOnlyIn("le", Labels.of("__name__", "x", "job", "a", "lf", "1")))
        .isFalse();
    assertThat(BUCKET.differOnlyIn("zone", BUCKET)).isFalse();
  }

  @Test
  void anotherDifferenceIsNotOverlooked() {
    Labels other = Labels.of("__name__", "x", "job", "b", "le", "1");

    assertThat(BUCKET.differOnlyIn("le", other)).isFalse();
  }
}
