package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the Linux kernel has counted for a process, read from {@code /proc}. */
final class ProcessFigures {
  /** {@code sysconf(_SC_CLK_TCK)}: 100 on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  private final Path directory;

  ProcessFigures(long pid) {
    directory = Path.of("/proc", Long.toString(pid));
  }

  /** {@return user and system time of all the threads it has had, in seconds} */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(directory.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]))
        / TICKS_PER_SECOND;
  }

  /** {@return resident memory, in bytes} */
  long rssBytes() throws IOException {
    return status("VmRSS");
  }

  /** {@return the part of resident memory that is pages of files, in bytes} */
  long rssFileBytes() throws IOException {
    return status("RssFile");
  }

  /** {@return the highest resident memory since {@link #resetHighest}, in bytes} */
  long highestRssBytes() throws IOException {
    return status("VmHWM");
  }

  /** Makes the highest resident memory the present one. */
  void resetHighest() throws IOException {
    Files.writeString(directory.resolve("clear_refs"), "5", StandardOpenOption.WRITE);
  }

  private long status(String name) throws IOException {
    for (String line : Files.readAllLines(directory.resolve("status"))) {
      if (line.startsWith(name + ":")) {
        String[] fields = line.split("\\s+", -1);
        return Long.parseLong(fields[1]) * 1024;
      }
    }
    throw new IOException("%s/status has no %s".formatted(directory, name));
  }
}
