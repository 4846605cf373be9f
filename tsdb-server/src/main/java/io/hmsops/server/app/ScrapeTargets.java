package io.hmsops.server.app;

import io.hmsops.server.api.TargetSource;
import io.hmsops.server.api.TargetStatus;
import io.hmsops.server.scrape.ScrapeService;
import io.hmsops.server.scrape.TargetState;
import java.util.ArrayList;
import java.util.List;

/** Shows the targets of the scrape to the API. */
final class ScrapeTargets implements TargetSource {
  private final ScrapeService scrapes;

  ScrapeTargets(ScrapeService scrapes) {
    this.scrapes = scrapes;
  }

  @Override
  public List<String> pools() {
    return scrapes.jobs();
  }

  @Override
  public List<TargetStatus> active() {
    return scrapes.targets().stream().map(ScrapeTargets::status).toList();
  }

  private static TargetStatus status(TargetState state) {
    return new TargetStatus(
        state.job(),
        state.discoveredLabels(),
        state.labels(),
        state.scrapeUrl(),
        state.scrapeUrl(),
        switch (state.health()) {
          case UNKNOWN -> TargetStatus.Health.UNKNOWN;
          case UP -> TargetStatus.Health.UP;
          case DOWN -> TargetStatus.Health.DOWN;
        },
        state.lastError(),
        state.lastScrapeMs(),
        state.lastDurationSeconds(),
        state.intervalMs(),
        state.timeoutMs());
  }

  @Override
  public List<TargetStatus.Dropped> dropped() {
    return scrapes.droppedTargets().stream()
        .map(target -> new TargetStatus.Dropped(target.job(), target.discoveredLabels()))
        .toList();
  }

  @Override
  public List<TargetMetadata> metadata() {
    List<TargetMetadata> all = new ArrayList<>();
    for (TargetState state : scrapes.targets()) {
      state
          .metadata()
          .forEach(
              (metric, metadata) -> all.add(new TargetMetadata(state.labels(), metric, metadata)));
    }
    return all;
  }
}
