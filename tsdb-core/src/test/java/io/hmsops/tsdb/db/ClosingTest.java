package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a database when it is closed: its directory, and nothing in this process. */
class ClosingTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final Path PROCESS = Path.of("/proc/self");

  @TempDir Path temporary = Path.of("set by JUnit");

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .collect(Collectors.toSet());
  }

  /** {@return files of the directory that this process has open or mapped} */
  private List<String> heldFiles() throws IOException {
    String directory = temporary.toRealPath().toString();
    List<String> maps = Files.readAllLines(PROCESS.resolve("maps"));
    try (Stream<Path> open = Files.list(PROCESS.resolve("fd"))) {
      return Stream.concat(maps.stream(), open.map(ClosingTest::target))
          .filter(line -> line.contains(directory))
          .toList();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // The listing's own descriptor is gone by now.
    }
  }

  /** Everything that starts threads or maps files: background work, blocks, late samples, reads. */
  private static void use(Tsdb db, String name) throws IOException {
    Appender appender = db.appender();
    for (int s = 0; s < 50; s++) {
      long ref = appender.series(Labels.of("__name__", name, "s", String.valueOf(s)));
      for (int i = 0; i < 1200; i++) {
        appender.add(ref, T0 + 15_000L * i, i + s);
      }
    }
    assertThat(appender.commit().rejections()).isEmpty();
    db.maintain();
    assertThat(db.stats().blocks()).isPositive();
    db.delete(List.of(List.of(LabelMatcher.equal("s", "7"))), T0, T0 + 60_000);
    db.compact();
    assertThat(new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE)).hasSize(50);
  }

  @Test
  void nothingIsLeftInTheProcess() throws Exception {
    assumeTrue(Files.isReadable(PROCESS.resolve("maps")), "skipped: no /proc");
    Set<Thread> before = threads();
    for (Durability durability : Durability.values()) {
      Options options = Options.defaults().toBuilder().durability(durability).build();
      Path directory = temporary.resolve(durability.name());
      try (Tsdb db = Tsdb.open(directory, options)) {
        use(db, "m");
        assertThat(heldFiles()).isNotEmpty();
      }
      try (Tsdb db = Tsdb.open(directory, options)) {
        assertThat(new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE)).hasSize(50);
      }
      assertThat(heldFiles()).as("after closing, %s", durability).isEmpty();
      Set<Thread> left = threads();
      left.removeAll(before);
      left.removeIf(thread -> !thread.getName().startsWith("hms-"));
      assertThat(left).as("after closing, %s", durability).isEmpty();
    }
  }

  @Test
  void twoDatabasesLiveInOneProcessWithoutKnowingOfEachOther() throws IOException {
    Options options = Options.defaults();
    try (Tsdb one = Tsdb.open(temporary.resolve("one"), options);
        Tsdb two = Tsdb.open(temporary.resolve("two"), options)) {
      use(one, "one");
      use(two, "two");
      try (Tsdb third = Tsdb.open(temporary.resolve("third"), options)) {
        use(third, "third");
      }
      for (Tsdb db : List.of(one, two)) {
        String name = db == one ? "one" : "two";
        assertThat(new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE).keySet())
            .allMatch(labels -> labels.get("__name__").equals(name))
            .hasSize(50);
      }
    }
  }

  @Test
  void closingTwiceIsClosingOnce() throws IOException {
    Tsdb db = Tsdb.open(temporary.resolve("data"), Options.defaults());
    use(db, "m");
    db.close();
    db.close();
    try (Tsdb again = Tsdb.open(temporary.resolve("data"), Options.defaults())) {
      assertThat(again.stats().problems()).isEmpty();
    }
  }
}
