package io.hmsops.server.api;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryListener;
import io.hmsops.server.http.HttpOptions;
import io.hmsops.server.http.HttpServer;
import io.hmsops.server.http.Router;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.testing.MemoryStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The real server with the whole API over a store in memory. */
final class ApiServer implements AutoCloseable {
  static final Instant NOW = Instant.ofEpochSecond(1_700_007_200);

  /** Refuses late samples, as the recorded server did. */
  final MemoryStore store = new MemoryStore(Duration.ZERO);

  final PrometheusRegistry registry = new PrometheusRegistry();
  final Engine engine;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  ApiServer() throws IOException {
    this(options -> options, services -> services);
  }

  ApiServer(UnaryOperator<ApiOptions> options, UnaryOperator<ApiServices> services)
      throws IOException {
    this(options, services, EngineOptions.defaults(), store -> store);
  }

  /** Queries read the store through another one. */
  ApiServer(
      UnaryOperator<ApiOptions> options,
      UnaryOperator<ApiServices> services,
      EngineOptions engineOptions,
      UnaryOperator<Queryable> storage)
      throws IOException {
    engine = new Engine(engineOptions, () -> NOW, QueryListener.NONE);
    ApiContext context =
        new ApiContext(
            storage.apply(store),
            store,
            engine,
            () -> NOW,
            registry,
            options.apply(ApiOptions.defaults("1.2.3")),
            services.apply(ApiServices.none()));
    Router router = new ApiRoutes(context).addTo(Router.builder()).build();
    server =
        HttpServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HttpOptions.defaults(),
            router,
            registry);
  }

  int port() {
    return server.port();
  }

  URI uri(String target) {
    return URI.create("http://127.0.0.1:" + server.port() + target);
  }

  HttpResponse<String> get(String target) throws IOException, InterruptedException {
    return send("GET", target, Map.of(), new byte[0]);
  }

  HttpResponse<String> send(String method, String target, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(target)).method(method, BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
