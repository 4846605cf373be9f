package io.hmsops.server.rules.template;

import io.hmsops.server.rules.template.Node.Command;
import io.hmsops.server.rules.template.Node.Operand;
import io.hmsops.server.rules.template.Node.Pipeline;
import io.hmsops.server.rules.template.TemplateLexer.Kind;
import io.hmsops.server.rules.template.TemplateLexer.Token;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes nodes of tokens. Knows which variables are in scope and which functions there are. */
final class TemplateParser {
  private final List<Token> tokens;
  private final Map<String, List<Node>> definitions = new HashMap<>();
  private final List<String> scope = new ArrayList<>();
  private int index;
  private int rangeDepth;
  private String ending = "";

  private TemplateParser(List<Token> tokens, Collection<String> variables) {
    this.tokens = tokens;
    scope.add("$");
    scope.addAll(variables);
  }

  static Template parse(String text, Collection<String> variables) throws TemplateException {
    TemplateParser parser = new TemplateParser(TemplateLexer.tokens(text), variables);
    List<Node> body = parser.body(List.of());
    if (!parser.ending.isEmpty()) {
      throw parser.error("unexpected {{%s}}".formatted(parser.ending));
    }
    return new Template(body, parser.definitions);
  }

  /** Nodes up to an action that begins with one of the words, or the end; see {@link #ending}. */
  private List<Node> body(List<String> endings) throws TemplateException {
    int outerScope = scope.size();
    List<Node> nodes = new ArrayList<>();
    while (true) {
      Token token = tokens.get(index++);
      if (token.kind() == Kind.END) {
        if (!endings.isEmpty()) {
          throw error("unexpected EOF");
        }
        ending = "";
        return nodes;
      }
      if (token.kind() == Kind.TEXT) {
        nodes.add(new Node.Text(token.text()));
        continue;
      }
      skipSpace();
      Token first = tokens.get(index);
      if (first.kind() == Kind.WORD
          && (first.text().equals("end") || first.text().equals("else"))) {
        if (!endings.contains(first.text())) {
          throw error("unexpected {{%s}}".formatted(first.text()));
        }
        index++;
        ending = first.text();
        scope.subList(outerScope, scope.size()).clear();
        return nodes;
      }
      action(first, nodes);
    }
  }

  private void action(Token first, List<Node> nodes) throws TemplateException {
    String word = first.kind() == Kind.WORD ? first.text() : "";
    switch (word) {
      case "if" -> nodes.add(branch(false));
      case "with" -> nodes.add(branch(true));
      case "range" -> nodes.add(range());
      case "define" -> define(false, nodes);
      case "block" -> define(true, nodes);
      case "template" -> nodes.add(include());
      case "break" -> nodes.add(leave(new Node.Break()));
      case "continue" -> nodes.add(leave(new Node.Continue()));
      default -> {
        nodes.add(new Node.Action(pipeline()));
        close();
      }
    }
  }

  private Node leave(Node node) throws TemplateException {
    index++;
    if (rangeDepth == 0) {
      throw error("{{break}} or {{continue}} outside {{range}}");
    }
    close();
    return node;
  }

  private Node branch(boolean movesDot) throws TemplateException {
    index++;
    int outerScope = scope.size();
    Pipeline condition = pipeline();
    close();
    List<Node> then = body(List.of("else", "end"));
    List<Node> otherwise = otherwise(movesDot ? "with" : "if", movesDot);
    scope.subList(outerScope, scope.size()).clear();
    return new Node.Branch(movesDot, condition, then, otherwise);
  }

  private List<Node> otherwise(String chained, boolean movesDot) throws TemplateException {
    if (ending.equals("end")) {
      close();
      return List.of();
    }
    skipSpace();
    if (tokens.get(index).is(Kind.WORD, chained)) {
      return List.of(branch(movesDot));
    }
    close();
    List<Node> otherwise = body(List.of("end"));
    close();
    return otherwise;
  }

  private Node range() throws TemplateException {
    index++;
    int outerScope = scope.size();
    Pipeline over = pipeline();
    close();
    rangeDepth++;
    List<Node> body = body(List.of("else", "end"));
    rangeDepth--;
    List<Node> whenEmpty = otherwise("", false);
    scope.subList(outerScope, scope.size()).clear();
    return new Node.Range(over, body, whenEmpty);
  }

  private void define(boolean isBlock, List<Node> nodes) throws TemplateException {
    index++;
    String name = templateName();
    Pipeline argument = isBlock ? pipeline() : null;
    close();
    List<String> outer = new ArrayList<>(scope);
    scope.clear();
    scope.add("$");
    definitions.put(name, body(List.of("end")));
    close();
    scope.clear();
    scope.addAll(outer);
    if (isBlock) {
      nodes.add(new Node.Include(name, argument));
    }
  }

  private Node include() throws TemplateException {
    index++;
    String name = templateName();
    skipSpace();
    Pipeline argument = tokens.get(index).kind() == Kind.CLOSE ? null : pipeline();
    close();
    return new Node.Include(name, argument);
  }

  private String templateName() throws TemplateException {
    skipSpace();
    Token token = tokens.get(index++);
    if (token.kind() != Kind.STRING) {
      throw error(
          "unexpected \"%s\" (expected: a template's name in quotes)".formatted(token.text()));
    }
    return token.text();
  }

  private Pipeline pipeline() throws TemplateException {
    List<String> variables = new ArrayList<>();
    int start = index;
    boolean declares = false;
    while (true) {
      skipSpace();
      if (tokens.get(index).kind() != Kind.VARIABLE) {
        break;
      }
      variables.add(tokens.get(index++).text());
      skipSpace();
      Token token = tokens.get(index);
      if (token.is(Kind.SYMBOL, ":=") || token.is(Kind.SYMBOL, "=")) {
        declares = token.text().equals(":=");
        index++;
        return new Pipeline(
            List.copyOf(variables), declares, commandsAndDeclare(variables, declares));
      }
      if (!token.is(Kind.SYMBOL, ",")) {
        break;
      }
      index++;
    }
    index = start;
    return new Pipeline(List.of(), false, commands());
  }

  private List<Command> commandsAndDeclare(List<String> variables, boolean declares)
      throws TemplateException {
    List<Command> commands = commands();
    for (String variable : variables) {
      if (declares) {
        scope.add(variable);
      } else {
        requireVariable(variable);
      }
    }
    return commands;
  }

  private List<Command> commands() throws TemplateException {
    List<Command> commands = new ArrayList<>();
    List<Operand> operands = new ArrayList<>();
    while (true) {
      skipSpace();
      Token token = tokens.get(index);
      boolean ends = token.kind() == Kind.CLOSE || token.is(Kind.SYMBOL, ")");
      if (ends || token.is(Kind.SYMBOL, "|")) {
        if (operands.isEmpty()) {
          throw error("missing value for command");
        }
        commands.add(new Command(List.copyOf(operands)));
        operands.clear();
        if (ends) {
          return List.copyOf(commands);
        }
        index++;
        continue;
      }
      operands.add(operand());
    }
  }

  private Operand operand() throws TemplateException {
    Token token = tokens.get(index++);
    Operand operand =
        switch (token.kind()) {
          case FIELD -> {
            index--;
            yield new Operand.Dot();
          }
          case VARIABLE -> {
            requireVariable(token.text());
            yield new Operand.Variable(token.text());
          }
          case STRING -> new Operand.Literal(token.text());
          case CHARACTER -> new Operand.Literal((long) token.text().codePointAt(0));
          case NUMBER -> new Operand.Literal(number(token.text()));
          case WORD -> word(token.text());
          case SYMBOL -> symbol(token.text());
          case TEXT, OPEN, CLOSE, SPACE, END ->
              throw error("unexpected \"%s\" in command".formatted(token.text()));
        };
    List<String> fields = new ArrayList<>();
    while (tokens.get(index).kind() == Kind.FIELD) {
      fields.add(tokens.get(index++).text().substring(1));
    }
    return fields.isEmpty() ? operand : new Operand.Fields(operand, List.copyOf(fields));
  }

  private Operand symbol(String symbol) throws TemplateException {
    if (symbol.equals(".")) {
      return new Operand.Dot();
    }
    if (!symbol.equals("(")) {
      throw error("unexpected \"%s\" in command".formatted(symbol));
    }
    Pipeline inner = pipeline();
    if (!tokens.get(index++).is(Kind.SYMBOL, ")")) {
      throw error("unclosed left paren");
    }
    return new Operand.Group(inner);
  }

  private Operand word(String word) throws TemplateException {
    return switch (word) {
      case "true" -> new Operand.Literal(true);
      case "false" -> new Operand.Literal(false);
      case "nil" -> new Operand.Nil();
      default -> {
        if (!TemplateFunctions.exists(word)) {
          throw error("function \"%s\" not defined".formatted(word));
        }
        yield new Operand.Function(word);
      }
    };
  }

  private Object number(String text) throws TemplateException {
    String digits = text.replace("_", "");
    try {
      return Long.decode(digits);
    } catch (NumberFormatException notAnInteger) {
      try {
        return Double.valueOf(digits);
      } catch (NumberFormatException e) {
        throw error("bad number syntax: \"%s\"".formatted(text));
      }
    }
  }

  private void requireVariable(String name) throws TemplateException {
    if (!scope.contains(name)) {
      throw error("undefined variable \"%s\"".formatted(name));
    }
  }

  private void close() throws TemplateException {
    skipSpace();
    Token token = tokens.get(index++);
    if (token.kind() != Kind.CLOSE) {
      throw error("unexpected \"%s\" (expected: }})".formatted(token.text()));
    }
  }

  private void skipSpace() {
    while (tokens.get(index).kind() == Kind.SPACE) {
      index++;
    }
  }

  private TemplateException error(String reason) {
    int line = tokens.get(Math.min(index, tokens.size() - 1)).line();
    return new TemplateException("line %d: %s".formatted(line, reason));
  }
}
