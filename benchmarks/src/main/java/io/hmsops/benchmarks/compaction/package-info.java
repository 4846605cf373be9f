/** What it costs to merge blocks. */
package io.hmsops.benchmarks.compaction;
