/**
 * From tree to plan: durations computed, {@code @} and offsets resolved to milliseconds, calls that
 * depend only on the query folded, parts that do not depend on the step marked. One rewrite is one
 * class.
 */
package io.hmsops.query.plan;
