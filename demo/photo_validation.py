#!/usr/bin/env python3
"""The photo-validation service of the passport panic.

Applicants arrive twenty times a second; validating a photo takes 400 ms. After POST /degrade it
takes 9 s, until the process is restarted. /metrics has the latency as a histogram in milliseconds,
GET /validate validates one photo and waits for it. Standard library only.

    photo_validation.py PORT
"""

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEALTHY_SECONDS = 0.4
DEGRADED_SECONDS = 9.0
ARRIVALS_PER_SECOND = 20
BUCKETS_MS = (50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000)


class PhotoValidation:
    """What the service knows: how slow it is, and how long photos took."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seconds = HEALTHY_SECONDS
        self.counts = [0] * (len(BUCKETS_MS) + 1)
        self.sum_ms = 0.0

    def validate(self):
        start = time.monotonic()
        time.sleep(self.seconds)
        took_ms = (time.monotonic() - start) * 1000
        bucket = next((i for i, le in enumerate(BUCKETS_MS) if took_ms <= le), len(BUCKETS_MS))
        with self.lock:
            self.counts[bucket] += 1
            self.sum_ms += took_ms

    def degrade(self):
        self.seconds = DEGRADED_SECONDS

    def applicants(self):
        while True:
            threading.Thread(target=self.validate, daemon=True).start()
            time.sleep(1 / ARRIVALS_PER_SECOND)

    def metrics(self):
        with self.lock:
            counts, sum_ms = list(self.counts), self.sum_ms
        lines = ["# HELP http_latency_ms How long validating a photo took.", "# TYPE http_latency_ms histogram"]
        total = 0
        for le, count in zip([*map(str, BUCKETS_MS), "+Inf"], counts):
            total += count
            lines.append(f'http_latency_ms_bucket{{le="{le}"}} {total}')
        lines += [f"http_latency_ms_sum {sum_ms}", f"http_latency_ms_count {total}", ""]
        return "\n".join(lines)


def handler_of(service):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status, text, content_type="text/plain; charset=utf-8"):
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            if self.path == "/metrics":
                self.answer(200, service.metrics(), "text/plain; version=0.0.4; charset=utf-8")
            elif self.path == "/validate":
                service.validate()
                self.answer(200, "valid\n")
            else:
                self.answer(404, "not found\n")

        def do_POST(self):
            if self.path == "/degrade":
                service.degrade()
                self.answer(200, "degraded\n")
            else:
                self.answer(404, "not found\n")

        def log_message(self, *arguments):
            pass

    return Handler


def main():
    service = PhotoValidation()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler_of(service))
    threading.Thread(target=service.applicants, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
