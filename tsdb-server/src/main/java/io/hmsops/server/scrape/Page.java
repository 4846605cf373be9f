package io.hmsops.server.scrape;

/** What a target answered. The bytes are the receiver's until it gives them back. */
final class Page {
  private final String contentType;
  private final byte[] body;
  private final int length;

  Page(String contentType, byte[] body, int length) {
    this.contentType = contentType;
    this.body = body;
    this.length = length;
  }

  /** {@return the header, empty if there is none} */
  String contentType() {
    return contentType;
  }

  /** {@return an array that begins with the page, unpacked} */
  byte[] body() {
    return body;
  }

  /** {@return how long the page is, in bytes} */
  int length() {
    return length;
  }
}
