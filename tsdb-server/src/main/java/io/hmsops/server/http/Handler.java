package io.hmsops.server.http;

import java.io.IOException;

/**
 * Answers requests. Runs on a virtual thread, so it may block; called by many threads at once.
 *
 * <p>An {@link HttpException} becomes its status and text, an {@link InterruptedException} a 503,
 * anything else a logged 500.
 */
@FunctionalInterface
public interface Handler {
  /**
   * {@return the answer to a request}
   *
   * @param request the request, its body read whole
   * @throws IOException if something that the answer needs cannot be read
   * @throws InterruptedException if the server stops meanwhile
   */
  HttpResponse handle(HttpRequest request) throws IOException, InterruptedException;
}
