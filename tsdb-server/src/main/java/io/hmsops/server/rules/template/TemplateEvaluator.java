package io.hmsops.server.rules.template;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.server.rules.template.Node.Command;
import io.hmsops.server.rules.template.Node.Operand;
import io.hmsops.server.rules.template.Node.Pipeline;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Expands one template once. */
final class TemplateEvaluator {
  private static final int MAX_INCLUDE_DEPTH = 100;

  /** How a list of nodes ended. */
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private final Map<String, List<Node>> definitions;
  private final TemplateContext context;
  private final TemplateFunctions functions;
  private final StringBuilder output = new StringBuilder();
  private final Deque<Map<String, @Nullable Object>> scopes = new ArrayDeque<>();
  private int includeDepth;

  TemplateEvaluator(Map<String, List<Node>> definitions, TemplateContext context) {
    this.definitions = definitions;
    this.context = context;
    this.functions = new TemplateFunctions(context);
  }

  String run(List<Node> body, @Nullable Object dot, Map<String, ?> variables)
      throws TemplateException {
    scopes.push(new HashMap<>(variables));
    declare("$", dot);
    nodes(body, dot);
    return output.toString();
  }

  private Flow nodes(List<Node> nodes, @Nullable Object dot) throws TemplateException {
    scopes.push(new HashMap<>());
    try {
      for (Node node : nodes) {
        Flow flow = node(node, dot);
        if (flow != Flow.ON) {
          return flow;
        }
      }
      return Flow.ON;
    } finally {
      scopes.pop();
    }
  }

  private Flow node(Node node, @Nullable Object dot) throws TemplateException {
    return switch (node) {
      case Node.Text(String text) -> print(text);
      case Node.Action(Pipeline pipeline) -> {
        Object value = pipeline(pipeline, dot);
        yield pipeline.variables().isEmpty() ? print(GoFormat.print(value)) : Flow.ON;
      }
      case Node.Branch branch -> branch(branch, dot);
      case Node.Range range -> range(range, dot);
      case Node.Include(String name, Pipeline argument) -> include(name, argument, dot);
      case Node.Break() -> Flow.BREAK;
      case Node.Continue() -> Flow.CONTINUE;
    };
  }

  private Flow print(String text) throws TemplateException {
    if (output.length() + text.length() > Template.MAX_OUTPUT_LENGTH) {
      throw error("output is longer than %d characters".formatted(Template.MAX_OUTPUT_LENGTH));
    }
    output.append(text);
    return Flow.ON;
  }

  private Flow branch(Node.Branch branch, @Nullable Object dot) throws TemplateException {
    scopes.push(new HashMap<>());
    try {
      Object value = pipeline(branch.condition(), dot);
      boolean chosen = TemplateFunctions.isTrue(value);
      return nodes(
          chosen ? branch.then() : branch.otherwise(), chosen && branch.movesDot() ? value : dot);
    } finally {
      scopes.pop();
    }
  }

  private Flow range(Node.Range range, @Nullable Object dot) throws TemplateException {
    scopes.push(new HashMap<>());
    try {
      Object value = pipeline(new Pipeline(List.of(), false, range.over().commands()), dot);
      List<Map.Entry<Object, @Nullable Object>> elements = elements(value);
      for (Map.Entry<Object, @Nullable Object> element : elements) {
        scopes.push(new HashMap<>());
        try {
          setRangeVariables(range.over().variables(), element);
          if (nodes(range.body(), element.getValue()) == Flow.BREAK) {
            break;
          }
        } finally {
          scopes.pop();
        }
      }
      return elements.isEmpty() ? nodes(range.whenEmpty(), dot) : Flow.ON;
    } finally {
      scopes.pop();
    }
  }

  private void setRangeVariables(
      List<String> variables, Map.Entry<Object, @Nullable Object> element) {
    if (variables.size() == 1) {
      declare(variables.get(0), element.getValue());
    } else if (variables.size() == 2) {
      declare(variables.get(0), element.getKey());
      declare(variables.get(1), element.getValue());
    }
  }

  private List<Map.Entry<Object, @Nullable Object>> elements(@Nullable Object value)
      throws TemplateException {
    List<Map.Entry<Object, @Nullable Object>> elements = new ArrayList<>();
    switch (value) {
      case null -> {}
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          elements.add(new java.util.AbstractMap.SimpleEntry<>((long) i, list.get(i)));
        }
      }
      case Map<?, ?> map ->
          new TreeMap<Object, @Nullable Object>(map)
              .forEach((k, v) -> elements.add(new java.util.AbstractMap.SimpleEntry<>(k, v)));
      case Long count -> {
        for (long i = 0; i < Math.min(count, Template.MAX_OUTPUT_LENGTH); i++) {
          elements.add(new java.util.AbstractMap.SimpleEntry<>(i, i));
        }
      }
      default -> throw error("range can't iterate over " + GoFormat.print(value));
    }
    return elements;
  }

  private Flow include(String name, @Nullable Pipeline argument, @Nullable Object dot)
      throws TemplateException {
    List<Node> body = definitions.get(name);
    if (body == null) {
      throw error("template \"%s\" not defined".formatted(name));
    }
    if (++includeDepth > MAX_INCLUDE_DEPTH) {
      throw error("exceeded maximum template depth (%d)".formatted(MAX_INCLUDE_DEPTH));
    }
    Object value = argument == null ? null : pipeline(argument, dot);
    scopes.push(new HashMap<>());
    declare("$", value);
    nodes(body, value);
    scopes.pop();
    includeDepth--;
    return Flow.ON;
  }

  private @Nullable Object pipeline(Pipeline pipeline, @Nullable Object dot)
      throws TemplateException {
    Object value = null;
    boolean first = true;
    for (Command command : pipeline.commands()) {
      value = command(command, dot, value, !first);
      first = false;
    }
    for (String variable : pipeline.variables()) {
      if (pipeline.declares()) {
        declare(variable, value);
      } else {
        assign(variable, value);
      }
    }
    return value;
  }

  private @Nullable Object command(
      Command command, @Nullable Object dot, @Nullable Object piped, boolean isPiped)
      throws TemplateException {
    Operand first = command.operands().get(0);
    if (!(first instanceof Operand.Function(String function))) {
      return valueOrMethod(command, dot, piped, isPiped);
    }
    if (function.equals("and") || function.equals("or")) {
      return shortCircuit(function.equals("and"), command, dot, piped, isPiped);
    }
    return functions.call(function, arguments(command, dot, piped, isPiped));
  }

  private List<@Nullable Object> arguments(
      Command command, @Nullable Object dot, @Nullable Object piped, boolean isPiped)
      throws TemplateException {
    List<@Nullable Object> arguments = new ArrayList<>();
    for (Operand operand : command.operands().subList(1, command.operands().size())) {
      arguments.add(operand(operand, dot));
    }
    if (isPiped) {
      arguments.add(piped);
    }
    return arguments;
  }

  private @Nullable Object valueOrMethod(
      Command command, @Nullable Object dot, @Nullable Object piped, boolean isPiped)
      throws TemplateException {
    Operand first = command.operands().get(0);
    List<@Nullable Object> arguments = arguments(command, dot, piped, isPiped);
    if (first instanceof Operand.Fields(Operand receiver, List<String> names)) {
      Object value = fields(operand(receiver, dot), names.subList(0, names.size() - 1));
      return field(value, names.getLast(), arguments);
    }
    if (!arguments.isEmpty()) {
      throw error("can't give argument to non-function");
    }
    return operand(first, dot);
  }

  /** {@code and} and {@code or} stop at the first argument that decides. */
  private @Nullable Object shortCircuit(
      boolean isAnd, Command command, @Nullable Object dot, @Nullable Object piped, boolean isPiped)
      throws TemplateException {
    Object value = null;
    for (Operand operand : command.operands().subList(1, command.operands().size())) {
      value = operand(operand, dot);
      if (TemplateFunctions.isTrue(value) != isAnd) {
        return value;
      }
    }
    return isPiped ? piped : value;
  }

  private @Nullable Object operand(Operand operand, @Nullable Object dot) throws TemplateException {
    return switch (operand) {
      case Operand.Dot() -> dot;
      case Operand.Nil() -> null;
      case Operand.Literal(Object value) -> value;
      case Operand.Variable(String name) -> variable(name);
      case Operand.Function(String name) -> functions.call(name, List.of());
      case Operand.Group(Pipeline pipeline) -> pipeline(pipeline, dot);
      case Operand.Fields(Operand receiver, List<String> names) ->
          fields(operand(receiver, dot), names);
    };
  }

  private @Nullable Object fields(@Nullable Object receiver, List<String> names)
      throws TemplateException {
    Object value = receiver;
    for (String name : names) {
      value = field(value, name, List.of());
    }
    return value;
  }

  private @Nullable Object field(
      @Nullable Object receiver, String name, List<@Nullable Object> arguments)
      throws TemplateException {
    return switch (receiver) {
      case null -> null;
      case Labels labels -> labels.get(name);
      case Map<?, ?> map -> mapField(map, name);
      case QueryResult.Sample sample ->
          switch (name) {
            case "Labels" -> labelMap(sample.labels());
            case "Value" -> sample.value();
            default -> throw noField(name, "sample");
          };
      case GoTime time -> time.field(name, arguments);
      case GoTime.GoDuration duration -> duration.field(name);
      default -> throw noField(name, receiver.getClass().getSimpleName());
    };
  }

  private @Nullable Object mapField(Map<?, ?> map, String name) throws TemplateException {
    if (map instanceof TemplateData && !map.containsKey(name)) {
      throw noField(name, "alert template data");
    }
    return map.get(name);
  }

  private TemplateException noField(String name, String type) {
    return error("can't evaluate field %s in type %s".formatted(name, type));
  }

  static Map<String, String> labelMap(Labels labels) {
    Map<String, String> map = new TemplateData.LabelMap();
    for (Label label : labels) {
      map.put(label.name(), label.value());
    }
    return map;
  }

  private void declare(String name, @Nullable Object value) {
    scopes.element().put(name, value);
  }

  private void assign(String name, @Nullable Object value) {
    for (Map<String, @Nullable Object> scope : scopes) {
      if (scope.containsKey(name)) {
        scope.put(name, value);
        return;
      }
    }
  }

  private @Nullable Object variable(String name) throws TemplateException {
    for (Map<String, @Nullable Object> scope : scopes) {
      if (scope.containsKey(name)) {
        return scope.get(name);
      }
    }
    throw error("undefined variable \"%s\"".formatted(name));
  }

  private TemplateException error(String reason) {
    return new TemplateException("template %s: %s".formatted(context.name(), reason));
  }
}
