"""The server is killed under remote-write load, again and again: every acknowledged sample is there afterwards."""

import http.client
import json
import os
import random
import signal
import struct
import threading
import time
import unittest

from harness import Story, api

KILLS = int(os.environ.get("HMS_STORY_KILLS", "10"))
SENDERS = 3
SERIES = 20
STEP_MS = 1_000


def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def label(name, value):
    return field(1, field(1, name.encode()) + field(2, value.encode()))


def snappy(data):
    """The format's simplest form: nothing but literals."""
    out = bytearray(varint(len(data)))
    for start in range(0, len(data), 60):
        piece = data[start:start + 60]
        out.append((len(piece) - 1) << 2)
        out += piece
    return bytes(out)


def request(sender, batch, start_ms):
    """A write request with one sample of each series: its value is the batch's number."""
    body = b""
    for series in range(SERIES):
        sample = b"\x09" + struct.pack("<d", batch) + b"\x10" + varint(start_ms + batch * STEP_MS)
        labels = label("__name__", "kill") + label("sender", f"s{sender}") + label("series", f"n{series:02}")
        body += field(1, labels + field(2, sample))
    return snappy(body)


class Sender(threading.Thread):
    """Writes batches one after the other until the server is gone; knows what was acknowledged."""

    def __init__(self, port, number, first, start_ms):
        super().__init__()
        self.port, self.number, self.next, self.start_ms = port, number, first, start_ms
        self.refused = None

    def run(self):
        headers = {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf"}
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            while True:
                connection.request("POST", "/api/v1/write", request(self.number, self.next, self.start_ms), headers)
                response = connection.getresponse()
                text = response.read()
                if response.status // 100 != 2:
                    self.refused = f"{response.status} {text[:300]}"
                    return
                self.next += 1
        except (OSError, http.client.HTTPException):
            pass  # the kill


class Kills(Story):

    def test_every_acknowledged_sample_survives_kills_under_load(self):
        seed = int(os.environ.get("HMS_STORY_SEED", random.randrange(1 << 32)))
        chance = random.Random(seed)
        print(f"story_kills: HMS_STORY_SEED={seed}", flush=True)
        # Long ago enough that no batch is ahead of the clock.
        start_ms = (int(time.time()) - 10 * 3600) * 1000
        acknowledged = [0] * SENDERS
        for kill in range(KILLS + 1):
            hms = self.start_hms(name=f"hms-{kill}")
            port = int(hms.base.rsplit(":", 1)[1])
            stored = self.check(hms, acknowledged, start_ms)
            if kill == KILLS:
                self.assertGreater(min(acknowledged), KILLS, "there was load")
                self.assertEqual(hms.stop(), 0)
                print(f"story_kills: {KILLS} kills, batches {acknowledged}", flush=True)
                return
            senders = [Sender(port, i, stored[i], start_ms) for i in range(SENDERS)]
            for sender in senders:
                sender.start()
            time.sleep(chance.uniform(0.2, 1.5))
            hms.stop(signal.SIGKILL)
            for sender in senders:
                sender.join(30)
                self.assertIsNone(sender.refused)
                acknowledged[sender.number] = max(acknowledged[sender.number], sender.next)

    def check(self, hms, acknowledged, start_ms):
        """How many batches each sender has stored: whole ones, without holes, at least those acknowledged."""
        stored = []
        for sender in range(SENDERS):
            result = api(hms.base, "query", query=f'kill{{sender="s{sender}"}}[11h]')["result"]
            counts = {len(series["values"]) for series in result}
            self.assertLessEqual(len(counts), 1, f"half a batch of sender {sender}")
            count = counts.pop() if counts else 0
            self.assertIn(len(result), (0, SERIES))
            self.assertGreaterEqual(count, acknowledged[sender], f"sender {sender} lost what was acknowledged")
            for series in result:
                for batch, (timestamp, value) in enumerate(series["values"]):
                    self.assertEqual((round(timestamp * 1000), value), (start_ms + batch * STEP_MS, str(batch)),
                                     json.dumps(series["metric"]))
            stored.append(count)
        return stored


if __name__ == "__main__":
    unittest.main()
