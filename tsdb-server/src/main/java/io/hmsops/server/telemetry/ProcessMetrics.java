package io.hmsops.server.telemetry;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * Registers what every process of the field shows: {@code process_*} and the basic {@code jvm_*}.
 */
public final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  private final PrometheusRegistry registry;

  private ProcessMetrics(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /**
   * Registers the metrics. Where there is no {@code /proc}, resident memory and open files are NaN.
   *
   * @param registry where
   * @param version the program's version
   */
  public static void register(PrometheusRegistry registry, String version) {
    ProcessMetrics metrics = new ProcessMetrics(registry);
    metrics.registerProcess();
    metrics.registerMemory();
    metrics.registerCollectors();
    Info.builder()
        .name("hms_build_info")
        .help("The program's version and the Java that runs it.")
        .labelNames("version", "java")
        .register(registry)
        .addLabelValues(version, Runtime.version().toString());
  }

  private void registerProcess() {
    double startSeconds = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0;
    gauge("process_start_time_seconds", "When the process started.", () -> startSeconds);
    gauge(
        "process_resident_memory_bytes",
        "Resident memory of the process.",
        () -> statusKibibytes("VmRSS:") * 1024);
    gauge(
        "process_virtual_memory_bytes",
        "Virtual memory of the process.",
        () -> statusKibibytes("VmSize:") * 1024);
    gauge("process_open_fds", "Open file descriptors.", ProcessMetrics::openFiles);
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean os) {
      counter(
          "process_cpu_seconds_total",
          "Processor time of the process, user and system.",
          () -> os.getProcessCpuTime() / 1e9);
    }
  }

  private void registerMemory() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    GaugeWithCallback.builder()
        .name("jvm_memory_used_bytes")
        .help("Memory used in an area of the JVM.")
        .labelNames("area")
        .callback(
            callback -> {
              callback.call((double) memory.getHeapMemoryUsage().getUsed(), "heap");
              callback.call((double) memory.getNonHeapMemoryUsage().getUsed(), "nonheap");
            })
        .register(registry);
    gauge(
        "jvm_memory_max_bytes",
        "The most the heap may grow to.",
        () -> memory.getHeapMemoryUsage().getMax());
    List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    GaugeWithCallback.builder()
        .name("jvm_buffer_pool_used_bytes")
        .help("Memory in buffers outside the heap, by pool.")
        .labelNames("pool")
        .callback(
            callback -> pools.forEach(p -> callback.call((double) p.getMemoryUsed(), p.getName())))
        .register(registry);
    gauge(
        "jvm_threads_current",
        "Platform threads.",
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private void registerCollectors() {
    List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    CounterWithCallback.builder()
        .name("jvm_gc_collections_total")
        .help("Garbage collections, by collector.")
        .labelNames("gc")
        .callback(
            callback ->
                collectors.forEach(
                    c -> callback.call((double) c.getCollectionCount(), c.getName())))
        .register(registry);
    CounterWithCallback.builder()
        .name("jvm_gc_collection_seconds_total")
        .help("Time spent in garbage collections, by collector.")
        .labelNames("gc")
        .callback(
            callback ->
                collectors.forEach(c -> callback.call(c.getCollectionTime() / 1e3, c.getName())))
        .register(registry);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private static double statusKibibytes(String field) {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static double openFiles() {
    try (Stream<Path> files = Files.list(OPEN_FILES)) {
      return files.count();
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
