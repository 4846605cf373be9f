/**
 * Pages of metrics as targets expose them: the text formats 0.0.4 and 1.0.0 and OpenMetrics, read
 * byte by byte.
 */
package io.hmsops.server.ingest.exposition;
