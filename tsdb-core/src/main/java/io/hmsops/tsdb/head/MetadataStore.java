package io.hmsops.tsdb.head;

import io.hmsops.tsdb.sample.Metadata;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What senders say of metric families: the newest few different things of each family, of a number
 * of families; the family that changed longest ago goes first. Thread-safe.
 */
final class MetadataStore {
  /** How many different things are remembered of a family. */
  static final int MAX_PER_FAMILY = 8;

  private final int limit;

  /** By the time of the last change. */
  private final Map<String, List<Metadata>> families = new LinkedHashMap<>();

  MetadataStore(int limit) {
    this.limit = limit;
  }

  synchronized boolean contains(String family, Metadata metadata) {
    List<Metadata> known = families.get(family);
    return known != null && known.contains(metadata);
  }

  /** Adds something; what is known already is ignored. */
  synchronized void add(String family, Metadata metadata) {
    if (limit == 0 || contains(family, metadata)) {
      return;
    }
    List<Metadata> known = families.remove(family);
    if (known == null) {
      known = new ArrayList<>(1);
    }
    known.add(metadata);
    if (known.size() > MAX_PER_FAMILY) {
      known.removeFirst();
    }
    families.put(family, known);
    if (families.size() > limit) {
      Iterator<String> oldest = families.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  synchronized boolean isEmpty() {
    return families.isEmpty();
  }

  /** {@return all of it by family, what was said last standing last} */
  synchronized Map<String, List<Metadata>> all() {
    Map<String, List<Metadata>> copy = new TreeMap<>();
    families.forEach((family, known) -> copy.put(family, List.copyOf(known)));
    return copy;
  }

  /** Tells all of it in the order of changes. */
  void forEach(BiConsumer<String, Metadata> action) {
    Map<String, List<Metadata>> copy = new LinkedHashMap<>();
    synchronized (this) {
      families.forEach((family, known) -> copy.put(family, List.copyOf(known)));
    }
    copy.forEach((family, known) -> known.forEach(metadata -> action.accept(family, metadata)));
  }
}
