package io.hmsops.server.app;

import java.net.InetSocketAddress;

/** Reads {@code HOST:PORT}, {@code :PORT} or {@code [IPv6]:PORT}. */
final class ListenAddress {
  private static final int MAX_PORT = 65_535;

  private ListenAddress() {}

  static InetSocketAddress parse(String text) throws Failure {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw bad(text);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw bad(text);
    }
    if (port < 0 || port > MAX_PORT) {
      throw bad(text);
    }
    InetSocketAddress address =
        host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new Failure(ExitCode.USAGE, "--listen: the host %s is not known".formatted(host), null);
    }
    return address;
  }

  private static Failure bad(String text) {
    return new Failure(ExitCode.USAGE, "--listen: %s (expected: HOST:PORT)".formatted(text), null);
  }
}
