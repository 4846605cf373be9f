package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;

/**
 * Sends a load by remote write 1.0, scrape by scrape. Every series stays on one connection, so its
 * samples arrive in order; the connections wait for each other now and then, so no part runs ahead.
 */
final class LoadWriter {
  static final int CONNECTIONS = 4;
  static final int SAMPLES_PER_REQUEST = 2_000;
  private static final int SCRAPES_AHEAD = 8;
  private static final String PATH = "/api/v1/write";
  private static final String HEADERS =
      String.join(
          "\r\n",
          "Content-Type: application/x-protobuf",
          "Content-Encoding: snappy",
          "X-Prometheus-Remote-Write-Version: 0.1.0",
          "");

  private final int port;
  private final Load load;
  private final int samplesPerRequest;

  LoadWriter(int port, Load load, int samplesPerRequest) {
    this.port = port;
    this.load = load;
    this.samplesPerRequest = samplesPerRequest;
  }

  /**
   * Sends everything.
   *
   * @return how many samples were sent
   * @throws IOException if a request fails or is refused
   */
  long write() throws IOException {
    int slices = (load.series() + samplesPerRequest - 1) / samplesPerRequest;
    int connections = Math.min(CONNECTIONS, slices);
    Phaser together = new Phaser(connections);
    long sent = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<Long>> parts = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int first = i;
        parts.add(threads.submit(() -> writePart(first, connections, together)));
      }
      for (Future<Long> part : parts) {
        sent += part.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("load: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("load: interrupted", e);
    }
    return sent;
  }

  private long writePart(int first, int connections, Phaser together) throws IOException {
    int stride = samplesPerRequest * connections;
    List<byte[]> labels = new ArrayList<>();
    for (int begin = first * samplesPerRequest; begin < load.series(); begin += stride) {
      for (int i = begin; i < Math.min(begin + samplesPerRequest, load.series()); i++) {
        labels.add(RemoteWriteEncoder.labels(load.labels(i)));
      }
    }
    RemoteWriteEncoder encoder = new RemoteWriteEncoder();
    long sent = 0;
    try (HttpConnection connection = new HttpConnection(port)) {
      for (int scrape = 0; scrape < load.scrapes(); scrape++) {
        int next = 0;
        for (int begin = first * samplesPerRequest; begin < load.series(); begin += stride) {
          int end = Math.min(begin + samplesPerRequest, load.series());
          sent +=
              send(connection, encoder, labels.subList(next, next + end - begin), begin, scrape);
          next += end - begin;
        }
        if (scrape % SCRAPES_AHEAD == SCRAPES_AHEAD - 1) {
          together.arriveAndAwaitAdvance();
        }
      }
    } finally {
      // Also after a failure: nobody waits for this one any more.
      together.arriveAndDeregister();
    }
    return sent;
  }

  private int send(
      HttpConnection connection,
      RemoteWriteEncoder encoder,
      List<byte[]> labels,
      int begin,
      int scrape)
      throws IOException {
    encoder.clear();
    int samples = 0;
    for (int k = 0; k < labels.size(); k++) {
      int series = begin + k;
      if (load.present(series, scrape)) {
        encoder.add(labels.get(k), load.timestampMs(series, scrape), load.value(series, scrape));
        samples++;
      }
    }
    if (samples == 0) {
      return 0;
    }
    int length = encoder.compress();
    HttpConnection.Response response = connection.post(PATH, HEADERS, encoder.compressed(), length);
    if (!response.ok()) {
      throw new IOException(
          "remote write, scrape %d, series %d to %d: status %d: %s"
              .formatted(
                  scrape, begin, begin + labels.size() - 1, response.status(), response.excerpt()));
    }
    return samples;
  }
}
