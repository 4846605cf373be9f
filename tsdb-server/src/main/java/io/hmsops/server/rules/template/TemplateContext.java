package io.hmsops.server.rules.template;

import io.hmsops.query.engine.QueryResult;
import java.util.List;

/**
 * What a template can reach beyond its data.
 *
 * @param name the template's name in error messages
 * @param timestampMs the evaluation time
 * @param externalUrl the address under which users see this server, without a slash at the end
 * @param queries answers {@code query}
 */
public record TemplateContext(
    String name, long timestampMs, String externalUrl, QueryFunction queries) {
  /** Runs an instant query at the evaluation time. */
  @FunctionalInterface
  public interface QueryFunction {
    /**
     * {@return the samples of the answer}
     *
     * @param expr the query
     * @throws TemplateException if there is no answer
     */
    List<QueryResult.Sample> query(String expr) throws TemplateException;
  }
}
