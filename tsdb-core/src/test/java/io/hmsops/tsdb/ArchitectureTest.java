package io.hmsops.tsdb;

import io.hmsops.tsdb.testing.PackageOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the order of this module's packages, bottom first. */
class ArchitectureTest {
  private static final PackageOrder PACKAGES =
      new PackageOrder(
          "io.hmsops.tsdb",
          List.of(
              "io",
              "encoding",
              "regex",
              "labels",
              "sample",
              "chunk",
              "postings",
              "storage",
              "tombstone",
              "wal",
              "index",
              "block",
              "head",
              "compaction",
              "db",
              "tool"));

  @Test
  void aPackageUsesOnlyThoseBeforeIt() {
    PACKAGES.check();
  }

  @Test
  void clocksAreInjected() {
    PACKAGES.checkClocksAreInjected();
  }

  @Test
  void expressionsAreCompiledInOnePlace() {
    PACKAGES.checkOnlyUsedBy("com.google.re2j..", List.of("regex"));
  }
}
