/** What the head costs: appends, memory, restarts. */
package io.hmsops.benchmarks.head;
