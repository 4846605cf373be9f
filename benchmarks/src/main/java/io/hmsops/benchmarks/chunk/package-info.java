/** What encoding and decoding a chunk costs. */
package io.hmsops.benchmarks.chunk;
