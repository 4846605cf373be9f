package io.hmsops.tsdb.sample;

import java.util.Objects;

/**
 * What a target says about a metric family.
 *
 * @param type the type in lower case as exposed ({@code counter}, {@code gauge}, {@code histogram},
 *     {@code gaugehistogram}, {@code summary}, {@code info}, {@code stateset}, {@code unknown})
 * @param unit the unit, often empty
 * @param help the help text
 */
public record Metadata(String type, String unit, String help) {
  /** Checks that nothing is missing. */
  public Metadata {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(help, "help");
  }
}
