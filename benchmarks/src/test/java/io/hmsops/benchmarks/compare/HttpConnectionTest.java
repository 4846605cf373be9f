package io.hmsops.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpConnectionTest {
  private static final String LONG = "0123456789".repeat(30_000);

  private final ConcurrentHashMap<InetSocketAddress, Boolean> clients = new ConcurrentHashMap<>();
  private HttpServer server;
  private HttpConnection connection;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/sized", 200, LONG, LONG.length(), false);
    answer("/chunked", 200, LONG, 0, false);
    answer("/closing", 200, "bye", 3, true);
    answer("/wrong", 422, "too many", 8, false);
    answer("/nothing", 204, "", -1, false);
    server.start();
    connection = new HttpConnection(server.getAddress().getPort());
  }

  private void answer(String path, int status, String body, long length, boolean closing) {
    server.createContext(
        path,
        exchange -> {
          clients.put(exchange.getRemoteAddress(), true);
          exchange.getRequestBody().readAllBytes();
          if (closing) {
            exchange.getResponseHeaders().set("Connection", "close");
          }
          exchange.sendResponseHeaders(status, length);
          if (length >= 0) {
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
          }
          exchange.close();
        });
  }

  @AfterEach
  void stop() throws IOException {
    connection.close();
    server.stop(0);
  }

  @Test
  void answersOfKnownAndUnknownLengthComeWholeOverOneConnection() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      texts.add(connection.get("/sized").text());
      texts.add(connection.get("/chunked").text());
      assertThat(connection.post("/nothing", "", new byte[10], 10).status()).isEqualTo(204);
    }

    assertThat(texts).hasSize(6).containsOnly(LONG);
    assertThat(clients).hasSize(1);
  }

  @Test
  void anErrorHasItsStatusAndText() throws IOException {
    HttpConnection.Response response = connection.get("/wrong");

    assertThat(response.ok()).isFalse();
    assertThat(response.status()).isEqualTo(422);
    assertThat(response.excerpt()).isEqualTo("too many");
  }

  @Test
  void aConnectionThatTheServerClosedMeanwhileIsOpenedAnew() throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        HttpConnection idle = new HttpConnection(listening.getLocalPort())) {
      Thread server = Thread.ofVirtual().start(() -> answerOnceAndClose(listening));
      assertThat(idle.get("/").text()).isEqualTo("1");
      assertThat(idle.get("/").text()).isEqualTo("2");
      server.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Two connections, one answer each, without a word that no more will come. */
  private static void answerOnceAndClose(ServerSocket listening) {
    for (int i = 1; i <= 2; i++) {
      try (Socket client = listening.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        while (!in.readLine().isEmpty()) {
          // The rest of the request.
        }
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + i;
        client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void aClosedConnectionIsOpenedAnew() throws IOException {
    assertThat(connection.get("/closing").text()).isEqualTo("bye");
    assertThat(connection.get("/sized").ok()).isTrue();
    assertThat(clients).hasSize(2);
  }
}
