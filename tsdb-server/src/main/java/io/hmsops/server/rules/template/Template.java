package io.hmsops.server.rules.template;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed template. Immutable and thread-safe. */
public final class Template {
  /** How much text one template may produce, in characters. */
  public static final int MAX_OUTPUT_LENGTH = 256 * 1024;

  private final List<Node> body;
  private final Map<String, List<Node>> definitions;

  Template(List<Node> body, Map<String, List<Node>> definitions) {
    this.body = List.copyOf(body);
    this.definitions = Map.copyOf(definitions);
  }

  /**
   * {@return the parsed template}
   *
   * @param text the template
   * @param variables the variables that expansion will define, with their dollar signs
   * @throws TemplateException if it is not a template, or uses a function or variable that is not
   *     there
   */
  public static Template parse(String text, Collection<String> variables) throws TemplateException {
    return TemplateParser.parse(text, variables);
  }

  /**
   * {@return the expanded text}
   *
   * @param dot the data; maps, lists, texts, numbers, samples
   * @param variables the values of the variables named when parsing
   * @param context what functions need
   * @throws TemplateException if a function fails or a value does not fit
   */
  public String expand(@Nullable Object dot, Map<String, ?> variables, TemplateContext context)
      throws TemplateException {
    return new TemplateEvaluator(definitions, context).run(body, dot, variables);
  }
}
