package io.hmsops.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.server.testing.FormatExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notification log on disk. */
final class NotificationLogTest {
  private static final String KEY = "{}:{job=\"a\"}\npager\n0";
  private static final String FINGERPRINT = "00000000000000aa";
  private static final long TIME_MS = 1_700_006_400_000L;
  private static final long EXPIRY_MS = 1_700_438_400_000L;

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("notification-log");
  }

  private static String reason(NotificationLog log) {
    return log.reason(KEY, Set.of(FINGERPRINT), Set.of(), true, 3_600_000, TIME_MS + 1_000);
  }

  @Test
  void theExampleInTheDocumentationIsWhatIsWritten() throws IOException {
    NotificationLog.Entry entry =
        new NotificationLog.Entry(TIME_MS, EXPIRY_MS, Set.of(FINGERPRINT), Set.of());
    new NotificationLog(file()).put(KEY, entry, TIME_MS);

    assertThat(Files.readAllBytes(file()))
        .isEqualTo(FormatExample.of("alert-state.md", "a `notification-log`"));
  }

  @Test
  void theExampleInTheDocumentationIsReadAsWhatItIs() throws IOException {
    assertThat(reason(new NotificationLog(file()))).isEqualTo("first notification");

    Files.write(file(), FormatExample.of("alert-state.md", "a `notification-log`"));
    assertThat(reason(new NotificationLog(file()))).as("told already").isEmpty();
  }

  @Test
  void aLogOfAnotherVersionTellsAgain() throws IOException {
    byte[] bytes = FormatExample.of("alert-state.md", "a `notification-log`");
    bytes[7] = 1;
    Files.write(file(), bytes);
    assertThat(reason(new NotificationLog(file()))).isEqualTo("first notification");
  }
}
