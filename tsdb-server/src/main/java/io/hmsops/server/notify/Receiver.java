package io.hmsops.server.notify;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Who is told.
 *
 * @param name the receiver's name
 * @param webhooks where it is told
 */
record Receiver(String name, List<Webhook> webhooks) {
  Receiver {
    webhooks = List.copyOf(webhooks);
  }

  /** {@return whether a webhook runs a playbook: those do not wait for a group to form} */
  boolean heals() {
    return webhooks.stream().anyMatch(Webhook::runsPlaybook);
  }

  /**
   * A webhook.
   *
   * @param url where to post
   * @param sendResolved whether resolved alerts are told
   * @param maxAlerts how many alerts one post may carry, 0 for any number
   * @param timeoutMs how long an answer may take
   * @param authorization the header that authorizes, if one is needed; never shown
   */
  record Webhook(
      URI url,
      boolean sendResolved,
      int maxAlerts,
      long timeoutMs,
      Optional<String> authorization) {
    boolean runsPlaybook() {
      String path = url.getPath();
      return path != null && path.matches("/run/[^/]+");
    }

    @Override
    public String toString() {
      return "webhook " + url.getScheme() + "://" + url.getAuthority() + url.getPath();
    }
  }
}
