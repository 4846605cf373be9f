package io.hmsops.query.ast;

/**
 * A stretch of the query's text.
 *
 * @param start the offset of its first byte, counted in UTF-8 bytes from 0
 * @param end the offset behind its last byte
 */
public record Span(int start, int end) {}
