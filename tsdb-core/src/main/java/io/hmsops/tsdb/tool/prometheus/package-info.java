/**
 * Moves samples between a data directory and one of Prometheus: its blocks, its log and the chunks
 * of its head are read, its blocks are written. Specified by Prometheus; what of it is understood
 * stands in {@code docs/operating/migrating.md}.
 */
package io.hmsops.tsdb.tool.prometheus;
