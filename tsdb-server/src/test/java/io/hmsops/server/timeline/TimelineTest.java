package io.hmsops.server.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.server.alerting.AlertListener;
import io.hmsops.server.playbook.PlaybookOptions;
import io.hmsops.server.playbook.PlaybookRunner;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTest {
  private static final Labels LABELS = Labels.of("alertname", "Slow", "pod", "é");
  private static final AlertEvent FIRST =
      new AlertEvent(1, AlertEvent.Kind.CROSSED, "00000000000000aa", LABELS, "value 9500");
  private static final AlertEvent SECOND =
      new AlertEvent(2, AlertEvent.Kind.FIRING, "00000000000000aa", Labels.EMPTY, "");

  @TempDir Path directory;

  private void write(AlertEvent... events) throws IOException {
    try (Timeline timeline = new Timeline(directory)) {
      Arrays.asList(events).forEach(timeline::on);
    }
  }

  private List<AlertEvent> read() throws IOException {
    try (Timeline timeline = new Timeline(directory)) {
      return timeline.events();
    }
  }

  @Test
  void eventsSurviveARestart() throws Exception {
    write(FIRST);
    write(SECOND);

    assertThat(read()).containsExactly(FIRST, SECOND);
  }

  @Test
  void theExampleInTheDocumentationIsWhatIsWritten() throws Exception {
    write(SECOND);
    String example =
        "48 4d 53 54 00 00 00 00 "
            + "00 00 00 25 01 34 ad 43 "
            + "00 00 00 00 00 00 00 02 "
            + "03 "
            + "00 00 00 10 30 30 30 30 30 30 30 30 30 30 30 30 30 30 61 61 "
            + "00 00 00 00 "
            + "00 00 00 00";

    assertThat(
            HexFormat.ofDelimiter(" ").formatHex(Files.readAllBytes(directory.resolve("timeline"))))
        .isEqualTo(example);
  }

  @Test
  void everyKindHasACodeOfItsOwnAndComesBack() throws Exception {
    AlertEvent[] all =
        Arrays.stream(AlertEvent.Kind.values())
            .map(kind -> new AlertEvent(3, kind, "f", LABELS, kind.name()))
            .toArray(AlertEvent[]::new);
    write(all);

    assertThat(read()).containsExactly(all);
  }

  @Test
  void aTornEndIsDroppedAtEveryLengthAndWritingGoesOn() throws Exception {
    write(FIRST, SECOND);
    Path file = directory.resolve("timeline");
    byte[] whole = Files.readAllBytes(file);
    int firstEnds =
        TimelineFile.HEADER_LENGTH
            + TimelineFile.FRAME_HEADER_LENGTH
            + TimelineFile.encode(FIRST).length;
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      write(SECOND);
      assertThat(read())
          .as("cut at %d", length)
          .isEqualTo(length < firstEnds ? List.of(SECOND) : List.of(FIRST, SECOND));
    }
  }

  @Test
  void aFlippedByteDropsItsFrame() throws Exception {
    write(FIRST, SECOND);
    Path file = directory.resolve("timeline");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertThat(read()).containsExactly(FIRST);
  }

  @Test
  void aForeignOrNewerFileIsRefusedAndUntouched() throws Exception {
    Path file = directory.resolve("timeline");
    Files.writeString(file, "something else");
    assertThatThrownBy(this::read).hasMessageContaining("not a timeline");
    assertThat(Files.readString(file)).isEqualTo("something else");

    Files.write(file, new byte[] {'H', 'M', 'S', 'T', 0, 0, 0, 9});
    assertThatThrownBy(this::read).hasMessageContaining("newer");
  }

  @Test
  void notesAreTakenOnlyWhileARunIsOpenAndOnlyFromHere() throws Exception {
    Path playbooks = Files.createDirectories(directory.resolve("playbooks"));
    Files.writeString(playbooks.resolve("wait.py"), "import sys\nsys.stdin.read()\n");
    InetAddress here = InetAddress.getLoopbackAddress();
    InetAddress elsewhere = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
    try (Timeline timeline = new Timeline(directory);
        PlaybookRunner runner =
            new PlaybookRunner(
                PlaybookOptions.defaults(playbooks, "http://ops"),
                InstantSource.system(),
                AlertListener.NONE)) {
      NoteService notes =
          new NoteService(
              () -> Map.of("00000000000000aa", LABELS), runner, timeline, InstantSource.system());
      assertThat(notes.post("00000000000000aa", "restarted", here, "").status()).isEqualTo(403);
      runner.run(
          "wait.py",
          "{\"alerts\": [{\"status\": \"firing\", \"fingerprint\": \"00000000000000aa\"}]}");

      assertThat(notes.post("00000000000000aa", "restarted", elsewhere, "").status())
          .isEqualTo(403);
      assertThat(notes.post("00000000000000aa", "restarted", here, "").status()).isEqualTo(200);
      assertThat(notes.notes("00000000000000aa"))
          .singleElement()
          .satisfies(
              note -> assertThat(note.text()).startsWith("restarted").contains("unauthenticated"));
      NoteService.NoteAnswer unknown = notes.post("00000000000000ab", "x", here, "");
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.nearest()).containsExactly("00000000000000aa Slow{pod=\"é\"}");
      assertThat(notes.post("", "x", here, "").status()).isEqualTo(400);
    }
  }
}
