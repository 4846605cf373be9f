/** What others push: remote write 1.0. One request is one batch, stored whole or refused whole. */
package io.hmsops.server.ingest;
