package io.hmsops.server.app;

import io.hmsops.query.ast.Feature;
import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.FilePatterns;
import io.hmsops.server.config.PrometheusConfig;
import io.hmsops.server.config.PrometheusConfigReader;
import io.hmsops.server.notify.NotifyConfig;
import io.hmsops.server.notify.NotifyConfigReader;
import io.hmsops.server.rules.RuleDefaults;
import io.hmsops.server.rules.RuleFiles;
import io.hmsops.server.rules.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that configuration files say, read and checked as a whole before any of it is applied.
 * A broken main file refuses the whole; a broken rule file is set aside.
 *
 * @param prometheus scrapes and rule files
 * @param notification receivers and routes
 * @param hms settings of our own
 * @param rules the rules of all rule files
 * @param loaded the main files that were found, for the banner
 */
record Settings(
    PrometheusConfig prometheus,
    NotifyConfig notification,
    HmsConfig hms,
    RuleSet rules,
    List<Path> loaded) {

  private static final String MAIN_FILE = "prometheus.yml";
  private static final String ALERTMANAGER_FILE = "alertmanager.yml";
  private static final String HMS_FILE = "hms.yml";

  /** Directories beside the main file that are searched for rule files without being named. */
  private static final List<String> RULE_DIRECTORIES = List.of("rules", "alerts");

  Settings {
    loaded = List.copyOf(loaded);
  }

  /**
   * Reads all files that the options name or that lie beside the main one.
   *
   * @param options the command line
   * @param features what queries may use
   * @param selfScrape the main file's text where there is none
   * @throws ConfigException if a main file is broken
   * @throws IOException if a file that was named cannot be read
   */
  static Settings read(RunOptions options, Set<Feature> features, String selfScrape)
      throws ConfigException, IOException {
    List<Path> loaded = new ArrayList<>();
    Path directory = directory(options);
    Optional<Path> main = find(options.config, directory.resolve(MAIN_FILE), loaded);
    PrometheusConfig prometheus =
        main.isPresent()
            ? PrometheusConfigReader.read(main.get(), System.getenv())
            : PrometheusConfigReader.parse(
                "built-in.yml", directory.toAbsolutePath(), selfScrape, System.getenv());
    Optional<Path> alertmanager =
        find(options.alertmanagerConfig, directory.resolve(ALERTMANAGER_FILE), loaded);
    NotifyConfig notification =
        alertmanager.isPresent()
            ? NotifyConfigReader.read(shown(alertmanager.get()), text(alertmanager.get()))
            : NotifyConfig.none();
    Optional<Path> own = find(options.hmsConfig, directory.resolve(HMS_FILE), loaded);
    HmsConfig hms =
        own.isPresent() ? HmsConfig.parse(shown(own.get()), text(own.get())) : HmsConfig.NONE;
    RuleDefaults defaults =
        new RuleDefaults(prometheus.global().evaluationIntervalMs(), 0, features);
    RuleSet rules = RuleFiles.load(ruleFiles(prometheus, directory), defaults);
    return new Settings(prometheus, notification, hms, rules, loaded);
  }

  /**
   * {@return these settings, with the former rules of files that cannot be used any more}
   *
   * @param former the rules at work
   */
  Settings keepingRules(RuleSet former) {
    return new Settings(prometheus, notification, hms, rules.keeping(former), loaded);
  }

  /** The directory whose {@code rules}, {@code dashboards} and {@code playbooks} are ours. */
  static Path directory(RunOptions options) {
    Path parent = options.config == null ? null : options.config.toAbsolutePath().getParent();
    return parent == null ? Path.of("") : parent;
  }

  /** The main file, named or found, if there is one. */
  static Optional<Path> mainFile(RunOptions options) {
    return find(options.config, directory(options).resolve(MAIN_FILE), new ArrayList<>());
  }

  private static Optional<Path> find(@Nullable Path named, Path beside, List<Path> loaded) {
    Path file = named != null ? named : Files.exists(beside) ? beside : null;
    if (file != null) {
      loaded.add(file);
    }
    return Optional.ofNullable(file);
  }

  private static List<Path> ruleFiles(PrometheusConfig prometheus, Path directory)
      throws IOException {
    Set<Path> files = new LinkedHashSet<>();
    for (String pattern : prometheus.ruleFiles()) {
      for (Path file : FilePatterns.find(pattern)) {
        files.add(file.toAbsolutePath().normalize());
      }
    }
    for (String name : RULE_DIRECTORIES) {
      for (Path file : RuleFiles.in(directory.resolve(name))) {
        files.add(file.toAbsolutePath().normalize());
      }
    }
    return List.copyOf(files);
  }

  private static String shown(Path file) {
    return file.toString();
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IOException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }
}
