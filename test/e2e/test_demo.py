"""What `make demo` runs once the server is built: the script behind it, as a newcomer starts it.

Without a terminal it walks the four flows, shows the letter and ends with 0. Building and
installing are not tested here; CI builds before it comes to this file.
"""
import subprocess
import unittest

import limen


class Demo(unittest.TestCase):
    def test_A30_the_demo_walks_all_four_flows_and_ends(self):
        run = subprocess.run([str(limen.ROOT / "tools/demo.sh"), limen.binary()],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stdout[-2000:] + run.stderr)
        for shown in ("Subject: Your invitation from Demo Organisation", "DEM ",
                      "/v1/onboarding-token", "/sessions", "/api/device/ephemeral",
                      "/api/v1/enrolment/initialize", "All four flows ran to their end."):
            self.assertIn(shown, run.stdout)

    def test_the_demo_fails_when_there_is_no_server(self):
        run = subprocess.run([str(limen.ROOT / "tools/demo.sh"), "/bin/false"],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertNotEqual(run.returncode, 0)


if __name__ == "__main__":
    unittest.main()
