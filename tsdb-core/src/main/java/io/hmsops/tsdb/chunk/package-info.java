/** Runs of samples of one series as compressed bytes, and the codecs between both. */
package io.hmsops.tsdb.chunk;
