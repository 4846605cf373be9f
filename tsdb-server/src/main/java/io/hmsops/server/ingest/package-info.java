/**
 * What others push, and what they read back the same way: remote write 1.0, of which one request is
 * one batch, stored whole or refused whole, and remote read.
 */
package io.hmsops.server.ingest;
