package io.hmsops.server.http;

/**
 * Limits of the HTTP server. What is over a limit is refused with a text that names it.
 *
 * @param maxRequestLineBytes the method and target of a request; over it 414
 * @param maxHeaderBytes all headers of a request together; over it 431
 * @param maxBodyBytes the body of a request as sent; over it 413
 * @param maxBufferedBodyBytes the bodies of all requests that are being received or handled; over
 *     it 503
 * @param maxConnections open connections; a further one gets 503
 * @param maxPipelinedRequests requests of one connection that wait for their turn; the rest is left
 *     unread
 * @param maxConcurrentRequests requests that are handled at a time
 * @param maxQueuedRequests requests that wait to be handled; a further one gets 503
 * @param queueTimeoutMs how long a request waits to be handled; over it 503
 * @param readTimeoutMs within what time a connection has to deliver its next request whole; over it
 *     the connection is closed
 * @param writeTimeoutMs how long a client may leave its answer unread; over it the connection is
 *     closed
 * @param minCompressedBytes shorter bodies are sent as they are
 * @param ioThreads event loops
 */
public record HttpOptions(
    int maxRequestLineBytes,
    int maxHeaderBytes,
    int maxBodyBytes,
    long maxBufferedBodyBytes,
    int maxConnections,
    int maxPipelinedRequests,
    int maxConcurrentRequests,
    int maxQueuedRequests,
    long queueTimeoutMs,
    long readTimeoutMs,
    long writeTimeoutMs,
    int minCompressedBytes,
    int ioThreads) {

  /** {@return the defaults, as in {@code docs/operating/http.md}} */
  public static HttpOptions defaults() {
    return new HttpOptions(
        64 << 10,
        64 << 10,
        32 << 20,
        128L << 20,
        512,
        16,
        64,
        512,
        10_000,
        300_000,
        60_000,
        1024,
        Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors())));
  }

  /**
   * {@return the same with another limit for a body}
   *
   * @param bytes the limit
   */
  public HttpOptions withMaxBodyBytes(int bytes) {
    return new HttpOptions(
        maxRequestLineBytes,
        maxHeaderBytes,
        bytes,
        maxBufferedBodyBytes,
        maxConnections,
        maxPipelinedRequests,
        maxConcurrentRequests,
        maxQueuedRequests,
        queueTimeoutMs,
        readTimeoutMs,
        writeTimeoutMs,
        minCompressedBytes,
        ioThreads);
  }

  /**
   * {@return the same with another limit for connections}
   *
   * @param connections the limit
   */
  public HttpOptions withMaxConnections(int connections) {
    return new HttpOptions(
        maxRequestLineBytes,
        maxHeaderBytes,
        maxBodyBytes,
        maxBufferedBodyBytes,
        connections,
        maxPipelinedRequests,
        maxConcurrentRequests,
        maxQueuedRequests,
        queueTimeoutMs,
        readTimeoutMs,
        writeTimeoutMs,
        minCompressedBytes,
        ioThreads);
  }

  /**
   * {@return the same with other bounds on the requests at work}
   *
   * @param concurrent how many are handled at a time
   * @param queued how many more may wait
   * @param queueMs how long they may wait
   */
  public HttpOptions withAdmission(int concurrent, int queued, long queueMs) {
    return new HttpOptions(
        maxRequestLineBytes,
        maxHeaderBytes,
        maxBodyBytes,
        maxBufferedBodyBytes,
        maxConnections,
        maxPipelinedRequests,
        concurrent,
        queued,
        queueMs,
        readTimeoutMs,
        writeTimeoutMs,
        minCompressedBytes,
        ioThreads);
  }

  /**
   * {@return the same with another time in which a request has to arrive}
   *
   * @param timeoutMs the time
   */
  public HttpOptions withReadTimeoutMs(long timeoutMs) {
    return new HttpOptions(
        maxRequestLineBytes,
        maxHeaderBytes,
        maxBodyBytes,
        maxBufferedBodyBytes,
        maxConnections,
        maxPipelinedRequests,
        maxConcurrentRequests,
        maxQueuedRequests,
        queueTimeoutMs,
        timeoutMs,
        writeTimeoutMs,
        minCompressedBytes,
        ioThreads);
  }
}
