/**
 * The signatures of PromQL's functions: names, argument types, result types, and which are
 * experimental. What the functions compute lives elsewhere.
 */
package io.hmsops.query.function;
