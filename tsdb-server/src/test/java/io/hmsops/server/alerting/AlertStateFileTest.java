package io.hmsops.server.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.server.testing.FormatExample;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertStateFileTest {
  @TempDir Path directory;

  private Path path() {
    return directory.resolve("alert-state");
  }

  private static List<SavedRule> state() {
    ActiveAlert alert =
        new ActiveAlert(
            Labels.of("alertname", "Slow", "pod", "é"),
            Map.of("summary", "p95 is 9.5k"),
            Double.NaN,
            1_000);
    alert.state = AlertState.FIRING;
    alert.firedAtMs = 2_000;
    alert.keepFiringSinceMs = 3_000;
    alert.lastSentAtMs = 2_500;
    return List.of(new SavedRule("group", "Slow", "x > 5", 4_000, List.of(alert)));
  }

  @Test
  void whatWasWrittenIsRead() throws Exception {
    new AlertStateFile(path()).write(state());

    List<SavedRule> read = new AlertStateFile(path()).read();

    assertThat(AlertStateFile.encode(read)).isEqualTo(AlertStateFile.encode(state()));
    assertThat(read.get(0).alerts().get(0).firedAtMs).isEqualTo(2_000);
  }

  @Test
  void theExampleInTheDocumentationIsWhatIsWritten() throws Exception {
    new AlertStateFile(path()).write(List.of());

    assertThat(Files.readAllBytes(path()))
        .isEqualTo(FormatExample.of("alert-state.md", "an `alert-state`"));
  }

  @Test
  void noFileIsNoState() throws Exception {
    assertThat(new AlertStateFile(path()).read()).isEmpty();
  }

  @Test
  void everyFlippedByteIsFound() throws Exception {
    new AlertStateFile(path()).write(state());
    byte[] good = Files.readAllBytes(path());
    for (int i = 0; i < good.length; i++) {
      byte[] broken = good.clone();
      broken[i] ^= 0x40;
      Files.write(path(), broken);
      int at = i;
      assertThatThrownBy(() -> new AlertStateFile(path()).read())
          .as("byte %d", at)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void everyTornFileIsFound() throws Exception {
    new AlertStateFile(path()).write(state());
    byte[] good = Files.readAllBytes(path());
    for (int length = 0; length < good.length; length++) {
      Files.write(path(), java.util.Arrays.copyOf(good, length));
      assertThatThrownBy(() -> new AlertStateFile(path()).read())
          .as("length %d", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aNewerVersionIsRefusedAsSuch() throws Exception {
    new FramedFile(path(), AlertStateFile.MAGIC, AlertStateFile.VERSION + 1).write(new byte[0]);

    assertThatThrownBy(() -> new AlertStateFile(path()).read()).hasMessageContaining("newer");
  }

  @Test
  void theExampleOfTheFormatPageIsRead() throws Exception {
    Files.write(
        path(), java.util.HexFormat.of().parseHex("484d534100000000000000044867" + "4bc700000000"));

    assertThat(new AlertStateFile(path()).read()).isEmpty();
  }
}
