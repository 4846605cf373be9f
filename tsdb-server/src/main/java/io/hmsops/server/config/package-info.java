/**
 * Configuration files: YAML read into a tree that knows its positions, and the records of {@code
 * prometheus.yml}. Every error names file, line and column.
 */
package io.hmsops.server.config;
