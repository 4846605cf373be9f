package io.hmsops.tsdb.sample;

/**
 * What a target says about a metric family.
 *
 * @param type the type in lower case as exposed ({@code counter}, {@code gauge}, {@code histogram},
 *     {@code gaugehistogram}, {@code summary}, {@code info}, {@code stateset}, {@code unknown})
 * @param unit the unit, often empty
 * @param help the help text
 */
public record Metadata(String type, String unit, String help) {}
