package io.hmsops.server.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.hmsops.server.http.HttpException;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code prometheus.ReadRequest}.
 *
 * @param queries what is asked for, in the order of the answers
 * @param acceptedTypes the forms of the answer that the client takes, the best first; empty for
 *     {@link #SAMPLES} alone
 */
record ReadRequest(List<Query> queries, List<Integer> acceptedTypes) {
  /** The answer holds samples. */
  static final int SAMPLES = 0;

  /**
   * One selector.
   *
   * @param startMs the first moment
   * @param endMs the last moment
   * @param matchers which series
   */
  record Query(long startMs, long endMs, List<LabelMatcher> matchers) {}

  /**
   * Reads a message.
   *
   * @throws HttpException 400 if it is none
   */
  static ReadRequest read(byte[] message) {
    try {
      return read(CodedInputStream.newInstance(message));
    } catch (IOException | IllegalArgumentException e) {
      throw new HttpException(400, e.getMessage() + "\n");
    }
  }

  private static ReadRequest read(CodedInputStream input) throws IOException {
    List<Query> queries = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> queries.add(readQuery(input));
        case 2 -> readTypes(input, tag, types);
        default -> WriteRequestReader.skip(input, tag);
      }
    }
    return new ReadRequest(queries, types);
  }

  /** Packed or one by one. */
  private static void readTypes(CodedInputStream input, int tag, List<Integer> types)
      throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      types.add(input.readEnum());
      return;
    }
    int outer = input.pushLimit(input.readRawVarint32());
    while (!input.isAtEnd()) {
      types.add(input.readEnum());
    }
    input.popLimit(outer);
  }

  private static Query readQuery(CodedInputStream input) throws IOException {
    long startMs = 0;
    long endMs = 0;
    List<LabelMatcher> matchers = new ArrayList<>();
    int outer = input.pushLimit(input.readRawVarint32());
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> startMs = input.readInt64();
        case 2 -> endMs = input.readInt64();
        case 3 -> matchers.add(readMatcher(input));
        default -> WriteRequestReader.skip(input, tag);
      }
    }
    input.popLimit(outer);
    return new Query(startMs, endMs, matchers);
  }

  private static LabelMatcher readMatcher(CodedInputStream input) throws IOException {
    int type = 0;
    String name = "";
    String value = "";
    int outer = input.pushLimit(input.readRawVarint32());
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> type = input.readEnum();
        case 2 -> name = input.readStringRequireUtf8();
        case 3 -> value = input.readStringRequireUtf8();
        default -> WriteRequestReader.skip(input, tag);
      }
    }
    input.popLimit(outer);
    return LabelMatcher.of(
        switch (type) {
          case 0 -> LabelMatcher.Type.EQUAL;
          case 1 -> LabelMatcher.Type.NOT_EQUAL;
          case 2 -> LabelMatcher.Type.REGEX;
          case 3 -> LabelMatcher.Type.NOT_REGEX;
          default -> throw new IllegalArgumentException("invalid matcher type");
        },
        name,
        value);
  }
}
