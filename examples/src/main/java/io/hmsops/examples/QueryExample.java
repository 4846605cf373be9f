package io.hmsops.examples;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import java.io.IOException;
import java.nio.file.Path;

/** Embeds the query engine over an embedded database: writes a counter and asks for its rate. */
public final class QueryExample {
  private static final long START_MS = 1_700_000_000_000L;

  private QueryExample() {}

  /**
   * Runs the example.
   *
   * @param arguments the database's directory
   * @throws IOException if the database fails
   * @throws QueryException if the query has no answer
   */
  public static void main(String[] arguments) throws IOException, QueryException {
    try (Tsdb db = Tsdb.open(Path.of(arguments[0]), Options.defaults());
        Engine engine = new Engine(EngineOptions.defaults())) {
      Appender appender = db.appender();
      for (String room : new String[] {"attic", "cellar"}) {
        long ref = appender.series(Labels.of("__name__", "doors_total", "room", room));
        for (int i = 0; i <= 20; i++) {
          appender.add(ref, START_MS + 15_000L * i, i * (room.equals("attic") ? 3 : 6));
        }
      }
      appender.commit();
      QueryResult result =
          engine.query(
              db,
              QueryRequest.range(
                  "sum by (room) (rate(doors_total[2m]))",
                  START_MS + 180_000,
                  START_MS + 300_000,
                  60_000));
      switch (result.value()) {
        case QueryResult.Matrix(var series) -> series.forEach(QueryExample::print);
        case QueryResult.Vector _, QueryResult.Scalar _, QueryResult.Text _ ->
            throw new AssertionError("a range query answers with a matrix");
      }
    }
  }

  private static void print(QueryResult.Points points) {
    for (int i = 0; i < points.timestampsMs().length; i++) {
      System.out.printf(
          "%s %d %.2f%n", points.labels(), points.timestampsMs()[i], points.values()[i]);
    }
  }
}
