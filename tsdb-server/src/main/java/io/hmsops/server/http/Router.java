package io.hmsops.server.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handler of a request by method and path. Where several routes match, fixed text wins
 * over a {@code {place}} at the first segment that differs. An unknown path is 404, a known one
 * with another method 405. HEAD is answered by the handler for GET. Immutable.
 */
public final class Router implements Handler {
  private static final String PLACE = "{}";

  private final Node root;
  private final Set<String> ownQueues;

  private Router(Node root, Set<String> ownQueues) {
    this.root = root;
    this.ownQueues = Set.copyOf(ownQueues);
  }

  /** {@return an empty builder} */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public HttpResponse handle(HttpRequest request) throws IOException, InterruptedException {
    String clean = CleanPath.of(request.rawPath());
    if (!clean.equals(request.rawPath())) {
      return elsewhere(request, clean);
    }
    String[] segments = segments(clean);
    Node node = find(root, segments, 0);
    if (node == null && find(root, segments(clean + "/"), 0) != null) {
      return elsewhere(request, clean + "/");
    }
    if (node == null) {
      return plain(404, "404 page not found\n");
    }
    Route route = node.routes.get(request.method());
    if (route == null && request.method().equals("HEAD")) {
      route = node.routes.get("GET");
    }
    if (route == null) {
      String allowed = String.join(", ", new TreeSet<>(node.routes.keySet()));
      return plain(405, "Method Not Allowed\n").with("Allow", allowed);
    }
    return route.handler.handle(request.withPathParameters(route.parameters(segments)));
  }

  /** Sends a client to the path that it meant, whatever the method. */
  private static HttpResponse elsewhere(HttpRequest request, String path) {
    String location = request.rawQuery().isEmpty() ? path : path + "?" + request.rawQuery();
    return HttpResponse.of(
            307,
            "text/html; charset=utf-8",
            "<a href=\"%s\">Temporary Redirect</a>.\n\n"
                .formatted(location.replace("&", "&amp;").replace("\"", "&#34;"))
                .getBytes(StandardCharsets.UTF_8))
        .with("Location", location);
  }

  private static HttpResponse plain(int status, String text) {
    return HttpResponse.text(status, text).with("X-Content-Type-Options", "nosniff");
  }

  /** {@return the pattern of the route that serves a request, for metrics; empty if none does} */
  String patternOf(HttpRequest request) {
    Node node = find(root, segments(request.rawPath()), 0);
    return node == null ? "" : node.pattern;
  }

  /** {@return whether the route with this pattern has a queue of its own} */
  boolean queuesItself(String pattern) {
    return ownQueues.contains(pattern);
  }

  /** {@return all routes, {@code GET /a/{b}}, sorted by path} */
  public List<String> routes() {
    List<String> routes = new ArrayList<>();
    collect(root, routes);
    return routes;
  }

  private static void collect(Node node, List<String> routes) {
    new TreeSet<>(node.routes.keySet()).forEach(m -> routes.add(m + " " + node.pattern));
    new TreeMap<>(node.children).values().forEach(child -> collect(child, routes));
  }

  private static @Nullable Node find(Node node, String[] segments, int depth) {
    if (depth == segments.length) {
      return node.routes.isEmpty() ? null : node;
    }
    Node fixed = node.children.get(segments[depth]);
    if (fixed != null) {
      Node found = find(fixed, segments, depth + 1);
      if (found != null) {
        return found;
      }
    }
    Node place = segments[depth].isEmpty() ? null : node.children.get(PLACE);
    return place == null ? null : find(place, segments, depth + 1);
  }

  private static String[] segments(String rawPath) {
    // The limit keeps trailing empty segments: /a/ is not /a.
    return rawPath.startsWith("/") ? rawPath.substring(1).split("/", -1) : new String[] {rawPath};
  }

  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    final Map<String, Route> routes = new HashMap<>();
    String pattern = "";
  }

  private record Route(List<String> names, Handler handler) {
    Map<String, String> parameters(String[] segments) {
      Map<String, String> parameters = new HashMap<>();
      for (int i = 0; i < segments.length; i++) {
        if (!names.get(i).isEmpty()) {
          parameters.put(names.get(i), PercentCoding.decode(segments[i], false));
        }
      }
      return parameters;
    }
  }

  /** Collects routes. Not thread-safe; of no use after {@link #build}. */
  public static final class Builder {
    private final Node root = new Node();
    private final Set<String> ownQueues = new TreeSet<>();

    private Builder() {}

    /**
     * Says that a route bounds by itself what it does at a time, or must be answered when
     * everything else queues; its requests take no place among the others.
     *
     * @param pattern the route's path
     * @return this builder
     */
    public Builder withOwnQueue(String pattern) {
      ownQueues.add(pattern);
      return this;
    }

    /**
     * Adds a route for GET and HEAD.
     *
     * @param pattern a path such as {@code /api/v1/label/{name}/values}
     * @param handler who answers
     * @return this builder
     */
    public Builder get(String pattern, Handler handler) {
      return on(Set.of("GET"), pattern, handler);
    }

    /**
     * Adds a route for POST.
     *
     * @param pattern a path such as {@code /run/{playbook}}
     * @param handler who answers
     * @return this builder
     */
    public Builder post(String pattern, Handler handler) {
      return on(Set.of("POST"), pattern, handler);
    }

    /**
     * Adds a route for GET, HEAD and POST.
     *
     * @param pattern a path
     * @param handler who answers
     * @return this builder
     */
    public Builder getOrPost(String pattern, Handler handler) {
      return on(Set.of("GET", "POST"), pattern, handler);
    }

    /**
     * Adds a route.
     *
     * @param methods the methods, in upper case
     * @param pattern a path; a segment in braces takes any one non-empty segment
     * @param handler who answers
     * @return this builder
     * @throws IllegalArgumentException if the pattern does not start with a slash or the route is
     *     there already
     */
    public Builder on(Set<String> methods, String pattern, Handler handler) {
      if (!pattern.startsWith("/")) {
        throw new IllegalArgumentException(
            "route %s (expected: a leading slash)".formatted(pattern));
      }
      Node node = root;
      List<String> names = new ArrayList<>();
      for (String segment : segments(pattern)) {
        boolean place = segment.startsWith("{") && segment.endsWith("}");
        names.add(place ? segment.substring(1, segment.length() - 1) : "");
        node = node.children.computeIfAbsent(place ? PLACE : segment, s -> new Node());
      }
      node.pattern = pattern;
      for (String method : methods) {
        if (node.routes.putIfAbsent(method, new Route(names, handler)) != null) {
          throw new IllegalArgumentException(
              "route %s %s stands twice (expected: once)".formatted(method, pattern));
        }
      }
      return this;
    }

    /** {@return the router} */
    public Router build() {
      return new Router(root, ownQueues);
    }
  }
}
