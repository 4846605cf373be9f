package io.hmsops.server.app;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the usual command line of {@code hms run}, options with one value each, without the parser:
 * loading that and looking at all options by reflection is a third of the time of a start. What is
 * anything else, or wrong, is the parser's; what is read here the parser reads in the same way.
 */
final class PlainArguments {
  /** Longer numbers are the parser's. */
  private static final int MAX_DIGITS = 18;

  private final RunOptions options = new RunOptions();
  private final Set<String> seen = new HashSet<>();

  private PlainArguments() {}

  /**
   * {@return the options, empty if the parser has to read them}
   *
   * @param arguments the command line, from the command's name on
   */
  static Optional<RunOptions> read(String... arguments) {
    PlainArguments reader = new PlainArguments();
    for (int i = 1; i < arguments.length; i++) {
      String argument = arguments[i];
      int equals = argument.indexOf('=');
      boolean read;
      if (equals >= 0) {
        read = reader.readValue(argument.substring(0, equals), argument.substring(equals + 1));
      } else if (reader.readFlag(argument)) {
        read = true;
      } else {
        read = ++i < arguments.length && reader.readValue(argument, arguments[i]);
      }
      if (!read) {
        return Optional.empty();
      }
    }
    return Optional.of(reader.options);
  }

  private boolean readFlag(String name) {
    switch (name) {
      case "--web.enable-lifecycle" -> options.lifecycle = true;
      case "--web.enable-admin-api" -> options.adminApi = true;
      default -> {
        return false;
      }
    }
    return seen.add(name);
  }

  private boolean readValue(String name, String value) {
    // Options that are given twice, by another of their names perhaps, are an error to be told.
    return !value.isEmpty()
        && "-@\"'".indexOf(value.charAt(0)) < 0
        && (readText(name, value) || readNumber(name, value));
  }

  private boolean readText(String name, String value) {
    String first;
    switch (name) {
      case "--listen", "--web.listen-address" -> {
        first = "--listen";
        options.listen = value;
      }
      case "--data", "--storage.tsdb.path" -> {
        first = "--data";
        options.data = Path.of(value);
      }
      case "--config", "--config.file" -> {
        first = "--config";
        options.config = Path.of(value);
      }
      case "--alertmanager.config", "--alertmanager.config-file" -> {
        first = "--alertmanager.config";
        options.alertmanagerConfig = Path.of(value);
      }
      default -> {
        first = name;
        if (!readOnlyName(name, value)) {
          return false;
        }
      }
    }
    return seen.add(first);
  }

  /** Reads an option that has one name. */
  private boolean readOnlyName(String name, String value) {
    switch (name) {
      case "--hms.config" -> options.hmsConfig = Path.of(value);
      case "--memory-limit" -> options.memoryLimit = value;
      case "--storage.tsdb.retention.time" -> options.retention = value;
      case "--storage.tsdb.retention.size" -> options.retentionSize = value;
      case "--storage.memory-limit" -> options.storeLimits.memoryLimit = value;
      case "--storage.durability" -> options.durability = value;
      case "--web.external-url" -> options.externalUrl = value;
      case "--query.timeout" -> options.queryTimeout = value;
      case "--query.lookback-delta" -> options.lookbackDelta = value;
      case "--query.max-memory" -> options.query.maxMemory = value;
      case "--query.max-total-memory" -> options.query.maxTotalMemory = value;
      case "--query.max-result-bytes" -> options.query.maxResultBytes = value;
      case "--query.queue-timeout" -> options.query.queueTimeout = value;
      case "--query.plan-cache-bytes" -> options.query.planCacheBytes = value;
      case "--log.level" -> options.logLevel = value;
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean readNumber(String name, String value) {
    if (value.length() > MAX_DIGITS
        || value.charAt(0) == '0'
        || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    long number = Long.parseLong(value);
    switch (name) {
      case "--query.max-samples" -> options.query.maxSamples = number;
      case "--query.small-samples" -> options.query.smallSamples = number;
      default -> {
        if (number > Integer.MAX_VALUE || !readInt(name, (int) number)) {
          return false;
        }
      }
    }
    return seen.add(name);
  }

  private boolean readInt(String name, int number) {
    switch (name) {
      case "--web.max-connections" -> options.maxConnections = number;
      case "--storage.max-series" -> options.storeLimits.maxSeries = number;
      case "--storage.max-series-per-metric" -> options.storeLimits.maxSeriesPerMetric = number;
      case "--storage.max-new-series-per-batch" ->
          options.storeLimits.maxNewSeriesPerBatch = number;
      case "--query.max-concurrency" -> options.query.maxConcurrency = number;
      case "--query.max-result-series" -> options.query.maxResultSeries = number;
      case "--query.max-queued" -> options.query.maxQueued = number;
      case "--query.plan-cache-entries" -> options.query.planCacheEntries = number;
      default -> {
        return false;
      }
    }
    return true;
  }
}
