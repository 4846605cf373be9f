package io.hmsops.server.scrape;

import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import java.util.HashMap;
import java.util.Map;

/** What a target says about its families; those it no longer names are forgotten. */
final class MetadataStore {
  private static final Metadata UNKNOWN = new Metadata("unknown", "", "");

  private volatile Map<String, Metadata> current = Map.of();
  private Map<String, Metadata> reading = new HashMap<>();

  void startScrape() {
    reading = new HashMap<>();
  }

  void type(String family, String type) {
    reading.merge(
        family,
        new Metadata(type, "", ""),
        (old, added) -> new Metadata(added.type(), old.unit(), old.help()));
  }

  void help(String family, String help) {
    reading.merge(
        family,
        new Metadata(UNKNOWN.type(), "", help),
        (old, added) -> new Metadata(old.type(), old.unit(), added.help()));
  }

  void unit(String family, String unit) {
    reading.merge(
        family,
        new Metadata(UNKNOWN.type(), unit, ""),
        (old, added) -> new Metadata(old.type(), added.unit(), old.help()));
  }

  /** Hands on what the page says and the one before did not. */
  void append(Appender appender) {
    Map<String, Metadata> before = current;
    reading.forEach(
        (family, metadata) -> {
          if (!metadata.equals(before.get(family))) {
            appender.metadata(family, metadata);
          }
        });
  }

  void endScrape() {
    if (!reading.equals(current)) {
      current = Map.copyOf(reading);
    }
  }

  /** {@return the families' metadata by name} Thread-safe. */
  Map<String, Metadata> current() {
    return current;
  }
}
