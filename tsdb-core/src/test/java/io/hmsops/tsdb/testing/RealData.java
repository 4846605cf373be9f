package io.hmsops.tsdb.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads recorded monitoring data: per line labels, timestamps as differences, values. */
public final class RealData {
  /**
   * One series.
   *
   * @param labels its labels as text
   * @param timestampsMs its timestamps
   * @param values its values
   */
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  public record Column(String labels, long[] timestampsMs, double[] values) {}

  private RealData() {}

  /**
   * {@return all series of a file}
   *
   * @param file a gzipped file of tab-separated lines
   * @throws IOException if it cannot be read
   */
  public static List<Column> read(Path file) throws IOException {
    List<Column> columns = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        String[] fields = line.split("\t", -1);
        String[] differences = fields[1].split(" ", -1);
        String[] texts = fields[2].split(" ", -1);
        long[] times = new long[differences.length];
        double[] values = new double[differences.length];
        for (int i = 0; i < times.length; i++) {
          times[i] = Long.parseLong(differences[i]) + (i > 0 ? times[i - 1] : 0);
          values[i] = texts[i].equals("=") ? values[i - 1] : parse(texts[i]);
        }
        columns.add(new Column(fields[0], times, values));
        line = lines.readLine();
      }
    }
    return columns;
  }

  private static double parse(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
