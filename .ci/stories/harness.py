"""Real processes for the stories: started on free loopback ports, watched, and ended by pid."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
HMS = str(ROOT / "hms")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, condition, seconds=30.0):
    """Polls until the condition gives something true, and returns it."""
    deadline = time.monotonic() + seconds
    last_error = None
    while time.monotonic() < deadline:
        try:
            value = condition()
            if value:
                return value
            last_error = None
        except (OSError, ValueError, KeyError, IndexError) as e:
            last_error = e
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s (last error: {last_error})")


def http(method, url, body=None, headers=None):
    """(status, body text, headers), whatever the status."""
    data = body.encode() if isinstance(body, str) else body
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read().decode(), response.headers
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode(), e.headers


def api(base, path, **parameters):
    """The data of a successful API answer."""
    query = urllib.parse.urlencode(parameters, doseq=True)
    status, body, _ = http("GET", f"{base}/api/v1/{path}?{query}")
    answer = json.loads(body)
    if answer.get("status") != "success":
        raise ValueError(f"{path} {parameters}: {status} {body[:400]}")
    return answer["data"]


class Process:
    """A child process with its output in a file."""

    def __init__(self, argv, directory, name, env=None):
        self.log = pathlib.Path(directory) / f"{name}.log"
        self._out = open(self.log, "wb")
        self.popen = subprocess.Popen(
            argv, cwd=directory, stdout=self._out, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})

    def output(self):
        return self.log.read_text(errors="replace")

    def stop(self, sig=signal.SIGTERM, seconds=15):
        """The exit status; a process that does not end is killed and the story fails."""
        if self.popen.poll() is None:
            self.popen.send_signal(sig)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise AssertionError(f"did not end within {seconds} s of signal {sig}:\n{self.output()[-2000:]}")
        finally:
            self._out.close()


class Story(unittest.TestCase):
    """A test with its own directory; what it started is ended."""

    def setUp(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="hms-story-")
        self.addCleanup(self._temporary.cleanup)
        self.directory = pathlib.Path(self._temporary.name)
        self._processes = []
        self.addCleanup(self._stop_all)

    def _stop_all(self):
        for process in reversed(self._processes):
            if process.popen.poll() is None:
                process.stop(signal.SIGKILL)

    def start(self, argv, name, env=None):
        process = Process([str(a) for a in argv], self.directory, name, env)
        self._processes.append(process)
        return process

    def start_hms(self, *arguments, name="hms", ready=True):
        """Starts `hms run` on a free port with its data in the story's directory."""
        port = free_port()
        process = self.start(
            [HMS, "run", "--listen", f"127.0.0.1:{port}", "--data", self.directory / "data", *arguments], name)
        process.base = f"http://127.0.0.1:{port}"
        if ready:
            self.wait_ready(process)
        return process

    def wait_ready(self, process, seconds=30):
        def ready():
            if process.popen.poll() is not None:
                raise AssertionError(f"ended with {process.popen.returncode}:\n{process.output()[-3000:]}")
            return http("GET", process.base + "/-/ready")[0] == 200
        wait_for(f"{process.base} ready", ready, seconds)

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run_hms(self, *arguments, timeout=60):
        return subprocess.run(
            [HMS, *[str(a) for a in arguments]], cwd=self.directory, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=timeout)


def sample_value(data, **labels):
    """The value of the one series of a vector that has these labels."""
    found = [r for r in data["result"] if all(r["metric"].get(k) == v for k, v in labels.items())]
    return float(found[0]["value"][1]) if len(found) == 1 else None


def strip_ansi(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
