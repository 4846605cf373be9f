"""The passport panic of the demo, as a test: it heals with the playbook, and does not without it."""

import re
import unittest

from harness import HMS, Story


class PassportPanic(Story):

    def test_the_playbook_heals_and_the_note_carries_the_alert(self):
        demo = self.start([HMS, "demo"], "demo")
        code = demo.popen.wait(300)
        output = demo.output()
        print("\n" + output)
        self.assertEqual(code, 0)
        self.assertIn("5 s is 5000", output)
        healed = re.search(r"pid (\d+) became (\d+)", output)
        self.assertTrue(healed and healed[1] != healed[2], "the service was restarted")
        fingerprints = {kind: set(re.findall(rf" {kind} +([0-9a-f]{{16}}) ", output)) for kind in ("firing", "note", "resolved")}
        self.assertTrue(fingerprints["firing"], "the alert fired")
        self.assertEqual(fingerprints["note"], fingerprints["firing"], "the note carries the alert's fingerprint")
        self.assertEqual(fingerprints["resolved"], fingerprints["firing"])

    def test_without_the_playbook_the_alert_does_not_resolve(self):
        demo = self.start([HMS, "demo", "--without-playbook"], "demo-without")
        code = demo.popen.wait(300)
        output = demo.output()
        print("\n" + output)
        self.assertEqual(code, 0, "0 says: it fired, and stayed firing")
        self.assertIn("still firing", output)
        self.assertNotRegex(output, r" resolved +[0-9a-f]{16} ")


if __name__ == "__main__":
    unittest.main()
