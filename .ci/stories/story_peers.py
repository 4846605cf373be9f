"""Real peers: node_exporter and prometheus_client are scraped, Prometheus writes to us, promtool asks us."""

import json
import subprocess
import sys
import time
import unittest

from harness import Story, api, free_port, http, sample_value, wait_for

CLIENT = '''
import sys, time
from prometheus_client import Counter, Gauge, Histogram, Summary, start_http_server
c = Counter("passport_requests_total", "Requests", ["route"])
h = Histogram("http_latency_ms", "Latency", buckets=(100, 400, 1000, 5000))
s = Summary("work_seconds", "Work")
g = Gauge("queue_length", "Queue")
for n in range(10):
    c.labels(route="/a").inc(); h.observe(300); s.observe(0.1); g.set(n)
start_http_server(int(sys.argv[1]), addr="127.0.0.1")
while True:
    c.labels(route="/a").inc(3); h.observe(350); time.sleep(0.2)
'''


class Peers(Story):

    def test_node_exporter_and_a_python_client_are_scraped(self):
        node, client = free_port(), free_port()
        self.start(["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{node}"], "node")
        script = self.write("client.py", CLIENT)
        self.start([sys.executable, script, client], "client")
        config = self.write("prometheus.yml", f"""
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
- job_name: node
  static_configs:
  - targets: ['127.0.0.1:{node}']
- job_name: client
  file_sd_configs:
  - files: [targets.json]
""")
        self.write("targets.json", json.dumps([{"targets": [f"127.0.0.1:{client}"], "labels": {"env": "story"}}]))
        hms = self.start_hms("--config", config)
        wait_for("both up", lambda: sample_value(api(hms.base, "query", query="sum(up)")) == 2)
        count = sample_value(api(hms.base, "query", query='count({job="node"})'))
        self.assertGreater(count, 300)
        self.assertEqual(sample_value(api(hms.base, "query", query='scrape_samples_scraped{job="node"}')), count - 5)
        wait_for("a rate", lambda: (sample_value(api(
            hms.base, "query", query='rate(passport_requests_total{env="story"}[10s])')) or 0) > 5)
        p95 = wait_for("a quantile", lambda: sample_value(api(
            hms.base, "query", query='histogram_quantile(0.95, rate(http_latency_ms_bucket[10s]))')))
        self.assertTrue(100 < p95 <= 400, p95)
        # OpenMetrics names the family of a counter without _total.
        metadata = api(hms.base, "metadata", metric="passport_requests")
        self.assertEqual(metadata["passport_requests"][0]["type"], "counter")

    def test_prometheus_remote_writes_and_both_answer_the_same(self):
        node, theirs = free_port(), free_port()
        self.start(["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{node}"], "node")
        hms = self.start_hms("--web.enable-remote-write-receiver")
        config = self.write("their.yml", f"""
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
- job_name: node
  static_configs:
  - targets: ['127.0.0.1:{node}']
remote_write:
- url: {hms.base}/api/v1/write
  queue_config:
    batch_send_deadline: 200ms
""")
        self.start(["prometheus", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{theirs}",
                    f"--storage.tsdb.path={self.directory}/prometheus"], "prometheus")
        prometheus = f"http://127.0.0.1:{theirs}"
        wait_for("Prometheus has samples", lambda: (sample_value(api(
            prometheus, "query", query='count_over_time(node_cpu_seconds_total{cpu="0",mode="idle"}[1m])')) or 0) > 12,
            60)
        newest = float(api(prometheus, "query", query="timestamp(up)")["result"][0]["value"][1])
        end = int(newest) - 1
        start = end - 8
        wait_for("the same here", lambda: float(api(
            hms.base, "query", query='timestamp(up{job="node"})')["result"][0]["value"][1]) >= newest)
        # Sample times are not whole seconds, so no sample lies on a window's edge, which 2.42 and 3.x treat differently.
        queries = [
            'node_cpu_seconds_total', 'rate(node_cpu_seconds_total[4s])', 'sum by (mode) (irate(node_cpu_seconds_total[5s]))',
            'node_memory_MemFree_bytes / node_memory_MemTotal_bytes', 'topk(3, node_network_receive_bytes_total)',
            'max_over_time(node_load1[5s])', 'count by (__name__) ({job="node"})', 'up{job="node"}',
            'quantile(0.9, node_cpu_seconds_total)', 'stddev_over_time(node_memory_MemFree_bytes[6s])',
            'node_filesystem_avail_bytes > 0 unless node_filesystem_readonly == 1',
        ]
        for query in queries:
            with self.subTest(query):
                parameters = dict(query=query, start=start, end=end, step="1s")
                want = api(prometheus, "query_range", **parameters)["result"]
                got = api(hms.base, "query_range", **parameters)["result"]
                key = lambda series: json.dumps(series["metric"], sort_keys=True)
                self.assertEqual(sorted(map(key, got)), sorted(map(key, want)))
                ours = {key(s): s["values"] for s in got}
                for series in want:
                    for (t1, v1), (t2, v2) in zip(series["values"], ours[key(series)], strict=True):
                        self.assertEqual(t1, t2)
                        a, b = float(v1), float(v2)
                        self.assertTrue(v1 == v2 or abs(a - b) <= 1e-12 * max(abs(a), abs(b)), (series["metric"], v1, v2))
                self.assertTrue(want, "an empty answer proves nothing")

    def promtool(self, *arguments, stdin=None):
        return subprocess.run(["promtool", *[str(a) for a in arguments]], cwd=self.directory, capture_output=True,
                              text=True, input=stdin, timeout=60)

    def test_promtool_works_against_our_port(self):
        hms = self.start_hms()
        wait_for("a scrape", lambda: sample_value(api(hms.base, "query", query="up")) == 1, 40)
        instant = self.promtool("query", "instant", hms.base, "up")
        self.assertEqual(instant.returncode, 0, instant.stderr)
        self.assertIn("up{", instant.stdout)
        now = int(time.time())
        ranged = self.promtool("query", "range", f"--start={now - 60}", f"--end={now + 30}", "--step=5s", hms.base, "up")
        self.assertEqual(ranged.returncode, 0, ranged.stderr)
        self.assertIn("up{", ranged.stdout)
        series = self.promtool("query", "series", "--match=up", hms.base)
        self.assertEqual(series.returncode, 0, series.stderr)
        self.assertIn("__name__=\"up\"", series.stdout)
        labels = self.promtool("query", "labels", hms.base, "job")
        self.assertEqual(labels.returncode, 0, labels.stderr)
        self.assertTrue(labels.stdout.strip())
        metrics = self.promtool("check", "metrics", stdin=http("GET", hms.base + "/metrics")[1])
        self.assertEqual(metrics.returncode, 0, metrics.stdout + metrics.stderr)
        bad = self.promtool("query", "instant", hms.base, "sum(")
        self.assertNotEqual(bad.returncode, 0)
        self.assertIn("parse error", bad.stderr + bad.stdout)

    def test_promtool_accepts_the_rule_files_we_ship(self):
        from harness import ROOT
        shipped = [p for p in ROOT.glob("demo/**/*.y*ml") if "groups:" in p.read_text()]
        self.assertTrue(shipped, "the project ships a grouped rule file")
        for path in shipped:
            result = self.promtool("check", "rules", path)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
