package io.hmsops.server.app;

import picocli.CommandLine.IVersionProvider;

/** What this build is. */
final class Version implements IVersionProvider {
  /** The version in the jar's manifest; classes that run outside a jar have none. */
  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "hms-ops %s (Java %s, %s)"
          .formatted(number(), Runtime.version(), System.getProperty("java.vm.vendor"))
    };
  }
}
