package io.hmsops.server.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.server.alerting.AlertEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaybookRunnerTest {
  private static final String GROUP =
      """
      {"version": "4", "status": "firing", "alerts": [
        {"status": "firing", "labels": {"pod": "a"}, "fingerprint": "00000000000000aa"},
        {"status": "firing", "labels": {"pod": "b"}, "fingerprint": "00000000000000bb"},
        {"status": "resolved", "labels": {"pod": "c"}, "fingerprint": "00000000000000cc"}]}
      """;

  private static final String ONE =
      """
      {"alerts": [{"status": "firing", "labels": {"pod": "a"}, "fingerprint": "00000000000000aa"}]}
      """;

  @TempDir Path directory;

  private final BlockingQueue<AlertEvent> events = new LinkedBlockingQueue<>();

  private PlaybookRunner runner(long timeLimitMs) {
    return new PlaybookRunner(
        new PlaybookOptions(directory, "http://127.0.0.1:1", timeLimitMs, 1_000, 60_000, 2, 60_000),
        InstantSource.system(),
        events::add);
  }

  private void playbook(String name, String text) throws Exception {
    Files.writeString(directory.resolve(name), text);
  }

  private AlertEvent await(AlertEvent.Kind kind) throws InterruptedException {
    while (true) {
      AlertEvent event = events.poll(60, TimeUnit.SECONDS);
      assertThat(event).as("waiting for %s", kind).isNotNull();
      if (event.kind() == kind) {
        return event;
      }
    }
  }

  @Test
  void eachFiringAlertOfAGroupGetsAProcessOfItsOwn() throws Exception {
    playbook(
        "heal.py",
        """
        import json, os, sys
        alert = json.load(sys.stdin)
        print(alert["labels"]["pod"], alert["fingerprint"], os.environ["HMS_ALERT_FINGERPRINT"],
              os.environ["HMS_URL"], len(os.environ["HMS_RUN_TOKEN"]))
        """);
    try (PlaybookRunner runner = runner(60_000)) {
      RunAnswer answer = runner.run("heal.py", GROUP);
      await(AlertEvent.Kind.PLAYBOOK_ENDED);
      await(AlertEvent.Kind.PLAYBOOK_ENDED);

      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.started()).hasSize(2);
      assertThat(runner.runs())
          .allSatisfy(run -> assertThat(run.state()).isEqualTo(PlaybookRun.State.SUCCEEDED))
          .extracting(PlaybookRun::output)
          .containsExactlyInAnyOrder(
              "a 00000000000000aa 00000000000000aa http://127.0.0.1:1 32\n",
              "b 00000000000000bb 00000000000000bb http://127.0.0.1:1 32\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../heal.py",
        "..",
        ".",
        "",
        "/bin/sh",
        "heal",
        "sub/heal.py",
        ".hidden.py",
        "link.py"
      })
  void aNameThatIsNotAFileOfTheDirectoryIsNotFound(String name) throws Exception {
    playbook("heal.py", "raise SystemExit(0)");
    playbook(".hidden.py", "raise SystemExit(0)");
    Files.createSymbolicLink(directory.resolve("link.py"), Path.of("/bin/true"));
    try (PlaybookRunner runner = runner(60_000)) {
      assertThat(runner.run(name, ONE).status()).isEqualTo(404);
      assertThat(runner.runs()).isEmpty();
    }
  }

  @Test
  void aPlaybookThatTakesTooLongIsKilled() throws Exception {
    playbook("slow.py", "import time\nprint('begun', flush=True)\ntime.sleep(600)\n");
    try (PlaybookRunner runner = runner(1_500)) {
      runner.run("slow.py", ONE);
      await(AlertEvent.Kind.PLAYBOOK_ENDED);

      assertThat(runner.runs())
          .singleElement()
          .satisfies(run -> assertThat(run.state()).isEqualTo(PlaybookRun.State.TIMED_OUT));
    }
  }

  @Test
  void theSameAlertDoesNotRunThePlaybookTwiceWithinItsCooldown() throws Exception {
    playbook("heal.py", "raise SystemExit(3)");
    try (PlaybookRunner runner = runner(60_000)) {
      runner.run("heal.py", ONE);
      AlertEvent end = await(AlertEvent.Kind.PLAYBOOK_ENDED);
      RunAnswer second = runner.run("heal.py", ONE);

      assertThat(end.detail()).contains("failed with exit code 3");
      assertThat(second.status()).isEqualTo(429);
      assertThat(second.refused())
          .singleElement()
          .satisfies(reason -> assertThat(reason).contains("cooldown"));
    }
  }

  @Test
  void onlyTheEndOfALongOutputIsKept() throws Exception {
    playbook("talk.py", "print('x' * 5000)\nprint('the end')\n");
    try (PlaybookRunner runner = runner(60_000)) {
      runner.run("talk.py", ONE);
      await(AlertEvent.Kind.PLAYBOOK_ENDED);

      assertThat(runner.runs().get(0).output())
          .startsWith("[4009 bytes left out]")
          .endsWith("the end\n");
    }
  }

  @Test
  void moreRunsThanTheLimitAreRefused() throws Exception {
    playbook("slow.py", "import time\ntime.sleep(600)\n");
    try (PlaybookRunner runner = runner(60_000)) {
      runner.run("slow.py", GROUP);
      RunAnswer third = runner.run("slow.py", ONE.replace("aa", "dd"));

      assertThat(third.refused())
          .isEqualTo(List.of("00000000000000dd: 2 playbooks run already (limit: 2)"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"alerts\": 1}", "{\"alerts\": [1]}", "nonsense"})
  void aBodyThatIsNoWebhookIsRefused(String body) throws Exception {
    playbook("heal.py", "raise SystemExit(0)");
    try (PlaybookRunner runner = runner(60_000)) {
      assertThat(runner.run("heal.py", body).status()).isEqualTo(400);
    }
  }
}
