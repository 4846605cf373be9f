package io.hmsops.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleanPathTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b, /a/b",
    "/a/b/, /a/b/",
    "/a//b, /a/b",
    "//, /",
    "/a/./b, /a/b",
    "/a/../b, /b",
    "/../../b/, /b/",
    "/a/.., /",
    "/a/.hidden, /a/.hidden",
    "/a..b, /a..b",
    "a, /a",
    "*, *"
  })
  void hasNoEmptySegments(String path, String clean) {
    assertThat(CleanPath.of(path)).isEqualTo(clean);
  }

  @Test
  void clientsAreSentToThePathTheyMeant() throws Exception {
    Router router =
        Router.builder()
            .get("/a/{b}", request -> HttpResponse.text(200, "b"))
            .get("/d/", request -> HttpResponse.text(200, "d"))
            .build();
    HttpResponse doubled = router.handle(HttpRequest.of("GET", "/a//x?y=1&z=\"2"));
    assertThat(doubled.status()).isEqualTo(307);
    assertThat(doubled.headers().toString()).contains("/a/x?y=1&z=");
    assertThat(router.handle(HttpRequest.of("POST", "/d")).status()).isEqualTo(307);
    assertThat(router.handle(HttpRequest.of("GET", "/d/")).status()).isEqualTo(200);
    assertThat(router.handle(HttpRequest.of("GET", "/nope")).status()).isEqualTo(404);
  }
}
