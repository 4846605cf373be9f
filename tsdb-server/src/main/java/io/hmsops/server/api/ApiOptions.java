package io.hmsops.server.api;

import io.hmsops.query.ast.Feature;
import java.util.Map;
import java.util.Set;

/**
 * Settings of the API.
 *
 * @param version the program's version
 * @param features what of the query language is enabled beyond the stable part
 * @param queryTimeoutMs the most that a query may take; a request may ask for less
 * @param lookbackMs how old a sample an instant selector may take, unless a request says otherwise
 * @param lifecycleEnabled whether {@code /-/reload} is served; from loopback it always is
 * @param adminEnabled whether {@code /api/v1/admin/*} is served
 * @param remoteWriteEnabled whether {@code /api/v1/write} is served
 * @param flags the command line as shown by {@code /api/v1/status/flags}
 * @param retention how long samples are kept, as shown by {@code /api/v1/status/runtimeinfo}
 */
public record ApiOptions(
    String version,
    Set<Feature> features,
    long queryTimeoutMs,
    long lookbackMs,
    boolean lifecycleEnabled,
    boolean adminEnabled,
    boolean remoteWriteEnabled,
    Map<String, String> flags,
    String retention) {
  /** Copies set and map. */
  public ApiOptions {
    features = Set.copyOf(features);
    flags = Map.copyOf(flags);
  }

  /**
   * {@return no features, two minutes, five minutes, remote write on, lifecycle and admin off}
   *
   * @param version the program's version
   */
  public static ApiOptions defaults(String version) {
    return new ApiOptions(version, Set.of(), 120_000, 300_000, false, false, true, Map.of(), "30d");
  }

  /**
   * {@return the same with reload over HTTP on or off}
   *
   * @param enabled whether {@code /-/reload} is served to everyone
   */
  public ApiOptions withLifecycle(boolean enabled) {
    return new ApiOptions(
        version,
        features,
        queryTimeoutMs,
        lookbackMs,
        enabled,
        adminEnabled,
        remoteWriteEnabled,
        flags,
        retention);
  }

  /**
   * {@return the same with remote write on or off}
   *
   * @param enabled whether {@code /api/v1/write} is served
   */
  public ApiOptions withRemoteWrite(boolean enabled) {
    return new ApiOptions(
        version,
        features,
        queryTimeoutMs,
        lookbackMs,
        lifecycleEnabled,
        adminEnabled,
        enabled,
        flags,
        retention);
  }
}
