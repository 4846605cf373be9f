package io.hmsops.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.storage.CancelledException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real server on a free port, asked by the JDK's client or byte by byte. */
class HttpServerTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final CompletableFuture<String> cancelled = new CompletableFuture<>();
  private HttpServer server = start(HttpOptions.defaults());

  private HttpServer start(HttpOptions options) {
    Router router =
        Router.builder()
            .get("/hello/{name}", r -> HttpResponse.text(200, "hello " + r.pathParameter("name")))
            .get("/big", r -> HttpResponse.stream(200, "text/plain", HttpServerTest::writeBig))
            .get("/cut", r -> HttpResponse.stream(200, "text/plain", HttpServerTest::writeAndFail))
            .get("/broken", HttpServerTest::broken)
            .post("/echo", r -> HttpResponse.of(200, "text/plain", r.body()))
            .getOrPost("/form", r -> HttpResponse.text(200, r.parameters().toString()))
            .get("/wait", this::waitForRelease)
            .get("/until-gone", this::waitUntilGone)
            .get("/-/healthy", r -> HttpResponse.text(200, "healthy"))
            .build();
    try {
      return HttpServer.start(ANY_PORT, options, router, new PrometheusRegistry());
    } catch (BindFailedException e) {
      throw new AssertionError(e);
    }
  }

  private void restart(HttpOptions options) throws IOException {
    server.close();
    server = start(options);
  }

  private static void writeBig(OutputStream out) throws IOException {
    byte[] line = "0123456789abcde\n".getBytes(US_ASCII);
    for (int i = 0; i < 100_000; i++) {
      out.write(line);
    }
  }

  private static void writeAndFail(OutputStream out) throws IOException {
    writeBig(out);
    throw new IOException("the store broke in the middle");
  }

  private static HttpResponse broken(HttpRequest request) {
    throw new IllegalStateException("handler bug");
  }

  private HttpResponse waitForRelease(HttpRequest request) throws InterruptedException {
    entered.countDown();
    if (!release.await(20, TimeUnit.SECONDS)) {
      throw new HttpException(500, "never released");
    }
    return HttpResponse.text(200, "released");
  }

  private HttpResponse waitUntilGone(HttpRequest request) throws InterruptedException {
    entered.countDown();
    long deadlineNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadlineNanos) {
      try {
        request.cancellation().check();
      } catch (CancelledException e) {
        cancelled.complete(String.valueOf(e.getMessage()));
        return HttpResponse.empty(499);
      }
      Thread.onSpinWait();
    }
    return HttpResponse.text(200, "still there");
  }

  @AfterEach
  void stop() throws IOException {
    release.countDown();
    server.close();
    client.close();
  }

  private URI uri(String target) {
    return URI.create("http://127.0.0.1:" + server.port() + target);
  }

  private java.net.http.HttpResponse<String> get(String target)
      throws IOException, InterruptedException {
    return client.send(
        java.net.http.HttpRequest.newBuilder(uri(target)).build(), BodyHandlers.ofString());
  }

  /** Sends bytes as they are and reads until the server closes. */
  private String raw(byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request);
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void pathParametersAreDecoded() throws Exception {
    assertThat(get("/hello/a%20b%2Fc").body()).isEqualTo("hello a b/c");
  }

  @Test
  void unknownPathIs404AndWrongMethod405WithWhatIsAllowed() throws Exception {
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
    assertThat(get("/hello").statusCode()).isEqualTo(404);
    assertThat(get("/hello/x/").statusCode()).isEqualTo(404);
    var wrong = get("/echo");
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws Exception {
    var request =
        java.net.http.HttpRequest.newBuilder(uri("/hello/x"))
            .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody())
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Content-Length")).contains("7");
  }

  @Test
  void formValuesStandBeforeThoseOfTheQueryString() throws Exception {
    var request =
        java.net.http.HttpRequest.newBuilder(uri("/form?a=3&b=%2B"))
            .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString("a=1+1&a=2"))
            .build();
    assertThat(client.send(request, BodyHandlers.ofString()).body())
        .isEqualTo("{a=[1 1, 2, 3], b=[+]}");
  }

  @Test
  void aBigBodyIsSentInChunksAndWhole() throws Exception {
    var answer = get("/big");
    assertThat(answer.headers().firstValue("Transfer-Encoding")).contains("chunked");
    assertThat(answer.body()).hasSize(1_600_000).startsWith("0123").endsWith("cde\n");
  }

  @Test
  void bodiesAreCompressedOnRequest() throws Exception {
    for (String encoding : new String[] {"gzip", "deflate"}) {
      var request =
          java.net.http.HttpRequest.newBuilder(uri("/big"))
              .header("Accept-Encoding", "br, " + encoding)
              .build();
      var answer = client.send(request, BodyHandlers.ofByteArray());
      assertThat(answer.headers().firstValue("Content-Encoding")).contains(encoding);
      assertThat(answer.headers().allValues("Vary")).contains("Accept-Encoding");
      assertThat(answer.body().length).isLessThan(100_000);
      var packed = new ByteArrayInputStream(answer.body());
      try (var in =
          encoding.equals("gzip") ? new GZIPInputStream(packed) : new InflaterInputStream(packed)) {
        assertThat(in.readAllBytes()).hasSize(1_600_000);
      }
    }
  }

  @Test
  void aTinyBodyIsNotCompressed() throws Exception {
    var request =
        java.net.http.HttpRequest.newBuilder(uri("/hello/x"))
            .header("Accept-Encoding", "gzip")
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo("hello x");
  }

  @Test
  void aBodyThatFailsHalfwayIsCutAndNotEnded() {
    assertThatThrownBy(() -> get("/cut")).isInstanceOf(IOException.class);
  }

  @Test
  void aFailingHandlerIs500AndTheConnectionGoesOn() throws Exception {
    String answers =
        raw(
            "GET /broken HTTP/1.1\r\nHost: x\r\n\r\nGET /hello/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                .getBytes(US_ASCII));
    assertThat(answers).contains("500 Internal Server Error", "handler bug", "hello b");
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      requests.append("GET /hello/%d HTTP/1.1\r\nHost: x\r\n\r\n".formatted(i));
    }
    requests.append("GET /hello/end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    String answers = raw(requests.toString().getBytes(US_ASCII));
    int from = 0;
    for (int i = 0; i < 100; i++) {
      from = answers.indexOf("hello " + i, from);
      assertThat(from).as("answer %d in its place", i).isNotNegative();
    }
    assertThat(answers.indexOf("hello end", from)).isNotNegative();
  }

  @Test
  void anOldClientGetsABodyWithoutChunks() throws Exception {
    String answer = raw("GET /big HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
    assertThat(answer).doesNotContain("chunked").endsWith("abcde\n");
    assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).hasSize(1_600_000);
  }

  @Test
  void limitsAreNamedInTheirRefusals() throws Exception {
    restart(HttpOptions.defaults().withMaxBodyBytes(1000));
    assertThat(raw(("GET /" + "x".repeat(70_000) + " HTTP/1.1\r\n\r\n").getBytes(US_ASCII)))
        .contains(" 414 ", "limit max-request-line-bytes");
    assertThat(raw(("GET / HTTP/1.1\r\nA: " + "x".repeat(70_000) + "\r\n\r\n").getBytes(US_ASCII)))
        .contains(" 431 ", "limit max-header-bytes");
    assertThat(raw("POST /echo HTTP/1.1\r\nContent-Length: 1001\r\n\r\n".getBytes(US_ASCII)))
        .contains(" 413 ", "limit max-body-bytes");
    assertThat(
            raw(
                ("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3ea\r\n"
                        + "x".repeat(1002))
                    .getBytes(US_ASCII)))
        .contains(" 413 ", "limit max-body-bytes");
  }

  @Test
  void whatIsNotHttpIs400() throws Exception {
    assertThat(raw("nonsense\r\n\r\n".getBytes(US_ASCII))).contains(" 400 ");
    assertThat(raw("GET /hello/%zz HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(US_ASCII)))
        .contains(" 400 ", "invalid URL escape");
  }

  @Test
  void expectContinueIsAnswered() throws Exception {
    String answer =
        raw(
            "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                .getBytes(US_ASCII));
    assertThat(answer).startsWith("HTTP/1.1 100 Continue").endsWith("ok");
  }

  @Test
  void aRequestThatNeverEndsLosesItsConnection() throws Exception {
    restart(HttpOptions.defaults().withReadTimeoutMs(50));
    assertThat(raw("POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nab".getBytes(US_ASCII)))
        .isEmpty();
  }

  @Test
  void oneConnectionTooManyIsTurnedAway() throws Exception {
    restart(HttpOptions.defaults().withMaxConnections(1));
    try (Socket first = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      first.getOutputStream().write("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      // One byte of an answer shows that the first connection is counted.
      assertThat(first.getInputStream().read()).isEqualTo('H');
      assertThat(raw(new byte[0])).contains(" 503 ", "limit max-connections");
    }
  }

  @Test
  void tooManyRequestsAre503ButHealthIsSeen() throws Exception {
    restart(HttpOptions.defaults().withAdmission(1, 0, 10_000));
    var waiting =
        client.sendAsync(
            java.net.http.HttpRequest.newBuilder(uri("/wait")).build(), BodyHandlers.ofString());
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    var refused = get("/hello/x");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("max-queued-requests");
    assertThat(get("/-/healthy").statusCode()).isEqualTo(200);
    release.countDown();
    assertThat(waiting.get(20, TimeUnit.SECONDS).body()).isEqualTo("released");
  }

  @Test
  void aClientThatLeavesCancelsItsRequest() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write("GET /until-gone HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(cancelled.get(20, TimeUnit.SECONDS)).contains("client closed");
  }

  @Test
  void stoppingLetsARequestAtWorkFinish() throws Exception {
    var waiting =
        client.sendAsync(
            java.net.http.HttpRequest.newBuilder(uri("/wait")).build(), BodyHandlers.ofString());
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    int port = server.port();
    Thread stopping = Thread.ofVirtual().start(() -> server.stop(Duration.ofSeconds(20)));
    awaitRefused(port);
    release.countDown();
    var answer = waiting.get(20, TimeUnit.SECONDS);
    assertThat(answer.body()).isEqualTo("released");
    assertThat(answer.headers().firstValue("Connection")).contains("close");
    assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
  }

  private static void awaitRefused(int port) {
    long deadlineNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadlineNanos) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(probe.isConnected()).isTrue();
      } catch (IOException e) {
        return;
      }
    }
    throw new AssertionError("port %d still accepts connections".formatted(port));
  }

  @Test
  void aPortInUseIsSaidPlainly() {
    assertThatThrownBy(
            () ->
                HttpServer.start(
                    server.address(),
                    HttpOptions.defaults(),
                    Router.builder().build(),
                    new PrometheusRegistry()))
        .isInstanceOf(BindFailedException.class)
        .hasMessageContaining("cannot listen on")
        .hasMessageContaining("address already in use");
  }
}
