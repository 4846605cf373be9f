package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the rows with every server and prints the table. */
@Command(
    name = "compare",
    description = {
      "Gives the same work to this server, to Prometheus and to VictoriaMetrics, one at a time, and"
          + " tells what it cost each.",
      "Exit status 0: all was measured and the answers agree; 1: not; 2: asked wrongly."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class CompareCommand implements Callable<Integer> {

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "ROW",
      description =
          "ingest, disk, memory and restart (one load), scrape, query, regex, small-query,"
              + " with commas between. Default: all.")
  private List<String> only = List.of();

  @Option(
      names = "--servers",
      split = ",",
      paramLabel = "NAME",
      description = "hms, prometheus, victoria-metrics, with commas between.")
  private List<String> servers = List.of("hms", "prometheus", "victoria-metrics");

  @Option(names = "--scale", description = "What the numbers of series are multiplied with.")
  private double scale = 1;

  @Option(names = "--no-install", description = "Do not install peers that are missing.")
  private boolean noInstall;

  @Option(names = "--time-limit", paramLabel = "MINUTES", description = "For the whole run.")
  private int timeLimitMinutes = 120;

  @Option(names = "--name", description = "What the files in target/bench are called.")
  private String fileName = "compare";

  @Option(names = "--server-java-options", description = "JVM options for our own server.")
  private String serverJavaOptions = "";

  @Option(names = "--work-dir", description = "Where the servers' temporary directories are made.")
  private Path workDirectory = Path.of(System.getProperty("java.io.tmpdir", "."));

  @Mixin private CorpusOption corpus = new CorpusOption();

  @Spec private @Nullable CommandSpec spec;

  CompareCommand() {}

  @Override
  public Integer call() throws IOException {
    Path root = Path.of(System.getProperty("hms.root", ".")).toAbsolutePath();
    List<Contestant> contestants = contestants(root);
    List<Row> rows = rows();
    PrintWriter terminal = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    Report report = new Report(terminal);
    limitTime(report);
    if (!noInstall) {
      new PeerInstaller(report).install(contestants);
    }
    Corpus recorded = corpus.read(root);
    report.note("corpus: %s, %,d series".formatted(recorded.origin(), recorded.size()));
    Settings settings =
        new Settings(workDirectory, scale, serverJavaOptions, recorded, System.currentTimeMillis());
    Set<String> absent = absent(contestants, report);
    ReportFiles files =
        new ReportFiles(report, contestants, absent, scale >= 1, heading(root, contestants));
    for (Row row : rows) {
      for (Contestant contestant : contestants) {
        if (!absent.contains(contestant.name())) {
          run(row, contestant, settings, report);
        }
      }
      row.compare(report);
      files.write(root.resolve("target").resolve("bench"), fileName);
    }
    terminal.println();
    terminal.print(files.table());
    report.failures().forEach(failure -> terminal.println("FAILED: " + failure));
    terminal.println("written: target/bench/%s.md and .json".formatted(fileName));
    terminal.flush();
    return report.failures().isEmpty() ? 0 : 1;
  }

  private static void run(Row row, Contestant contestant, Settings settings, Report report) {
    try {
      row.run(contestant, settings, report);
    } catch (IOException e) {
      report.fail("%s: %s: %s".formatted(row.names().get(0), contestant.title(), e.getMessage()));
    }
  }

  private static Set<String> absent(List<Contestant> contestants, Report report) {
    Set<String> absent = new HashSet<>();
    for (Contestant contestant : contestants) {
      if (contestant.version().isEmpty()) {
        absent.add(contestant.name());
        report.note(contestant.title() + " is not installed");
      }
    }
    return absent;
  }

  private List<Contestant> contestants(Path root) {
    List<Contestant> all =
        List.of(
            new HmsContestant(root.resolve("hms")),
            new PrometheusContestant(),
            new VictoriaMetricsContestant());
    List<Contestant> chosen = new ArrayList<>();
    for (Contestant contestant : all) {
      if (servers.contains(contestant.name())) {
        chosen.add(contestant);
      }
    }
    if (chosen.size() != servers.size()) {
      throw wrong("--servers", servers, all.stream().map(Contestant::name).toList());
    }
    return chosen;
  }

  private List<Row> rows() {
    List<Row> all =
        List.of(
            new IngestRow(),
            new DiskRow(),
            new MillionRow(),
            new ScrapeRow(),
            new QueryRow(),
            new RegexRow(),
            new SmallQueryRow());
    List<String> names = all.stream().flatMap(row -> row.names().stream()).toList();
    if (!names.containsAll(only)) {
      throw wrong("--only", only, names);
    }
    return all.stream()
        .filter(row -> only.isEmpty() || row.names().stream().anyMatch(only::contains))
        .toList();
  }

  private ParameterException wrong(String option, List<String> found, List<String> expected) {
    return new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "%s: %s (expected: some of %s)"
            .formatted(option, String.join(",", found), String.join(",", expected)));
  }

  /** Ends the run, and with it the servers, when its time is up. */
  private void limitTime(Report report) {
    Thread.ofPlatform()
        .daemon()
        .name("time limit")
        .start(
            () -> {
              try {
                Thread.sleep(Duration.ofMinutes(timeLimitMinutes));
              } catch (InterruptedException e) {
                return;
              }
              report.say("bench: not done within %d minutes".formatted(timeLimitMinutes));
              System.exit(1);
            });
  }

  private Map<String, String> heading(Path root, List<Contestant> contestants) {
    Map<String, String> heading = new LinkedHashMap<>();
    heading.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    heading.put(
        "commit",
        Commands.output("git", "-C", root.toString(), "describe", "--always", "--dirty")
            .orElse("unknown"));
    heading.put(
        "machine",
        "%d cores, %s %s, Java %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version()));
    heading.put("load average at the start", loadAverage());
    heading.put("scale", Report.number(scale));
    for (Contestant contestant : contestants) {
      heading.put(contestant.title(), contestant.version().orElse("not installed"));
    }
    return heading;
  }

  private static String loadAverage() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
    } catch (IOException e) {
      return Optional.ofNullable(e.getMessage()).orElse("unknown");
    }
  }
}
