package io.hmsops.server.notify;

import java.util.List;
import java.util.Map;

/** The content of an {@code alertmanager.yml}: who is told of what. Immutable. */
public final class NotifyConfig {
  private final Route route;
  private final Map<String, Receiver> receivers;

  NotifyConfig(Route route, Map<String, Receiver> receivers) {
    this.route = route;
    this.receivers = Map.copyOf(receivers);
  }

  /** {@return a configuration that tells nobody} */
  public static NotifyConfig none() {
    Route route =
        new Route(
            "{}",
            "",
            List.of(),
            List.of(),
            true,
            0,
            NotifyConfigReader.DEFAULT_GROUP_INTERVAL_MS,
            NotifyConfigReader.DEFAULT_REPEAT_INTERVAL_MS,
            false,
            List.of());
    return new NotifyConfig(route, Map.of("", new Receiver("", List.of())));
  }

  /** {@return the names of the receivers, sorted} */
  public List<String> receiverNames() {
    return receivers.keySet().stream().filter(name -> !name.isEmpty()).sorted().toList();
  }

  Route route() {
    return route;
  }

  Receiver receiver(String name) {
    Receiver receiver = receivers.get(name);
    if (receiver == null) {
      throw new AssertionError("receiver %s is not there; the reader checks this".formatted(name));
    }
    return receiver;
  }
}
