package io.hmsops.server.http;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths without empty, {@code .} and {@code ..} segments. */
final class CleanPath {
  private CleanPath() {}

  /**
   * {@return the path that is meant; it begins with a slash, and ends with one if the path does}
   */
  static String of(String rawPath) {
    if (rawPath.equals("*") || (rawPath.startsWith("/") && isClean(rawPath))) {
      return rawPath;
    }
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : rawPath.split("/", -1)) {
      switch (segment) {
        case "", "." -> {
          // Nothing stands there.
        }
        case ".." -> segments.pollLast();
        default -> segments.add(segment);
      }
    }
    boolean directory = rawPath.endsWith("/") && !segments.isEmpty();
    return "/" + String.join("/", segments) + (directory ? "/" : "");
  }

  private static boolean isClean(String path) {
    return !path.contains("//") && !path.contains("/.");
  }
}
