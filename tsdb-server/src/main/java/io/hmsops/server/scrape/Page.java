package io.hmsops.server.scrape;

/** What a target answered. The bytes are the receiver's. */
final class Page {
  private final String contentType;
  private final byte[] body;

  Page(String contentType, byte[] body) {
    this.contentType = contentType;
    this.body = body;
  }

  /** {@return the header, empty if there is none} */
  String contentType() {
    return contentType;
  }

  /** {@return the page, unpacked} */
  byte[] body() {
    return body;
  }
}
