/** What queries cost: a load over a real database, and the operators one by one. */
package io.hmsops.benchmarks.query;
