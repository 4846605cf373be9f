package io.hmsops.tsdb.block;

/** The files of a block that are mapped. */
enum BlockFile {
  INDEX(0, BlockLayout.INDEX_FILE, BlockLayout.INDEX_MAGIC, Long.MAX_VALUE),
  TIMES(1, BlockLayout.TIMES_FILE, BlockLayout.TIMES_MAGIC, Long.MAX_VALUE),
  CHUNKS(2, BlockLayout.CHUNKS_FILE, BlockLayout.CHUNKS_MAGIC, BlockLayout.HEADER_LENGTH);

  private final int number;
  private final String fileName;
  private final String magic;
  private final long mendableBytes;

  BlockFile(int number, String fileName, String magic, long mendableBytes) {
    this.number = number;
    this.fileName = fileName;
    this.magic = magic;
    this.mendableBytes = mendableBytes;
  }

  /** {@return what it is called in {@code parity}} */
  int number() {
    return number;
  }

  String fileName() {
    return fileName;
  }

  /** {@return how it begins} */
  String magic() {
    return magic;
  }

  /** {@return how many of its first bytes can be mended} */
  long mendableBytes(long lengthBytes) {
    return Math.min(mendableBytes, lengthBytes);
  }
}
