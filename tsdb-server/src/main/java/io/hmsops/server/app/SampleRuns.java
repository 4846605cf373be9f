package io.hmsops.server.app;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Samples that come in any order and go out by time, those of one time as they came. A bounded
 * number of them is in memory, the others are in temporary files, each sorted. Not thread-safe.
 */
final class SampleRuns implements Closeable {
  /** Takes samples. */
  @FunctionalInterface
  interface Sink {
    /** Takes the next one. */
    void add(int series, long timestampMs, double value) throws IOException;
  }

  private final int capacity;
  private final Path directory;
  private final int[] series;
  private final long[] timestampsMs;
  private final double[] values;
  private final List<Path> files = new ArrayList<>();
  private int size;

  /**
   * Creates an empty collection.
   *
   * @param capacity how many samples stay in memory, 28 bytes each
   * @param directory where temporary files are made
   */
  SampleRuns(int capacity, Path directory) {
    this.capacity = capacity;
    this.directory = directory;
    this.series = new int[capacity];
    this.timestampsMs = new long[capacity];
    this.values = new double[capacity];
  }

  void add(int ofSeries, long timestampMs, double value) throws IOException {
    if (size == capacity) {
      spill();
    }
    series[size] = ofSeries;
    timestampsMs[size] = timestampMs;
    values[size] = value;
    size++;
  }

  private void spill() throws IOException {
    Path file = Files.createTempFile(directory, "hms-import-", ".run");
    files.add(file);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (int index : order()) {
        out.writeInt(series[index]);
        out.writeLong(timestampsMs[index]);
        out.writeDouble(values[index]);
      }
    }
    size = 0;
  }

  /** {@return the places of the samples in memory by time, those of one time as they came} */
  private int[] order() {
    int[] from = new int[size];
    for (int i = 0; i < size; i++) {
      from[i] = i;
    }
    int[] to = new int[size];
    for (int width = 1; width < size; width *= 2) {
      for (int start = 0; start < size; start += 2 * width) {
        int middle = Math.min(start + width, size);
        merge(from, start, middle, Math.min(middle + width, size), to);
      }
      int[] merged = to;
      to = from;
      from = merged;
    }
    return from;
  }

  private void merge(int[] from, int start, int middle, int end, int[] to) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          left < middle && (right == end || timestampsMs[from[left]] <= timestampsMs[from[right]]);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  /** Hands over all samples by time. Nothing can be added afterwards. */
  void drainTo(Sink sink) throws IOException {
    if (files.isEmpty()) {
      for (int index : order()) {
        sink.add(series[index], timestampsMs[index], values[index]);
      }
      return;
    }
    spill();
    List<Run> opened = new ArrayList<>();
    try {
      PriorityQueue<Run> runs =
          new PriorityQueue<>(
              Comparator.comparingLong(Run::timestampMs).thenComparingInt(Run::number));
      for (Path file : files) {
        Run run = new Run(file, opened.size());
        opened.add(run);
        if (run.next()) {
          runs.add(run);
        }
      }
      for (Run run = runs.poll(); run != null; run = runs.poll()) {
        sink.add(run.series, run.timestampMs, run.value);
        if (run.next()) {
          runs.add(run);
        }
      }
    } finally {
      for (Run run : opened) {
        run.in.close();
      }
    }
  }

  /** A file that is read. */
  private static final class Run {
    private final DataInputStream in;
    private final int number;
    private int series;
    private long timestampMs;
    private double value;

    Run(Path file, int number) throws IOException {
      this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
      this.number = number;
    }

    long timestampMs() {
      return timestampMs;
    }

    int number() {
      return number;
    }

    boolean next() throws IOException {
      try {
        series = in.readInt();
      } catch (EOFException _) {
        return false;
      }
      timestampMs = in.readLong();
      value = in.readDouble();
      return true;
    }
  }

  /** Deletes the temporary files. */
  @Override
  public void close() throws IOException {
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
