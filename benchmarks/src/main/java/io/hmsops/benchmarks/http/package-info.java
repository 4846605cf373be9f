/** Loads on a running server over HTTP, from a process of their own. */
package io.hmsops.benchmarks.http;
