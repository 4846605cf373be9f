/** What finding series by their labels costs. */
package io.hmsops.benchmarks.postings;
