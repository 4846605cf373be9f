package io.hmsops.tsdb.head;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import org.agrona.collections.IntArrayList;

/** Which series have each label, by the label's id. Guarded by the head's state lock. */
final class LabelSeries {
  private static final int NONE = -1;

  /** The string of a value that several series have, about: it is kept. */
  private static final int STRING_BYTES = 64;

  private static final HeadPosting NO_SERIES = new HeadPosting();

  /** The only series, or −2 − the number in {@link #postings}, or {@link #NONE}. */
  private final IntColumn seriesOf = new IntColumn();

  private final List<HeadPosting> postings = new ArrayList<>();

  /** How much {@link #postings} take, and the strings of their values. */
  private long postingBytes;

  private final IntArrayList freePostings = new IntArrayList();

  /** Makes room for one more label, which no series has. */
  void grow() {
    seriesOf.add(NONE);
  }

  /** {@return whether no series has a label} */
  boolean isEmpty(int id) {
    return seriesOf.get(id) == NONE;
  }

  /** {@return whether several series have a label, or had it} */
  boolean isShared(int id) {
    return seriesOf.get(id) < NONE;
  }

  /** Notes that a series has a label. */
  void add(int id, int number) {
    int found = seriesOf.get(id);
    if (found == NONE) {
      seriesOf.set(id, number);
    } else if (found > NONE) {
      HeadPosting posting = new HeadPosting();
      posting.add(Math.min(found, number));
      posting.add(Math.max(found, number));
      postingBytes += posting.memoryBytes() + STRING_BYTES;
      int place = postings.size();
      if (freePostings.isEmpty()) {
        postings.add(posting);
      } else {
        place = freePostings.removeAt(freePostings.size() - 1);
        postings.set(place, posting);
      }
      seriesOf.set(id, -2 - place);
    } else {
      HeadPosting posting = postings.get(-2 - found);
      postingBytes -= posting.memoryBytes();
      posting.add(number);
      postingBytes += posting.memoryBytes();
    }
  }

  /** Takes series out of a label. */
  void remove(int id, BitSet gone) {
    int found = seriesOf.get(id);
    if (found > NONE) {
      if (gone.get(found)) {
        seriesOf.set(id, NONE);
      }
    } else if (found < NONE) {
      HeadPosting posting = postings.get(-2 - found);
      postingBytes -= posting.memoryBytes();
      posting.removeAll(gone);
      if (posting.count() < 2) {
        postingBytes -= STRING_BYTES;
        freePostings.addInt(-2 - found);
        postings.set(-2 - found, NO_SERIES);
        seriesOf.set(id, posting.count() == 0 ? NONE : posting.first());
      } else {
        postingBytes += posting.memoryBytes();
      }
    }
  }

  /** {@return how many series have a label} */
  int count(int id) {
    int found = seriesOf.get(id);
    return found >= NONE ? found - NONE > 0 ? 1 : 0 : postings.get(-2 - found).count();
  }

  void collect(int id, BitSet into) {
    int found = seriesOf.get(id);
    if (found < NONE) {
      postings.get(-2 - found).addTo(into);
    } else if (found != NONE) {
      into.set(found);
    }
  }

  /** {@return whether a condition holds for any series with a label; asked one by one} */
  boolean any(int id, IntPredicate condition) {
    int found = seriesOf.get(id);
    return found < NONE
        ? postings.get(-2 - found).any(condition)
        : found != NONE && condition.test(found);
  }

  long memoryBytes() {
    return seriesOf.memoryBytes() + postingBytes;
  }
}
