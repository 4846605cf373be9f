"""Limits on new series, as the options set them: what is there goes on, what is new is refused with the reason."""

import http.server
import threading

from harness import Story, api, http as request, wait_for


class Page(http.server.ThreadingHTTPServer):
    """A target whose number of series can be changed."""

    def __init__(self):
        self.series = 0
        page = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = "".join(f'wanted{{path="p{i:05}"}} {i}\n' for i in range(page.series)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Limits(Story):
    def setUp(self):
        super().setUp()
        self.page = Page()
        self.addCleanup(self.page.server_close)
        self.addCleanup(self.page.shutdown)
        self.config = self.write("prometheus.yml", f"""
global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}
scrape_configs:
  - job_name: pages
    static_configs: [{{targets: ['127.0.0.1:{self.page.server_address[1]}']}}]
""")

    def start_with(self, option, value):
        return self.start_hms("--config", self.config, f"--storage.{option}={value}", name=option)

    def count(self, hms):
        found = api(hms.base, "query", query="count(wanted)")["result"]
        return int(found[0]["value"][1]) if found else 0

    def target(self, hms):
        return api(hms.base, "targets")["activeTargets"][0]

    def refused(self, hms, limit):
        """How many series the limit has refused, by the server's own metrics."""
        name = f'hms_tsdb_series_refused_total{{limit="{limit}"}} '
        lines = request("GET", hms.base + "/metrics")[1].splitlines()
        return float(next(line for line in lines if line.startswith(name))[len(name):])

    def refusing(self, option, value, limit):
        """A server at a limit: told on the targets page and counted; the target stays up."""
        self.page.series = 20
        hms = self.start_with(option, value)
        wait_for("20 series", lambda: self.count(hms) == 20)
        self.assertEqual("", self.target(hms)["lastError"])
        self.page.series = 500
        wait_for("a refusal", lambda: "series refused" in self.target(hms)["lastError"])
        target = self.target(hms)
        self.assertEqual("up", target["health"])
        self.assertRegex(
            target["lastError"],
            rf'^\d+ series refused: \{{.*__name__="wanted".*\}}: new series refused: limit {limit} of \d+.* reached; '
            r'most series: metric "wanted" with \d+ of \d+, most values: label "path" with \d+$')
        self.assertGreater(self.refused(hms, limit), 0)
        self.assertEqual("1", api(hms.base, "query", query="up{job='pages'}")["result"][0]["value"][1])
        return hms

    def test_series_in_all(self):
        hms = self.refusing("max-series", 200, "maxSeries")
        self.assertEqual(195, self.count(hms))  # and the five of the target itself
        self.page.series = 20
        wait_for("nothing refused", lambda: self.target(hms)["lastError"] == "")

    def test_series_of_a_metric(self):
        self.assertEqual(50, self.count(self.refusing("max-series-per-metric", 50, "maxSeriesPerMetric")))

    def test_series_of_a_scrape(self):
        hms = self.refusing("max-new-series-per-batch", 100, "maxNewSeriesPerBatch")
        # A hundred more with every scrape.
        wait_for("500 series", lambda: self.count(hms) == 500)
        wait_for("nothing refused", lambda: self.target(hms)["lastError"] == "")

    def test_memory(self):
        self.page.series = 20
        hms = self.start_with("memory-limit", "2MB")
        wait_for("20 series", lambda: self.count(hms) == 20)
        self.page.series = 30_000
        wait_for("a refusal", lambda: "limit memoryLimitBytes of 2097152 (" in self.target(hms)["lastError"])
        stored = wait_for("what was stored of it", lambda: self.count(hms) > 20 and self.count(hms))
        self.assertGreater(stored, 1000)
        self.assertLess(stored, 30_000)
        self.assertEqual("up", self.target(hms)["health"])

    def test_bad_values(self):
        for option, value, wanted in (
                ("max-series", "0", "--storage.max-series: 0 (expected: at least 1)"),
                ("max-series-per-metric", "-1", "--storage.max-series-per-metric: -1 (expected: at least 1)"),
                ("max-new-series-per-batch", "many", "many"),
                ("memory-limit", "2 apples", "--storage.memory-limit:")):
            ended = self.run_hms("run", f"--storage.{option}={value}", "--data", self.directory / "unused")
            self.assertEqual(2, ended.returncode, ended.stderr)
            self.assertIn(wanted, ended.stderr)
            self.assertNotIn("\tat ", ended.stderr)
