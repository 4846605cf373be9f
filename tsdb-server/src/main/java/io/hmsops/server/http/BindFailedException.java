package io.hmsops.server.http;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The server's address cannot be listened on. */
public final class BindFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  BindFailedException(InetSocketAddress address, Throwable cause) {
    super(
        "cannot listen on %s:%d: %s"
            .formatted(address.getHostString(), address.getPort(), reason(cause)),
        cause);
  }

  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("Address already in use")
        ? "address already in use (another process listens there)"
        : message;
  }
}
