package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.encoding.PageParity;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.wal.FrameScanner.Frame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives the frames of a file that say something, in order. A damaged one is mended from the frame
 * behind it, where that can be done; what cannot be read is told and passed over. Not thread-safe.
 */
final class FrameReader {
  /** What a file loses with a frame that cannot be read, in words. */
  private final String loss;

  private final Path file;
  private final MemorySegment bytes;
  private final FrameScanner scanner;
  private final FileDamage damages;
  private long end;

  /** How long the last frame was if the next one stands for it, 0 if not. */
  private long mendableBytes;

  private boolean endsInLoss;

  /**
   * Begins behind the header.
   *
   * @param loss what is lost with a frame that cannot be read, in words
   */
  FrameReader(Path file, MemorySegment bytes, String loss, FileDamage damages) {
    this.file = file;
    this.bytes = bytes;
    this.loss = loss;
    this.damages = damages;
    this.scanner = new FrameScanner(bytes, FileHeader.LENGTH);
    this.end = Math.min(bytes.byteSize(), FileHeader.LENGTH);
  }

  /** {@return where the last valid frame ends that has been read, or what it can be mended from} */
  long end() {
    return end;
  }

  /**
   * {@return the next frame, empty behind the last one} What is behind the last one is not told
   * ({@link #tellEnd}).
   *
   * @throws CorruptFileException if a valid frame makes no sense
   */
  Optional<Frame> next() throws CorruptFileException {
    for (Optional<Frame> next = scanner.next(); next.isPresent(); next = scanner.next()) {
      Frame frame = next.get();
      boolean damage = frame.startOffset() != end;
      Frame mended = damage ? pastDamage(frame) : null;
      end = frame.endOffset();
      endsInLoss = damage && mended == null && frame.type() == FrameType.PARITY;
      if (frame.type() != FrameType.PARITY) {
        mendableBytes = end - frame.startOffset();
        return next;
      }
      mendableBytes = 0;
      if (mended != null) {
        return Optional.of(mended);
      }
    }
    return Optional.empty();
  }

  /** {@return the damaged frame before another one, mended; null if that cannot be done} */
  private @Nullable Frame pastDamage(Frame next) throws CorruptFileException {
    Frame mended = next.type() == FrameType.PARITY ? mend(next) : null;
    long damageEnd = mended == null ? next.startOffset() : mended.startOffset();
    if (damageEnd > end) {
      tell(end, damageEnd);
    }
    if (mended != null) {
      damages.mended(
          new CorruptFileException(
              file,
              damageEnd,
              "%d bytes are no valid frame (expected: one), mended: nothing is lost"
                  .formatted(mended.endOffset() - damageEnd)));
    }
    return mended;
  }

  private @Nullable Frame mend(Frame parity) throws CorruptFileException {
    long to = parity.startOffset();
    byte[] frame;
    try {
      long length = PageParity.readLength(parity.payload());
      if (length > to - end) {
        return null;
      }
      frame = bytes.asSlice(to - length, length).toArray(ValueLayout.JAVA_BYTE);
      if (PageParity.mend(frame, parity.payload()) == PageParity.Outcome.LOST) {
        return null;
      }
    } catch (MalformedDataException e) {
      // The checksum is right, so this is no damage: it was written wrongly.
      throw new CorruptFileException(file, to, String.valueOf(e.getMessage()));
    }
    return new FrameScanner(MemorySegment.ofArray(frame), 0)
        .next()
        .filter(found -> found.endOffset() - found.startOffset() == frame.length)
        .map(found -> new Frame(found.type(), found.lsn(), found.payload(), to - frame.length, to))
        .orElse(null);
  }

  /** Tells of what is behind the last frame, if there is something. */
  void tellEnd() {
    if (end < bytes.byteSize()) {
      tell(end, bytes.byteSize());
    }
  }

  /** {@return whether a frame was lost of which only stands what it would be mended from} */
  boolean endsInLoss() {
    return endsInLoss;
  }

  /** {@return whether what is behind the last frame is no more than what that is mended from} */
  boolean endsInParity() {
    return isParity(end, bytes.byteSize());
  }

  private boolean isParity(long from, long to) {
    return mendableBytes > 0 && to - from == parityBytes(mendableBytes);
  }

  private static long parityBytes(long frameBytes) {
    return FrameLayout.HEADER_LENGTH + PageParity.payloadBytes((int) frameBytes);
  }

  private void tell(long from, long to) {
    if (isParity(from, to)) {
      damages.mended(
          new CorruptFileException(
              file,
              from,
              "%d bytes are no valid frame (expected: one), which only mends the one before it:"
                      .formatted(to - from)
                  + " nothing is lost"));
    } else {
      damages.lost(
          new CorruptFileException(
              file,
              from,
              "%d bytes are no valid frame (expected: one)%s".formatted(to - from, loss)));
    }
  }
}
