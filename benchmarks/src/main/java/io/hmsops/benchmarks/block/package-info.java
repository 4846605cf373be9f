/** What blocks cost besides their samples. */
package io.hmsops.benchmarks.block;
