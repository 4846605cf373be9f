package io.hmsops.server.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A list of nodes, in the order of the document. */
public final class YamlSequence extends YamlNode implements Iterable<YamlNode> {
  private final List<YamlNode> items;

  YamlSequence(String file, int line, int column, List<YamlNode> items) {
    super(file, line, column);
    this.items = List.copyOf(items);
  }

  /** {@return the items} */
  public List<YamlNode> items() {
    return items;
  }

  /**
   * {@return the items as texts}
   *
   * @throws ConfigException if one is not a scalar
   */
  public List<String> texts() throws ConfigException {
    List<String> texts = new ArrayList<>(items.size());
    for (YamlNode item : items) {
      texts.add(item.asText());
    }
    return List.copyOf(texts);
  }

  @Override
  public Iterator<YamlNode> iterator() {
    return items.iterator();
  }

  @Override
  public YamlSequence asSequence() {
    return this;
  }

  @Override
  String describe() {
    return "a list";
  }
}
