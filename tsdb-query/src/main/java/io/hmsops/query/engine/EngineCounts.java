package io.hmsops.query.engine;

/**
 * An engine's own state.
 *
 * @param smallAtWork small queries being evaluated
 * @param largeAtWork large queries being evaluated
 * @param waiting queries that wait to be evaluated
 * @param rejected queries sent away since the start, because too many waited or they waited too
 *     long
 * @param memoryBytes memory held by queries under way, as estimated
 * @param cachedPlans how many plans are kept
 * @param cachedPlanBytes how much memory they use, as estimated
 * @param planCacheHits how often a plan was there
 * @param planCacheMisses how often it was not
 */
public record EngineCounts(
    int smallAtWork,
    int largeAtWork,
    int waiting,
    long rejected,
    long memoryBytes,
    int cachedPlans,
    long cachedPlanBytes,
    long planCacheHits,
    long planCacheMisses) {}
