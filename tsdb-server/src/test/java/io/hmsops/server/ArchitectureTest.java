package io.hmsops.server;

import io.hmsops.tsdb.testing.PackageOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the order of this module's packages, bottom first. */
class ArchitectureTest {
  private static final PackageOrder PACKAGES =
      new PackageOrder(
          "io.hmsops.server",
          List.of(
              "telemetry",
              "config",
              "security",
              "http",
              "relabel",
              "discovery",
              "ingest",
              "scrape",
              "rules",
              "alerting",
              "notify",
              "playbook",
              "timeline",
              "slo",
              "logs",
              "traces",
              "archive",
              "dashboard",
              "stream",
              "api",
              "app"));

  @Test
  void aPackageUsesOnlyThoseBeforeIt() {
    PACKAGES.check();
  }

  @Test
  void clocksAreInjected() {
    PACKAGES.checkClocksAreInjected();
  }

  @Test
  void nettyStaysAtTheEdge() {
    PACKAGES.checkOnlyUsedBy("io.netty..", List.of("http", "ingest", "scrape", "notify"));
  }

  @Test
  void usersExpressionsAreCompiledByTheCore() {
    PACKAGES.checkOnlyUsedBy("com.google.re2j..", List.of());
  }
}
