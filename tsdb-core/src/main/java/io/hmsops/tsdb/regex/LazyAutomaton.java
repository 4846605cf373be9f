package io.hmsops.tsdb.regex;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program over bytes as a deterministic automaton. A state is made when a text first needs
 * it; when there are too many they are made anew, and after too much of that the automaton gives up
 * for good. Thread-safe.
 */
final class LazyAutomaton {
  /*
   * States are published through plain array elements. Their fields are final, so a thread that sees a state sees all
   * of it; one that does not makes an equal one under the lock. A state's successors belong to its generation: after
   * a restart old states go on to be used by texts that are under way, and then are garbage.
   */

  /** What the states of one generation may hold: instructions and successors. */
  private static final int MAX_CELLS = 1 << 20;

  /** Instructions looked at to make states; beyond that making them does not pay. */
  static final long MAX_WORK = 50_000_000;

  /** The answer to {@link #matches} is not known: ask another engine. */
  static final int UNKNOWN = -1;

  static final int NO = 0;
  static final int YES = 1;

  private static final class State {
    private final int[] instructions;
    private final boolean matchesHere;

    /** Whatever follows, the answer is {@link #matchesHere}. */
    private final boolean settled;

    private final @Nullable State[] next;

    State(int[] instructions, boolean matchesHere, boolean settled, int classCount) {
      this.instructions = instructions;
      this.matchesHere = matchesHere;
      this.settled = settled;
      this.next = new @Nullable State[classCount];
    }
  }

  private record Key(IntArrayList instructions, boolean matchesHere) {}

  private final Program program;
  private final byte[] classes = new byte[256];
  private final int[] representatives;
  private final Map<Key, State> states = new HashMap<>();
  private final int[] marks;
  private int mark;
  private int cells;
  private long work;
  private volatile State start;
  private volatile boolean exhausted;

  LazyAutomaton(Program program) {
    this.program = program;
    this.representatives = program.representatives();
    this.marks = new int[program.size()];
    int[] all = program.classes();
    for (int i = 0; i < all.length; i++) {
      classes[i] = (byte) all[i];
    }
    this.start = startState();
  }

  /** {@return 1 if a text matches, 0 if it does not, or {@link #UNKNOWN}} */
  int matches(byte[] utf8, int from, int to) {
    State state = start;
    byte[] classOf = classes;
    for (int i = from; i < to; i++) {
      if (state.settled) {
        break;
      }
      int inputClass = classOf[utf8[i] & 0xff] & 0xff;
      State next = state.next[inputClass];
      if (next == null) {
        next = makeNext(state, inputClass);
        if (next == null) {
          return UNKNOWN;
        }
      }
      state = next;
    }
    return state.matchesHere ? YES : NO;
  }

  private @Nullable State makeNext(State state, int inputClass) {
    if (exhausted) {
      return null;
    }
    synchronized (states) {
      State known = state.next[inputClass];
      if (known != null) {
        return known;
      }
      if (work > MAX_WORK) {
        exhausted = true;
        return null;
      }
      int value = representatives[inputClass];
      begin();
      IntArrayList reached = new IntArrayList();
      for (int instruction : state.instructions) {
        if (program.operation(instruction) == Program.Operation.BYTE
            && program.takes(instruction, value)) {
          close(program.next(instruction), false, false, reached);
        }
      }
      work += state.instructions.length;
      State next = intern(reached, false);
      state.next[inputClass] = next;
      return next;
    }
  }

  private State startState() {
    synchronized (states) {
      begin();
      IntArrayList reached = new IntArrayList();
      close(program.start(), true, false, reached);
      return intern(reached, true);
    }
  }

  private void begin() {
    mark++;
  }

  /** Follows what takes no byte. What is left takes one, or is the end of the text or a match. */
  private void close(int first, boolean atBegin, boolean atEnd, IntArrayList reached) {
    IntArrayList open = new IntArrayList();
    open.addInt(first);
    while (!open.isEmpty()) {
      int instruction = open.removeAt(open.size() - 1);
      if (marks[instruction] == mark) {
        continue;
      }
      marks[instruction] = mark;
      work++;
      switch (program.operation(instruction)) {
        case BYTE, MATCH -> reached.addInt(instruction);
        case SPLIT -> {
          open.addInt(program.next(instruction));
          open.addInt(program.other(instruction));
        }
        case BEGIN -> {
          if (atBegin) {
            open.addInt(program.next(instruction));
          }
        }
        case END -> {
          if (atEnd) {
            open.addInt(program.next(instruction));
          } else {
            reached.addInt(instruction);
          }
        }
      }
    }
  }

  private State intern(IntArrayList reached, boolean atBegin) {
    int[] sorted = reached.toIntArray();
    Arrays.sort(sorted);
    boolean matchesHere = matchesAtEnd(sorted, atBegin);
    Key key = new Key(new IntArrayList(sorted, sorted.length, Integer.MIN_VALUE), matchesHere);
    State known = states.get(key);
    if (known != null) {
      return known;
    }
    int needed = sorted.length + representatives.length;
    if (cells + needed > MAX_CELLS) {
      states.clear();
      cells = 0;
      // The old start would keep all old states alive.
      start = new State(start.instructions, start.matchesHere, start.settled, start.next.length);
    }
    cells += needed;
    State made =
        new State(sorted, matchesHere, isSettled(sorted, matchesHere), representatives.length);
    states.put(key, made);
    return made;
  }

  private boolean matchesAtEnd(int[] instructions, boolean atBegin) {
    begin();
    IntArrayList reached = new IntArrayList();
    for (int instruction : instructions) {
      if (program.operation(instruction) == Program.Operation.END) {
        close(instruction, atBegin, true, reached);
      } else if (program.operation(instruction) == Program.Operation.MATCH) {
        return true;
      }
    }
    return reached.containsInt(0);
  }

  /** Nothing can follow; or a loop over any byte leads to a match. */
  private boolean isSettled(int[] instructions, boolean matchesHere) {
    if (instructions.length == 0) {
      return true;
    }
    if (!matchesHere) {
      return false;
    }
    for (int instruction : instructions) {
      if (program.operation(instruction) == Program.Operation.BYTE
          && program.takes(instruction, 0)
          && program.takes(instruction, 0xff)
          && leadsBackToMatch(instruction)) {
        return true;
      }
    }
    return false;
  }

  private boolean leadsBackToMatch(int anyByte) {
    begin();
    IntArrayList reached = new IntArrayList();
    close(program.next(anyByte), false, false, reached);
    return reached.containsInt(anyByte) && reached.containsInt(0);
  }
}
