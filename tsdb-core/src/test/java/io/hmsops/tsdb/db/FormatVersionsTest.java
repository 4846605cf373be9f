package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.OlderVersionException;
import io.hmsops.tsdb.tool.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of file says of another version what was found and what is expected. */
final class FormatVersionsTest {
  private static final int VERSION_OFFSET = 8;
  private static final String BLOCK = "blocks/1700006400000-1700013600000-4/";

  @TempDir private Path temporary;

  private Path database;

  @BeforeEach
  void write() throws IOException {
    database = temporary.resolve("young");
    GoldenDatabase.write("young", database);
  }

  /** Sets it wherever it stands, with nothing left that says otherwise. */
  private void setVersion(Path file, int version) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    boolean twice = file.endsWith("tombstones");
    for (int start : twice ? List.of(0, bytes.length / 2) : List.of(0)) {
      numbers.putInt(start + VERSION_OFFSET, version);
      numbers.putInt(start + VERSION_OFFSET + Integer.BYTES, ~version);
    }
    Files.write(file, bytes);
    Files.deleteIfExists(file.resolveSibling("parity"));
  }

  private Path copyOfDatabase(int number) throws IOException {
    Path copy = temporary.resolve("copy" + number);
    for (Map.Entry<String, String> file : files().entrySet()) {
      Path target = copy.resolve(database.relativize(Path.of(file.getKey())));
      Files.createDirectories(target.resolveSibling("."));
      Files.write(target, HexFormat.of().parseHex(file.getValue()));
    }
    return copy;
  }

  /** So that a flipped bit is not taken for another version. */
  @ParameterizedTest
  @CsvSource({
    "extras",
    "wal/0000000000000006.wal",
    "wal/checkpoint/0000000000000005.ckpt",
    BLOCK + "index",
    BLOCK + "chunks",
    BLOCK + "times",
    BLOCK + "tombstones"
  })
  void aFlippedBitOfAVersionIsNotAnotherVersion(String name) throws IOException {
    Path file = database.resolve(name);
    byte[] sound = Files.readAllBytes(file);
    for (int bit = 8 * VERSION_OFFSET; bit < 8 * VERSION_OFFSET + 64; bit++) {
      byte[] bytes = sound.clone();
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, bytes);
      assertThat(Verification.of(database).damages())
          .as("bit %d", bit)
          .singleElement()
          .asString()
          .contains(file + " at ")
          .containsPattern("expected: a version, and the same inverted|nothing is lost");
      try (Tsdb db = Tsdb.open(copyOfDatabase(bit), GoldenDatabase.QUIET)) {
        assertThat(db.stats().problems())
            .as("bit %d", bit)
            .singleElement()
            .asString()
            .contains(Path.of(name).getFileName() + " at ");
      }
    }
    Files.write(file, sound);
    assertThat(Verification.of(database).damages()).isEmpty();
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(database)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("LOCK")) {
          files.put(file.toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }

  @ParameterizedTest
  @CsvSource({
    "extras, 2",
    "wal/0000000000000006.wal, 2",
    "wal/checkpoint/0000000000000005.ckpt, 2",
    BLOCK + "index, 3",
    BLOCK + "chunks, 3",
    BLOCK + "times, 3",
    BLOCK + "tombstones, 3"
  })
  void aNewerVersionIsRefusedAndNothingIsChanged(String name, int version) throws IOException {
    Path file = database.resolve(name);
    for (int newer : new int[] {version + 1, 77, -1}) {
      setVersion(file, newer);
      Map<String, String> before = files();
      assertThatThrownBy(() -> Tsdb.open(database, GoldenDatabase.QUIET))
          .isInstanceOf(NewerVersionException.class)
          .hasMessage(
              "%s: format %s (expected: %d at most; a newer version wrote it)",
              file, Integer.toUnsignedString(newer), version);
      assertThat(files()).isEqualTo(before);
    }
    setVersion(file, version);
    try (Tsdb db = Tsdb.open(database, GoldenDatabase.QUIET)) {
      assertThat(db.stats().problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"extras", "wal/0000000000000006.wal", "wal/checkpoint/0000000000000005.ckpt"})
  void aVersionOfBeforeTheFirstReleaseIsRefused(String name) throws IOException {
    Path file = database.resolve(name);
    setVersion(file, 0);
    Map<String, String> before = files();
    assertThatThrownBy(() -> Tsdb.open(database, GoldenDatabase.QUIET))
        .isInstanceOf(OlderVersionException.class)
        .hasMessage("%s: format 0 (expected: 1 at least; it is of before the first release)", file);
    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"index", "chunks", "times", "tombstones"})
  void aBlockOfAVersionOfBeforeTheFirstReleaseIsLeftOut(String name) throws IOException {
    Path file = database.resolve(BLOCK + name);
    setVersion(file, 1);
    try (Tsdb db = Tsdb.open(database, GoldenDatabase.QUIET)) {
      assertThat(db.stats().problems())
          .singleElement()
          .asString()
          .contains(
              file.toString(),
              "format 1 (expected: 2 at least; it is of before the first release)");
    }
  }

  @Test
  void aDirectoryOfAnotherVersionIsRefused() throws IOException {
    Path file = database.resolve("HMS-TSDB");
    Files.writeString(file, "hms-tsdb 2\n");
    assertThatThrownBy(() -> Tsdb.open(database, GoldenDatabase.QUIET))
        .isInstanceOf(NewerVersionException.class)
        .hasMessage("%s: format 2 (expected: 1 at most; a newer version wrote it)", file);
    Files.writeString(file, "hms-tsdb 0\n");
    assertThatThrownBy(() -> Tsdb.open(database, GoldenDatabase.QUIET))
        .isInstanceOf(OlderVersionException.class)
        .hasMessage("%s: format 0 (expected: 1 at least; it is of before the first release)", file);
  }
}
