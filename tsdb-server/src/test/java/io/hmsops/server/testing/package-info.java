/** What several tests of the server need. */
package io.hmsops.server.testing;
