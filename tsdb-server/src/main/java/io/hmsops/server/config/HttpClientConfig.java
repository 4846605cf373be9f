package io.hmsops.server.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How requests to a target are made.
 *
 * @param basicAuth name and password, null if there is none
 * @param authorization the {@code Authorization} header, null if there is none; never beside {@code
 *     basicAuth}
 * @param caFile certificates to trust in place of the platform's, null for the platform's
 * @param insecureSkipVerify whether any certificate is trusted
 * @param followRedirects whether redirects within the target's own host are followed
 * @param headers headers sent with each request
 */
public record HttpClientConfig(
    @Nullable BasicAuth basicAuth,
    @Nullable Authorization authorization,
    @Nullable Path caFile,
    boolean insecureSkipVerify,
    boolean followRedirects,
    Map<String, Secret> headers) {
  /** Plain requests. */
  public static final HttpClientConfig DEFAULT =
      new HttpClientConfig(null, null, null, false, true, Map.of());

  /** Copies the map. */
  public HttpClientConfig {
    headers = Map.copyOf(headers);
  }

  /**
   * A name and a password.
   *
   * @param username the name
   * @param password the password
   * @param passwordFile a file that holds the password, read for each request; null if there is
   *     none
   */
  public record BasicAuth(String username, Secret password, @Nullable Path passwordFile) {}

  /**
   * An {@code Authorization} header.
   *
   * @param type the first word, such as {@code Bearer}
   * @param credentials the rest
   * @param credentialsFile a file that holds the rest, read for each request; null if there is none
   */
  public record Authorization(String type, Secret credentials, @Nullable Path credentialsFile) {}
}
