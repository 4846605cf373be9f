/** What several tests of queries share. */
@org.jspecify.annotations.NullMarked
package io.hmsops.query.testing;
