"""The comparison with the peers, small: it runs through, and all servers answer the same."""

import json
import pathlib
import subprocess
import unittest

from harness import HMS, ROOT, strip_ansi


class Compare(unittest.TestCase):

    def test_all_servers_take_the_load_and_answer_the_same(self):
        result = subprocess.run(
            [HMS, "bench", "compare", "--scale", "0.01", "--only", "ingest,query", "--name", "smoke", "--time-limit", "8"],
            cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)
        said = strip_ansi(result.stdout) + result.stderr
        self.assertEqual(result.returncode, 0, said[-4000:])
        report = json.loads(pathlib.Path(ROOT, "target/bench/smoke.json").read_text())
        self.assertEqual(report["failures"], [])
        for line in report["lines"]:
            self.assertEqual(set(line["figures"]), {"hms", "prometheus", "victoria-metrics"}, line["work"])
            if "CPU-s/M" in line["unit"] or line["unit"] == "MB":
                self.assertGreater(line["figures"]["hms"], 0, line["work"])
        compared = report["answersCompared"]
        same = [a for a in compared if "HMS-OPS and Prometheus" in a and "checksum" in a]
        self.assertEqual(len(same), 12, compared)
        # Its rate is another function; what is not a rate must agree.
        by_design = [a for a in compared if "differ by design" in a]
        self.assertTrue(all("VictoriaMetrics" in a and "rate(" in a for a in by_design), by_design)
        self.assertEqual(len([a for a in compared if "HMS-OPS and VictoriaMetrics" in a and "checksum" in a]), 4, compared)


if __name__ == "__main__":
    unittest.main()
