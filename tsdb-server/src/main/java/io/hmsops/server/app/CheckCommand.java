package io.hmsops.server.app;

import io.hmsops.query.ast.Feature;
import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.FilePatterns;
import io.hmsops.server.config.PrometheusConfig;
import io.hmsops.server.config.PrometheusConfigReader;
import io.hmsops.server.config.YamlDocument;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import io.hmsops.server.notify.NotifyConfigReader;
import io.hmsops.server.rules.RuleDefaults;
import io.hmsops.server.rules.RuleFiles;
import io.hmsops.server.rules.RuleSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hms check}. */
@Command(
    name = "check",
    description =
        "Check configuration and rule files without a server. What a file is, is told from its"
            + " content. Exit 1 if one of them is broken.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  /** What a file can be. */
  private enum Kind {
    PROMETHEUS,
    RULES,
    ALERTMANAGER,
    HMS;

    /** The names on the top level of a file that tell its kind; one of them is enough. */
    Set<String> names() {
      return switch (this) {
        case PROMETHEUS ->
            Set.of("scrape_configs", "global", "rule_files", "scrape_config_files", "storage");
        case RULES -> Set.of("groups", "alert", "record", "expr");
        case ALERTMANAGER -> Set.of("receivers", "route");
        case HMS -> Set.of("playbooks");
      };
    }
  }

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "The files")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--enable-feature",
      paramLabel = "NAME",
      split = ",",
      description = "Experimental parts that queries may use, by their upstream names")
  private List<String> featureNames = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    boolean allGood = true;
    for (Path file : files) {
      try {
        check(file);
      } catch (ConfigException e) {
        err().println(e.getMessage());
        allGood = false;
      } catch (IOException e) {
        err().println("%s: cannot be read: %s".formatted(file, e));
        allGood = false;
      }
    }
    return allGood ? ExitCode.OK : ExitCode.FAILED;
  }

  private void check(Path file) throws ConfigException, IOException {
    String text = Files.readString(file);
    switch (kind(file, text)) {
      case PROMETHEUS -> {
        PrometheusConfig config = PrometheusConfigReader.read(file, System.getenv());
        config.warnings().forEach(warning -> out().println("warning: " + warning));
        checkRulesOf(config);
        good(file, "prometheus configuration, %d jobs".formatted(config.scrapeConfigs().size()));
      }
      case RULES -> checkRules(file);
      case ALERTMANAGER -> {
        NotifyConfigReader.read(file.toString(), text);
        good(file, "alertmanager configuration");
      }
      case HMS -> {
        HmsConfig.parse(file.toString(), text);
        good(file, "hms configuration");
      }
    }
  }

  private void checkRulesOf(PrometheusConfig config) throws ConfigException, IOException {
    for (String pattern : config.ruleFiles()) {
      for (Path file : FilePatterns.find(pattern)) {
        checkRules(file);
      }
    }
  }

  private void checkRules(Path file) throws ConfigException, IOException {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    featureNames.forEach(name -> Feature.of(name).ifPresent(features::add));
    RuleDefaults standard = RuleDefaults.standard();
    RuleSet rules =
        RuleFiles.read(
            file, new RuleDefaults(standard.intervalMs(), standard.queryOffsetMs(), features));
    rules.lints().forEach(lint -> out().println("lint: " + lint));
    int count = rules.groups().stream().mapToInt(group -> group.rules().size()).sum();
    good(file, "rule file, %d rules".formatted(count));
  }

  private static Kind kind(Path file, String text) throws ConfigException {
    YamlNode root = YamlDocument.parse(file.toString(), text);
    YamlMapping mapping = root.asMapping();
    for (Kind kind : Kind.values()) {
      if (kind.names().stream().anyMatch(mapping::has)) {
        return kind;
      }
    }
    throw root.error(
        "found none of the names that tell what this file is (expected: scrape_configs, groups,"
            + " alert, receivers, playbooks …)");
  }

  private void good(Path file, String what) {
    out().println("%s: %s: good".formatted(file, what));
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  private PrintWriter err() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }
}
