package io.hmsops.server.config;

import java.util.List;
import java.util.Set;

/** Reads {@code storage}. */
final class StorageConfigReader {
  private StorageConfigReader() {}

  static StorageConfig read(YamlMapping root, List<String> warnings) throws ConfigException {
    YamlNode value = root.get("storage");
    if (value == null) {
      return StorageConfig.NONE;
    }
    YamlMapping storage = value.asMapping();
    storage.rejectUnknown("config.StorageConfig", Set.of("tsdb", "exemplars"));
    if (storage.get("exemplars") != null) {
      warnings.add(
          "%s: not supported: storage.exemplars".formatted(storage.key("exemplars").place()));
    }
    YamlNode tsdb = storage.get("tsdb");
    return tsdb == null ? StorageConfig.NONE : tsdb(tsdb.asMapping(), warnings);
  }

  private static StorageConfig tsdb(YamlMapping tsdb, List<String> warnings)
      throws ConfigException {
    tsdb.rejectUnknown(
        "config.TSDBConfig",
        Set.of(
            "out_of_order_time_window",
            "stale_series_compaction_threshold",
            "chunk_encoding",
            "retention"));
    if (tsdb.get("stale_series_compaction_threshold") != null) {
      warnings.add(
          "%s: not supported: stale_series_compaction_threshold"
              .formatted(tsdb.key("stale_series_compaction_threshold").place()));
    }
    chunkEncoding(tsdb, warnings);
    YamlNode retention = tsdb.get("retention");
    long timeMs = 0;
    long sizeBytes = 0;
    if (retention != null) {
      YamlMapping fields = retention.asMapping();
      fields.rejectUnknown("config.TSDBRetentionConfig", Set.of("time", "size", "percentage"));
      timeMs = fields.durationMs("time", 0);
      YamlNode size = fields.get("size");
      sizeBytes = size == null ? 0 : ByteSizes.parse(size);
      if (sizeBytes < 0) {
        throw fields
            .key("size")
            .error(
                "'storage.tsdb.retention.size' must be greater than or equal to 0, got "
                    + sizeBytes);
      }
      percentage(fields, warnings);
    }
    return new StorageConfig(timeMs, sizeBytes, tsdb.durationMs("out_of_order_time_window", 0));
  }

  private static void percentage(YamlMapping retention, List<String> warnings)
      throws ConfigException {
    double percentage = retention.number("percentage", 0);
    if (!(percentage >= 0 && percentage <= 100)) {
      throw retention
          .key("percentage")
          .error(
              "'storage.tsdb.retention.percentage' must be in the range [0, 100], got "
                  + percentage);
    }
    if (percentage != 0) {
      warnings.add(
          "%s: not supported: retention.percentage; state a size"
              .formatted(retention.key("percentage").place()));
    }
  }

  private static void chunkEncoding(YamlMapping tsdb, List<String> warnings)
      throws ConfigException {
    YamlNode encoding = tsdb.get("chunk_encoding");
    if (encoding == null) {
      return;
    }
    YamlNode floats = encoding.asMapping().get("floats");
    if (floats == null) {
      return;
    }
    if (!Set.of("xor", "xor2").contains(floats.asText())) {
      throw floats.error(
          "'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be"
              + " omitted entirely, got \"%s\"".formatted(floats.asText()));
    }
    warnings.add(
        "%s: not supported: chunk_encoding; this engine chooses its own"
            .formatted(encoding.place()));
  }
}
