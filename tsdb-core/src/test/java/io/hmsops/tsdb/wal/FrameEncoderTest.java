package io.hmsops.tsdb.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.wal.FrameScanner.Frame;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A frame and what it can be mended from. */
class FrameEncoderTest {
  /** Otherwise damage would make a second frame appear. */
  @Test
  void noFrameIsFoundInWhatItIsMendedFrom() {
    FrameEncoder encoder = new FrameEncoder();
    for (int length = 0; length < 300; length++) {
      ByteWriter payload = new ByteWriter(16);
      payload.putBytes(new byte[length], 0, length);
      ByteBuffer encoded = encoder.encodeMendable(FrameType.SERIES, 1, payload, false);
      byte[] both = new byte[encoded.remaining()];
      encoded.get(both);
      FrameScanner scanner = new FrameScanner(MemorySegment.ofArray(both), 0);

      assertThat(scanner.next()).map(Frame::type).contains(FrameType.SERIES);
      Optional<Frame> parity = scanner.next();
      assertThat(parity).map(Frame::type).contains(FrameType.PARITY);
      assertThat(parity.orElseThrow().endOffset()).isEqualTo(both.length);
      int start = (int) parity.orElseThrow().startOffset() + FrameLayout.HEADER_LENGTH;
      byte[] inside = Arrays.copyOfRange(both, start, both.length);
      assertThat(new FrameScanner(MemorySegment.ofArray(inside), 0).next())
          .as("payload of %d bytes", length)
          .isEmpty();
    }
  }
}
