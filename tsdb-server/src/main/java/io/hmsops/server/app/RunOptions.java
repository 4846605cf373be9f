package io.hmsops.server.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code hms run}. Those with a dot in their name are Prometheus' own names and mean
 * what they mean there.
 */
final class RunOptions {
  @Option(
      names = {"--listen", "--web.listen-address"},
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9090",
      description = "Address to serve on. Default: ${DEFAULT-VALUE}")
  String listen = "127.0.0.1:9090";

  @Option(
      names = {"--data", "--storage.tsdb.path"},
      paramLabel = "DIR",
      defaultValue = "data",
      description = "Where samples and state are kept. Default: ./${DEFAULT-VALUE}")
  Path data = Path.of("data");

  @Option(
      names = {"--config", "--config.file"},
      paramLabel = "FILE",
      description =
          "prometheus.yml. Default: ./prometheus.yml if it exists; without one it scrapes itself")
  @Nullable Path config;

  @Option(
      names = {"--alertmanager.config", "--alertmanager.config-file"},
      paramLabel = "FILE",
      description = "alertmanager.yml. Default: the one beside the configuration, if it exists")
  @Nullable Path alertmanagerConfig;

  @Option(
      names = {"--hms.config"},
      paramLabel = "FILE",
      description = "hms.yml. Default: the one beside the configuration, if it exists")
  @Nullable Path hmsConfig;

  @Option(
      names = {"--enable-feature"},
      paramLabel = "NAME",
      split = ",",
      description = "Experimental parts to switch on, by their upstream names")
  List<String> features = new ArrayList<>();

  @Option(
      names = {"--memory-limit"},
      paramLabel = "SIZE",
      description =
          "Bound on the process' memory, like 512MB or 4GB. Default: 60 %% of the machine or cgroup")
  @Nullable String memoryLimit;

  @Option(
      names = {"--storage.tsdb.retention.time"},
      paramLabel = "DURATION",
      defaultValue = "30d",
      description = "How long samples are kept. Default: ${DEFAULT-VALUE}")
  String retention = "30d";

  @Option(
      names = {"--storage.tsdb.retention.size"},
      paramLabel = "SIZE",
      description =
          "Delete the oldest blocks while data and log are larger, like 512MB or 50GB. Default:"
              + " unlimited")
  @Nullable String retentionSize;

  @Mixin StoreLimitOptions storeLimits = new StoreLimitOptions();

  @Option(
      names = {"--storage.durability"},
      paramLabel = "MODE",
      defaultValue = "interval",
      description =
          "When the log is forced to disk: os (never), interval (every 100 ms), batch (before each"
              + " acknowledgement). Default: ${DEFAULT-VALUE}")
  String durability = "interval";

  @Option(
      names = {"--web.enable-lifecycle"},
      description = "Allow /-/reload for everyone (from loopback it is always allowed)")
  boolean lifecycle;

  @Option(
      names = {"--web.enable-admin-api"},
      description = "Allow /api/v1/admin/*")
  boolean adminApi;

  @Option(
      names = {"--web.enable-remote-write-receiver"},
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Accept remote write on /api/v1/write. On unless switched off")
  boolean remoteWriteReceiver = true;

  @Option(
      names = {"--web.external-url"},
      paramLabel = "URL",
      description = "The URL under which others reach this server. Default: the listen address")
  @Nullable String externalUrl;

  @Option(
      names = {"--web.max-connections"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Connections at once. Default: ${DEFAULT-VALUE}")
  int maxConnections = 512;

  @Option(
      names = {"--query.timeout"},
      paramLabel = "DURATION",
      defaultValue = "2m",
      description = "How long a query may take. Default: ${DEFAULT-VALUE}")
  String queryTimeout = "2m";

  @Option(
      names = {"--query.lookback-delta"},
      paramLabel = "DURATION",
      defaultValue = "5m",
      description = "How old a sample an instant selector may take. Default: ${DEFAULT-VALUE}")
  String lookbackDelta = "5m";

  @Mixin QueryOptions query = new QueryOptions();

  @Option(
      names = {"--log.level"},
      paramLabel = "LEVEL",
      defaultValue = "info",
      description = "debug, info, warn or error. Default: ${DEFAULT-VALUE}")
  String logLevel = "info";

  @Option(
      names = {"--log.format"},
      paramLabel = "FORMAT",
      defaultValue = "logfmt",
      description = "Accepted for compatibility; only logfmt exists")
  String logFormat = "logfmt";

  @Option(
      names = {"--storage.tsdb.wal-compression"},
      negatable = true,
      hidden = true,
      description = "Accepted for compatibility: the log is always compressed")
  boolean walCompression;

  @Option(
      names = {"--web.console.templates", "--web.console.libraries"},
      hidden = true,
      description = "Accepted for compatibility: there are no consoles")
  List<String> consoles = new ArrayList<>();
}
