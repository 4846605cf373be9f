package io.hmsops.server.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.server.config.FileSdConfig;
import io.hmsops.server.config.TargetGroup;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiscoveryTest {
  @TempDir private Path folder;

  private FileDiscovery discovery() {
    return new FileDiscovery(
        new FileSdConfig(List.of(folder.resolve("*.json").toString()), 60_000));
  }

  private void write(String name, String text, long modifiedMs) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(modifiedMs));
  }

  private static List<String> targets(FileDiscovery discovery) {
    return discovery.groups().stream().map(TargetGroup::targets).flatMap(List::stream).toList();
  }

  @Test
  void filesComeChangeAndGo() throws IOException {
    FileDiscovery discovery = discovery();
    assertThat(discovery.poll(0)).isFalse();

    write("a.json", "[{\"targets\": [\"h:1\"], \"labels\": {\"k\": \"v\"}}]", 1_000);
    assertThat(discovery.poll(1)).isTrue();
    assertThat(targets(discovery)).containsExactly("h:1");
    Labels expected = Labels.of("k", "v", "__meta_filepath", folder.resolve("a.json").toString());
    assertThat(discovery.groups().getFirst().labels().equals(expected)).isTrue();
    assertThat(discovery.poll(2)).isFalse();

    write("a.json", "[{\"targets\": [\"h:2\"]}]", 2_000);
    assertThat(discovery.poll(3)).isTrue();
    assertThat(targets(discovery)).containsExactly("h:2");

    Files.delete(folder.resolve("a.json"));
    assertThat(discovery.poll(4)).isTrue();
    assertThat(targets(discovery)).isEmpty();
  }

  @Test
  void aBrokenFileKeepsItsTargetsAndShowsItsError() throws IOException {
    FileDiscovery discovery = discovery();
    write("a.json", "[{\"targets\": [\"h:1\"]}]", 1_000);
    assertThat(discovery.poll(1)).isTrue();

    write("a.json", "[{\"targets\": \"h:1\"}", 2_000);
    assertThat(discovery.poll(2)).isFalse();
    assertThat(targets(discovery)).containsExactly("h:1");
    assertThat(discovery.problems()).singleElement().asString().contains("a.json:1:");

    write("a.json", "[{\"targets\": [\"h:3\"]}]", 3_000);
    assertThat(discovery.poll(3)).isTrue();
    assertThat(discovery.problems()).isEmpty();
  }

  @Test
  void aChangeThatLeavesTimeAndSizeIsFoundByTheRefresh() throws IOException {
    FileDiscovery discovery = discovery();
    write("a.json", "[{\"targets\": [\"h:1\"]}]", 1_000);
    assertThat(discovery.poll(1)).isTrue();
    write("a.json", "[{\"targets\": [\"h:2\"]}]", 1_000);

    assertThat(discovery.poll(2)).isFalse();
    assertThat(discovery.poll(60_001)).isTrue();
    assertThat(targets(discovery)).containsExactly("h:2");
  }
}
