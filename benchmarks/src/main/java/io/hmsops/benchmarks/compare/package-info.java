/**
 * {@code hms bench compare}: the same work given to this server, to Prometheus and to
 * VictoriaMetrics, one at a time, each in a process and an empty directory of its own. This process
 * makes the load and reads what the kernel counted for theirs.
 */
package io.hmsops.benchmarks.compare;
