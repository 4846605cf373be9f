/** Work on a data directory that nobody has open: inspect, verify, repair, analyze. */
package io.hmsops.tsdb.tool;
