/** What tests of several modules share: architecture checks, seeded generators, the naive model. */
package io.hmsops.tsdb.testing;
