package io.hmsops.server.app;

import io.hmsops.server.config.ScrapeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a start prints: where it is, what it scrapes, what it loaded, where the data is. */
final class Banner {
  private Banner() {}

  static String text(Server server, Path directory) {
    Settings settings = server.settings();
    StringBuilder text = new StringBuilder();
    text.append("HMS-OPS %s  %s%n".formatted(Version.number(), server.url()));
    line(text, "scrapes", scrapes(settings));
    if (!settings.loaded().isEmpty()) {
      line(
          text,
          "loaded",
          settings.loaded().stream().map(Path::toString).collect(Collectors.joining(", ")));
    }
    rules(text, settings);
    playbooks(text, server);
    dashboards(text, directory);
    line(text, "data", server.data().toAbsolutePath().normalize().toString());
    return text.toString();
  }

  private static String scrapes(Settings settings) {
    List<ScrapeConfig> jobs = settings.prometheus().scrapeConfigs();
    if (jobs.isEmpty()) {
      return "nothing";
    }
    return jobs.stream().map(ScrapeConfig::jobName).collect(Collectors.joining(", "));
  }

  private static void rules(StringBuilder text, Settings settings) {
    int rules = settings.rules().groups().stream().mapToInt(group -> group.rules().size()).sum();
    int broken = settings.rules().quarantined().size();
    int lints = settings.rules().lints().size();
    if (rules + broken > 0) {
      line(
          text,
          "rules",
          "%d loaded%s%s"
              .formatted(
                  rules,
                  broken > 0 ? ", %d files set aside (see below)".formatted(broken) : "",
                  lints > 0 ? ", %d remarks (see below)".formatted(lints) : ""));
    }
    settings.rules().quarantined().forEach(file -> line(text, "", file.reason()));
    settings.rules().lints().forEach(lint -> line(text, "", lint.toString()));
  }

  private static void playbooks(StringBuilder text, Server server) {
    try {
      List<String> names = server.playbooks().names();
      if (!names.isEmpty()) {
        line(text, "playbooks", String.join(", ", names));
      }
    } catch (IOException e) {
      line(text, "playbooks", "cannot be listed: " + e);
    }
  }

  private static void dashboards(StringBuilder text, Path directory) {
    Path dashboards = directory.resolve("dashboards");
    if (Files.isDirectory(dashboards)) {
      try (Stream<Path> files = Files.list(dashboards)) {
        line(text, "dashboards", files.count() + " files found; not supported yet: not shown");
      } catch (IOException e) {
        line(text, "dashboards", "cannot be listed: " + e);
      }
    }
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-10s %s%n".formatted(name, value));
  }
}
