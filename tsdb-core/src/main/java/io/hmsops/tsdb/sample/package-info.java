/**
 * What a series holds: floats, native histograms, staleness markers, exemplars, metadata. Values
 * only, no storage.
 */
package io.hmsops.tsdb.sample;
