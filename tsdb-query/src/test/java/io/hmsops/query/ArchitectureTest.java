package io.hmsops.query;

import io.hmsops.tsdb.testing.PackageOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the order of this module's packages, bottom first. */
class ArchitectureTest {
  private static final PackageOrder PACKAGES =
      new PackageOrder(
          "io.hmsops.query",
          List.of(
              "ast",
              "function",
              "parse",
              "check",
              "print",
              "plan",
              "limit",
              "eval",
              "engine",
              "script"));

  @Test
  void aPackageUsesOnlyThoseBeforeIt() {
    PACKAGES.check();
  }

  @Test
  void clocksAreInjected() {
    PACKAGES.checkClocksAreInjected();
  }

  @Test
  void onlyTheParserKnowsAntlr() {
    PACKAGES.checkOnlyUsedBy("org.antlr..", List.of("parse"));
    PACKAGES.checkOnlyUsedBy("io.hmsops.grammar..", List.of("parse"));
  }

  @Test
  void usersExpressionsAreCompiledByTheCore() {
    PACKAGES.checkOnlyUsedBy("com.google.re2j..", List.of());
  }
}
