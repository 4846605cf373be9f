package io.hmsops.server.app;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.EngineLimits;
import io.hmsops.server.config.ByteSizes;
import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.Durations;
import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.config.StorageConfig;
import io.hmsops.server.http.HttpOptions;
import io.hmsops.tsdb.db.Durability;
import io.hmsops.tsdb.db.Options;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code run}, checked and in the types of the parts.
 *
 * @param commandLine as given
 * @param listen where to serve
 * @param features what is enabled beyond the stable query language
 * @param retention how long samples are kept
 * @param retentionBytes how large the store may be, 0 if not stated
 * @param storeLimits what new series are refused for; the rest of it is not meant
 * @param durability when the log is forced
 * @param queryTimeoutMs how long a query may take
 * @param lookbackMs how old a sample an instant selector may take
 * @param queryLimits what queries may use
 */
record ServerOptions(
    RunOptions commandLine,
    InetSocketAddress listen,
    Set<Feature> features,
    Duration retention,
    long retentionBytes,
    Options storeLimits,
    Durability durability,
    long queryTimeoutMs,
    long lookbackMs,
    EngineLimits queryLimits) {

  private static final Logger LOG = System.getLogger(ServerOptions.class.getName());

  static ServerOptions of(RunOptions commandLine) throws Failure {
    LogSetup.setLevel(commandLine.logLevel);
    return new ServerOptions(
        commandLine,
        ListenAddress.parse(commandLine.listen),
        features(commandLine),
        Duration.ofMillis(duration("--storage.tsdb.retention.time", commandLine.retention)),
        retentionBytes(commandLine.retentionSize),
        storeLimits(commandLine),
        durability(commandLine.durability),
        duration("--query.timeout", commandLine.queryTimeout),
        duration("--query.lookback-delta", commandLine.lookbackDelta),
        commandLine.query.limits());
  }

  private static long retentionBytes(@Nullable String size) throws Failure {
    try {
      return size == null ? 0 : ByteSizes.parse(size);
    } catch (IllegalArgumentException e) {
      throw new Failure(2, "--storage.tsdb.retention.size: " + e.getMessage(), e);
    }
  }

  private static Options storeLimits(RunOptions commandLine) throws Failure {
    Options.Builder builder = Options.defaults().toBuilder();
    commandLine.storeLimits.apply(builder);
    return builder.build();
  }

  private static Set<Feature> features(RunOptions commandLine) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (String name : commandLine.features) {
      Optional<Feature> feature = Feature.of(name);
      feature.ifPresentOrElse(
          features::add,
          () -> LOG.log(Level.WARNING, "--enable-feature={0}: not known here, ignored", name));
    }
    return features;
  }

  private static long duration(String option, String text) throws Failure {
    try {
      long durationMs = Durations.parseMs(text);
      if (durationMs > 0) {
        return durationMs;
      }
    } catch (IllegalArgumentException e) {
      throw new Failure(
          ExitCode.USAGE, "%s: %s (expected: a duration like 5m)".formatted(option, text), e);
    }
    throw new Failure(
        ExitCode.USAGE, "%s: %s (expected: more than 0)".formatted(option, text), null);
  }

  private static Durability durability(String text) throws Failure {
    try {
      return Durability.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new Failure(
          ExitCode.USAGE,
          "--storage.durability: %s (expected: os, interval or batch)".formatted(text),
          e);
    }
  }

  Path data() {
    return commandLine.data;
  }

  /** The directory whose rules and playbooks are ours. */
  Path directory() {
    return Settings.directory(commandLine);
  }

  Settings readSettings() throws ConfigException, IOException {
    String self =
        """
        scrape_configs:
        - job_name: hms-ops
          static_configs:
          - targets: ['%s']
        """
            .formatted(hostAndPort(listen.getPort()));
    return Settings.read(commandLine, features, self);
  }

  /** The command line, over what the configuration says, over the defaults. */
  Options storeOptions(InstantSource clock, Settings settings) {
    StorageConfig storage = settings.prometheus().storage();
    Options.Builder builder =
        storeLimits.toBuilder()
            .retention(retention)
            .retentionRules(settings.hms().retention())
            .durability(durability)
            .clock(clock);
    long bytes = retentionBytes > 0 ? retentionBytes : storage.retentionSizeBytes();
    if (bytes > 0) {
      builder.retentionBytes(bytes);
    }
    long longestMs =
        settings.prometheus().scrapeConfigs().stream()
            .mapToLong(ScrapeConfig::scrapeIntervalMs)
            .max()
            .orElse(0);
    // A series that is scraped seldom has not ended between two scrapes.
    Duration idle = Duration.ofMillis(3 * longestMs);
    if (idle.compareTo(Options.defaults().seriesIdle()) > 0) {
      builder.seriesIdle(idle);
    }
    if (storage.outOfOrderWindowMs() > 0) {
      builder.outOfOrderWindow(Duration.ofMillis(storage.outOfOrderWindowMs()));
    }
    return builder.build();
  }

  HttpOptions httpOptions() {
    return HttpOptions.defaults().withMaxConnections(commandLine.maxConnections);
  }

  /** The URL for others, without a slash at its end. */
  String externalUrl() {
    String url = commandLine.externalUrl == null ? loopbackUrl() : commandLine.externalUrl;
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  String loopbackUrl() {
    return loopbackUrl(listen.getPort());
  }

  String loopbackUrl(int port) {
    return "http://" + hostAndPort(port);
  }

  private String hostAndPort(int port) {
    InetAddress address = listen.getAddress();
    String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * Tried before the data directory is touched; the real listener comes when there is an answer.
   */
  void checkPortIsFree() throws Failure {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(listen);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "cannot listen on %s: %s".formatted(commandLine.listen, e.getMessage()),
          e);
    }
  }

  /** The command line as {@code /api/v1/status/flags} shows it, by upstream's names. */
  Map<String, String> flags() {
    Map<String, String> flags = new TreeMap<>();
    flags.put("config.file", Settings.mainFile(commandLine).map(Path::toString).orElse(""));
    flags.put("web.listen-address", commandLine.listen);
    flags.put("web.external-url", externalUrl());
    flags.put("web.enable-lifecycle", Boolean.toString(commandLine.lifecycle));
    flags.put("web.enable-admin-api", Boolean.toString(commandLine.adminApi));
    flags.put(
        "web.enable-remote-write-receiver", Boolean.toString(commandLine.remoteWriteReceiver));
    flags.put("web.max-connections", Integer.toString(commandLine.maxConnections));
    flags.put("storage.tsdb.path", commandLine.data.toString());
    flags.put("storage.tsdb.retention.time", commandLine.retention);
    flags.put("storage.durability", commandLine.durability);
    StoreLimitOptions.addFlags(storeLimits, flags);
    flags.put("query.timeout", commandLine.queryTimeout);
    flags.put("query.lookback-delta", commandLine.lookbackDelta);
    QueryOptions.addFlags(queryLimits, flags);
    flags.put("enable-feature", String.join(",", commandLine.features));
    flags.put("log.level", commandLine.logLevel);
    return flags;
  }
}
