/** What one query may use: time, samples in memory, and whether it is still wanted. */
package io.hmsops.query.limit;
