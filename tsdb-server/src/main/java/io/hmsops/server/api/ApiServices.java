package io.hmsops.server.api;

import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The parts of the process that the API shows. All are asked anew for each request, by many threads
 * at once. Start with {@link #none()} and name what runs.
 *
 * @param readiness whether the process can answer
 * @param configYaml the configuration as text, secrets hidden
 * @param reloader reads the configuration again
 * @param reloadStatus how that went last
 * @param storeStatus what the store knows about itself, empty if it does not say
 * @param storeAdmin what an administrator may ask of the store, empty if nothing
 * @param targets what is scraped
 * @param alerting rules, playbooks and notes
 * @param externalLabels labels for what leaves this server
 */
public record ApiServices(
    Supplier<Readiness> readiness,
    Supplier<String> configYaml,
    Reloader reloader,
    Supplier<ReloadStatus> reloadStatus,
    Supplier<Optional<StoreStatus>> storeStatus,
    Optional<StoreAdmin> storeAdmin,
    TargetSource targets,
    AlertingServices alerting,
    Supplier<Labels> externalLabels) {

  /** {@return a process that is ready, and of which nothing else runs} */
  public static ApiServices none() {
    return new ApiServices(
        () -> Readiness.READY,
        () -> "",
        () -> {
          throw new IOException("not supported: reload without a configuration");
        },
        () -> new ReloadStatus(true, 0),
        Optional::empty,
        Optional.empty(),
        TargetSource.NONE,
        AlertingServices.none(),
        () -> Labels.EMPTY);
  }

  /**
   * {@return the same with another readiness}
   *
   * @param newReadiness whether the process can answer
   */
  public ApiServices withReadiness(Supplier<Readiness> newReadiness) {
    return new ApiServices(
        newReadiness,
        configYaml,
        reloader,
        reloadStatus,
        storeStatus,
        storeAdmin,
        targets,
        alerting,
        externalLabels);
  }

  /**
   * {@return the same with a configuration}
   *
   * @param yaml the configuration as text, secrets hidden
   * @param newReloader reads it again
   * @param status how that went last
   */
  public ApiServices withConfig(
      Supplier<String> yaml, Reloader newReloader, Supplier<ReloadStatus> status) {
    return new ApiServices(
        readiness,
        yaml,
        newReloader,
        status,
        storeStatus,
        storeAdmin,
        targets,
        alerting,
        externalLabels);
  }

  /**
   * {@return the same with a store that knows itself}
   *
   * @param status what the store knows about itself
   */
  public ApiServices withStoreStatus(Supplier<Optional<StoreStatus>> status) {
    return new ApiServices(
        readiness,
        configYaml,
        reloader,
        reloadStatus,
        status,
        storeAdmin,
        targets,
        alerting,
        externalLabels);
  }

  /**
   * {@return the same with a store that can be administered}
   *
   * @param admin what an administrator may ask of it
   */
  public ApiServices withStoreAdmin(StoreAdmin admin) {
    return new ApiServices(
        readiness,
        configYaml,
        reloader,
        reloadStatus,
        storeStatus,
        Optional.of(admin),
        targets,
        alerting,
        externalLabels);
  }

  /**
   * {@return the same with a scrape}
   *
   * @param newTargets what is scraped
   */
  public ApiServices withTargets(TargetSource newTargets) {
    return new ApiServices(
        readiness,
        configYaml,
        reloader,
        reloadStatus,
        storeStatus,
        storeAdmin,
        newTargets,
        alerting,
        externalLabels);
  }

  /**
   * {@return the same with alerting}
   *
   * @param newAlerting rules, playbooks and notes
   */
  public ApiServices withAlerting(AlertingServices newAlerting) {
    return new ApiServices(
        readiness,
        configYaml,
        reloader,
        reloadStatus,
        storeStatus,
        storeAdmin,
        targets,
        newAlerting,
        externalLabels);
  }

  /**
   * {@return the same with external labels}
   *
   * @param newLabels labels for what leaves this server
   */
  public ApiServices withExternalLabels(Supplier<Labels> newLabels) {
    return new ApiServices(
        readiness,
        configYaml,
        reloader,
        reloadStatus,
        storeStatus,
        storeAdmin,
        targets,
        alerting,
        newLabels);
  }
}
