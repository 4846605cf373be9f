/** Numbers and texts as bytes: varints, little-endian words, UTF-8. */
package io.hmsops.tsdb.encoding;
