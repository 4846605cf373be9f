package io.hmsops.benchmarks.chunk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * One series of recorded monitoring data. The file is that of {@code -Dhms.data=FILE}.
 *
 * @param labels its labels as text
 * @param timesMs its timestamps
 * @param values its values
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
public record RecordedColumn(String labels, long[] timesMs, double[] values) {
  /**
   * {@return all series}
   *
   * @throws IOException if the file cannot be read
   */
  public static List<RecordedColumn> readAll() throws IOException {
    Path file = Path.of(System.getProperty("hms.data", "../shared/data/real-1s.tsv.gz"));
    List<RecordedColumn> columns = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        String[] fields = line.split("\t", -1);
        String[] differences = fields[1].split(" ", -1);
        String[] texts = fields[2].split(" ", -1);
        long[] times = new long[texts.length];
        double[] values = new double[texts.length];
        for (int i = 0; i < texts.length; i++) {
          times[i] = Long.parseLong(differences[i]) + (i > 0 ? times[i - 1] : 0);
          values[i] =
              texts[i].equals("=")
                  ? values[i - 1]
                  : Double.parseDouble(texts[i].replace("Inf", "Infinity"));
        }
        columns.add(new RecordedColumn(fields[0], times, values));
        line = lines.readLine();
      }
    }
    return columns;
  }
}
