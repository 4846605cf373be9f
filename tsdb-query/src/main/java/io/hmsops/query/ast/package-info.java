/**
 * The tree of a PromQL query: sealed records, each with the span of text it was read from. Trees
 * are immutable. A {@code switch} over them has no {@code default}, so that a new node makes the
 * compiler list the places to think about.
 */
package io.hmsops.query.ast;
