package io.hmsops.query.plan;

/**
 * The times a query asks for.
 *
 * @param startMs the first evaluation time, in milliseconds since the Unix epoch
 * @param endMs the last evaluation time
 * @param stepMs the distance of evaluation times, 0 for an instant query
 * @param lookbackMs how old a sample may be for an instant selector
 * @param defaultSubqueryStepMs the step of a subquery that names none
 */
public record QueryTimes(
    long startMs, long endMs, long stepMs, long lookbackMs, long defaultSubqueryStepMs) {}
