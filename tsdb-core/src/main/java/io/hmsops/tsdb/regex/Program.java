package io.hmsops.tsdb.regex;

import io.hmsops.tsdb.regex.RegexNode.Begin;
import io.hmsops.tsdb.regex.RegexNode.Chars;
import io.hmsops.tsdb.regex.RegexNode.Choice;
import io.hmsops.tsdb.regex.RegexNode.End;
import io.hmsops.tsdb.regex.RegexNode.Repeat;
import io.hmsops.tsdb.regex.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntArrayList;

/** An expression as a nondeterministic automaton over bytes. Immutable once it is compiled. */
final class Program {
  /** A longer program is left to RE2/J. */
  static final int MAX_INSTRUCTIONS = 20_000;

  /** What an instruction does. */
  enum Operation {
    /** Goes on behind a byte of a range. */
    BYTE,
    /** Goes on at two places. */
    SPLIT,
    /** Goes on at the beginning of the text. */
    BEGIN,
    /** Goes on at the end of the text. */
    END,
    /** The text matches if this is its end. */
    MATCH
  }

  private record Step(int low, int high, int next) {}

  private final List<Operation> operations = new ArrayList<>();

  /** The lowest byte that is taken, and the highest one times 256. */
  private final IntArrayList ranges = new IntArrayList();

  private final IntArrayList firsts = new IntArrayList();
  private final IntArrayList seconds = new IntArrayList();
  private final int start;
  private final int[] classes = new int[256];
  private final int classCount;

  Program(RegexNode node) throws UnsupportedRegexException {
    int match = add(Operation.MATCH, 0, 0, 0);
    this.start = compile(node, match);
    this.classCount = classify();
  }

  int size() {
    return operations.size();
  }

  int start() {
    return start;
  }

  /** {@return for each byte its class; bytes of one class are the same to every instruction} */
  int[] classes() {
    return classes;
  }

  int classCount() {
    return classCount;
  }

  Operation operation(int instruction) {
    return operations.get(instruction);
  }

  /** Whether a {@link Operation#BYTE} takes a byte. */
  boolean takes(int instruction, int value) {
    int range = ranges.getInt(instruction);
    return value >= (range & 0xff) && value <= range >>> 8;
  }

  int next(int instruction) {
    return firsts.getInt(instruction);
  }

  int other(int instruction) {
    return seconds.getInt(instruction);
  }

  private int add(Operation operation, int range, int next, int other)
      throws UnsupportedRegexException {
    if (operations.size() >= MAX_INSTRUCTIONS) {
      throw new UnsupportedRegexException("size");
    }
    operations.add(operation);
    ranges.addInt(range);
    firsts.addInt(next);
    seconds.addInt(other);
    return operations.size() - 1;
  }

  private int addByte(int low, int high, int next) throws UnsupportedRegexException {
    return add(Operation.BYTE, low | (high << 8), next, 0);
  }

  /** Adds a node in front of what is there: {@return where it begins}. */
  private int compile(RegexNode node, int next) throws UnsupportedRegexException {
    return switch (node) {
      case Chars(var set) -> compile(set, next);
      case Sequence(var parts) -> {
        int at = next;
        for (RegexNode part : parts.reversed()) {
          at = compile(part, at);
        }
        yield at;
      }
      case Choice(var options) -> {
        int at = compile(options.getLast(), next);
        for (RegexNode option : options.subList(0, options.size() - 1).reversed()) {
          at = add(Operation.SPLIT, 0, compile(option, next), at);
        }
        yield at;
      }
      case Repeat repeat -> compile(repeat, next);
      case Begin _ -> add(Operation.BEGIN, 0, next, 0);
      case End _ -> add(Operation.END, 0, next, 0);
    };
  }

  private int compile(Repeat repeat, int next) throws UnsupportedRegexException {
    int at = next;
    if (repeat.max() == RegexNode.UNBOUNDED) {
      int loop = add(Operation.SPLIT, 0, next, next);
      // Of a valid text, bytes and code points are the same if any number of them will do.
      int body =
          repeat.body() instanceof Chars(var set) && set.isAll()
              ? addByte(0, 0xff, loop)
              : compile(repeat.body(), loop);
      firsts.setInt(loop, body);
      at = loop;
    } else {
      for (int i = repeat.min(); i < repeat.max(); i++) {
        at = add(Operation.SPLIT, 0, compile(repeat.body(), at), next);
      }
    }
    for (int i = 0; i < repeat.min(); i++) {
      at = compile(repeat.body(), at);
    }
    return at;
  }

  private int compile(CodePoints set, int next) throws UnsupportedRegexException {
    Map<Step, Integer> shared = new HashMap<>();
    IntArrayList starts = new IntArrayList();
    for (CodePoints.Range range : set.ranges()) {
      IntArrayList sequences = new IntArrayList();
      Utf8Ranges.split(
          range.low(),
          range.high(),
          (low, high) -> {
            sequences.addInt(low.length);
            for (int i = 0; i < low.length; i++) {
              sequences.addInt(low[i] | (high[i] << 8));
            }
          });
      for (int i = 0; i < sequences.size(); i += 1 + sequences.getInt(i)) {
        int at = next;
        for (int j = sequences.getInt(i); j > 0; j--) {
          int bytes = sequences.getInt(i + j);
          Step step = new Step(bytes & 0xff, bytes >>> 8, at);
          Integer known = shared.get(step);
          at = known != null ? known : addByte(step.low, step.high, at);
          shared.put(step, at);
        }
        starts.addInt(at);
      }
    }
    // The empty set: a byte that does not exist.
    int at = starts.isEmpty() ? addByte(1, 0, next) : starts.getInt(starts.size() - 1);
    for (int i = starts.size() - 2; i >= 0; i--) {
      at = add(Operation.SPLIT, 0, starts.getInt(i), at);
    }
    return at;
  }

  private int classify() {
    boolean[] begins = new boolean[257];
    for (int i = 0; i < size(); i++) {
      if (operation(i) == Operation.BYTE) {
        begins[ranges.getInt(i) & 0xff] = true;
        begins[(ranges.getInt(i) >>> 8) + 1] = true;
      }
    }
    int count = 0;
    for (int value = 0; value < 256; value++) {
      if (value > 0 && begins[value]) {
        count++;
      }
      classes[value] = count;
    }
    return count + 1;
  }

  /** {@return a byte of each class} */
  int[] representatives() {
    int[] bytes = new int[classCount];
    for (int value = 255; value >= 0; value--) {
      bytes[classes[value]] = value;
    }
    return bytes;
  }
}
