/**
 * Evaluates a plan, column at a time: every operator works on whole series over all steps. Values
 * flow as {@link io.hmsops.query.eval.SeriesMatrix}; the way in is {@link
 * io.hmsops.query.eval.Evaluation}.
 */
package io.hmsops.query.eval;
