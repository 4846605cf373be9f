package io.hmsops.server.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.AnchorNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one YAML document (so also JSON) into {@link YamlNode}s. A key that stands twice is an
 * error; anchors, aliases and {@code <<} work, but not to make a small file huge.
 */
public final class YamlDocument {
  /** How many characters a file may have. */
  public static final int MAX_CHARACTERS = 16 * 1024 * 1024;

  /** How many nodes a document may have once its aliases are written out. */
  public static final int MAX_NODES = 1_000_000;

  private final String file;
  private final IdentityHashMap<Node, @Nullable Converted> converted = new IdentityHashMap<>();

  private record Converted(YamlNode node, long weight) {}

  private YamlDocument(String file) {
    this.file = file;
  }

  /**
   * {@return the document's root; a null scalar if the text is empty}
   *
   * @param file the file's name for messages
   * @param text the document
   * @throws ConfigException if it is not one YAML document, or too large
   */
  public static YamlNode parse(String file, String text) throws ConfigException {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(new CoreSchema())
            .setAllowDuplicateKeys(true) // Ours has the better message.
            .setMaxAliasesForCollections(MAX_NODES) // The size is what is limited, below.
            .setCodePointLimit(MAX_CHARACTERS)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      return root.isEmpty()
          ? new YamlScalar(file, 1, 1, "", true)
          : new YamlDocument(file).convert(root.get()).node();
    } catch (MarkedYamlEngineException broken) {
      Mark mark = broken.getProblemMark().or(broken::getContextMark).orElse(null);
      String problem = broken.getContext() == null ? "" : broken.getContext() + ": ";
      problem += broken.getProblem();
      throw new ConfigException(
          file,
          mark == null ? 0 : mark.getLine() + 1,
          mark == null ? 0 : mark.getColumn() + 1,
          "not valid YAML: " + problem);
    } catch (YamlEngineException broken) {
      throw new ConfigException(file, 0, 0, "not valid YAML: " + broken.getMessage());
    } catch (StackOverflowError tooDeep) {
      throw new ConfigException(file, 0, 0, "not valid YAML: nested too deeply");
    }
  }

  private Converted convert(Node node) throws ConfigException {
    if (node instanceof AnchorNode alias) {
      return convert(alias.getRealNode());
    }
    if (converted.containsKey(node)) {
      Converted known = converted.get(node);
      if (known == null) {
        throw error(node, "an alias that contains itself");
      }
      return known;
    }
    converted.put(node, null);
    Converted result =
        switch (node) {
          case ScalarNode scalar -> new Converted(scalar(scalar), 1);
          case SequenceNode sequence -> sequence(sequence);
          case MappingNode mapping -> mapping(mapping);
          default -> throw error(node, "found a %s".formatted(node.getNodeType()));
        };
    if (result.weight() > MAX_NODES) {
      throw error(node, "more than %d nodes with aliases written out".formatted(MAX_NODES));
    }
    converted.put(node, result);
    return result;
  }

  private Converted sequence(SequenceNode sequence) throws ConfigException {
    List<YamlNode> items = new ArrayList<>();
    long weight = 1;
    for (Node child : sequence.getValue()) {
      Converted item = convert(child);
      items.add(item.node());
      weight += item.weight();
    }
    return new Converted(new YamlSequence(file, line(sequence), column(sequence), items), weight);
  }

  private Converted mapping(MappingNode mapping) throws ConfigException {
    Map<String, YamlNode> fields = new LinkedHashMap<>();
    Map<String, YamlScalar> keys = new LinkedHashMap<>();
    List<YamlMapping> merged = new ArrayList<>();
    long weight = 1;
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        throw error(tuple.getKeyNode(), "found a list or mapping, expected a field's name");
      }
      YamlScalar key = scalar(keyNode);
      Converted value = convert(tuple.getValueNode());
      weight += 1 + value.weight();
      if (keyNode.isPlain() && keyNode.getValue().equals("<<")) {
        addMerged(value.node(), merged);
        continue;
      }
      if (fields.put(key.asText(), value.node()) != null) {
        throw key.error("key \"%s\" already set in map".formatted(key.asText()));
      }
      keys.put(key.asText(), key);
    }
    for (YamlMapping source : merged) {
      for (String name : source.names()) {
        fields.putIfAbsent(name, source.field(name));
        keys.putIfAbsent(name, (YamlScalar) source.key(name));
      }
    }
    return new Converted(
        new YamlMapping(file, line(mapping), column(mapping), fields, keys), weight);
  }

  private static void addMerged(YamlNode value, List<YamlMapping> merged) throws ConfigException {
    if (value instanceof YamlSequence several) {
      for (YamlNode one : several) {
        merged.add(one.asMapping());
      }
    } else {
      merged.add(value.asMapping());
    }
  }

  private YamlScalar scalar(ScalarNode node) throws ConfigException {
    boolean isNull = node.isPlain() && node.getTag().equals(Tag.NULL);
    String text = node.getTag().equals(Tag.BINARY) ? binary(node) : node.getValue();
    return new YamlScalar(file, line(node), column(node), text, isNull);
  }

  /** Bytes that are not UTF-8 become lone surrogates, so that the checks of names refuse them. */
  private String binary(ScalarNode node) throws ConfigException {
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(strict(node.getValue()));
    } catch (IllegalArgumentException notBase64) {
      throw error(node, "!!binary value contains invalid base64 data");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf('\ufffd') < 0 ? text : InvalidBytes.escape(bytes);
  }

  private static String strict(String base64) {
    String dense = base64.replaceAll("\\s", "");
    if (!dense.matches("[A-Za-z0-9+/]*={0,2}")) {
      throw new IllegalArgumentException("base64");
    }
    return dense;
  }

  private ConfigException error(Node node, String problem) {
    return new ConfigException(file, line(node), column(node), problem);
  }

  private static int line(Node node) {
    Mark mark = node.getStartMark().orElse(null);
    return mark == null ? 0 : mark.getLine() + 1;
  }

  private static int column(Node node) {
    Mark mark = node.getStartMark().orElse(null);
    return mark == null ? 0 : mark.getColumn() + 1;
  }
}
