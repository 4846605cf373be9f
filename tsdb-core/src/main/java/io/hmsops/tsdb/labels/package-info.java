/**
 * Label sets and label matchers: the names of series and the way queries pick them. Everything here
 * is immutable and may be shared between threads.
 */
package io.hmsops.tsdb.labels;
