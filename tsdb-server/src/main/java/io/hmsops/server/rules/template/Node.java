package io.hmsops.server.rules.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a parsed template. */
sealed interface Node {
  /** Text that is copied. */
  record Text(String text) implements Node {}

  /** A pipeline whose value is printed, unless it sets a variable. */
  record Action(Pipeline pipeline) implements Node {}

  /** A pipeline that decides between two bodies; {@code with} also moves the dot. */
  record Branch(boolean movesDot, Pipeline condition, List<Node> then, List<Node> otherwise)
      implements Node {}

  /** A body for each element. */
  record Range(Pipeline over, List<Node> body, List<Node> whenEmpty) implements Node {}

  /** A named template, expanded here. */
  record Include(String name, @Nullable Pipeline argument) implements Node {}

  /** Ends the innermost range. */
  record Break() implements Node {}

  /** Goes on with the next element of the innermost range. */
  record Continue() implements Node {}

  /** Commands joined by bars; each gets the value of the one before as its last argument. */
  record Pipeline(List<String> variables, boolean declares, List<Command> commands) {}

  /** A function or value with arguments. */
  record Command(List<Operand> operands) {}

  /** A part of a command. */
  sealed interface Operand {
    /** The dot. */
    record Dot() implements Operand {}

    /** {@code nil}. */
    record Nil() implements Operand {}

    /** A constant: Long, Double, String or Boolean. */
    record Literal(Object value) implements Operand {}

    /** A variable, its name with the dollar sign. */
    record Variable(String name) implements Operand {}

    /** A function's name. */
    record Function(String name) implements Operand {}

    /** A pipeline in parentheses. */
    record Group(Pipeline pipeline) implements Operand {}

    /** Fields of a value, {@code .a.b}; the receiver of a bare {@code .a} is the dot. */
    record Fields(Operand receiver, List<String> names) implements Operand {}
  }
}
