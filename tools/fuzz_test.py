#!/usr/bin/env python3
"""Tests of fuzz.py: who stops a run has found nothing, and can stop it also in the background.

The targets are small scripts that behave as libFuzzer's programs do; nothing is built or searched.
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Says that it runs, then does what it is for: libFuzzer ends with 72 when it is stopped and with 77
# at a finding.
PROGRAM = """#!/usr/bin/python3
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: os._exit({stopped}))
if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, lambda *_: os._exit({stopped}))
with open({began!r}, "w") as began:
    began.write(str(os.getpid()))
print("stat::number_of_executed_units: 7")
{does}
"""
ENDLESS, FINDS, ENDS = "while True: signal.pause()", "sys.exit(77)", "sys.exit(0)"
MAIN = ("import sys; sys.path.insert(0, sys.argv[1]); import fuzz; from pathlib import Path; "
        "fuzz.SOURCES = fuzz.BUILT = Path(sys.argv[2]); sys.argv[1:] = sys.argv[3:]; "
        "sys.exit(fuzz.main())")


class Fuzz(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="limen-fuzz-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "test/fuzz").mkdir(parents=True)

    def target(self, name, does, stopped=72):
        (self.folder / f"{name}_target.cpp").touch()
        began = self.folder / f"{name}.began"
        os.mkfifo(began)
        program = self.folder / f"test/fuzz/fuzz_{name}"
        text = PROGRAM.format(began=str(began), does=does, stopped=stopped)
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)
        return began

    def run_fuzz(self, is_in_background=False):
        ignored = (lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if is_in_background \
            else None
        return subprocess.Popen(
            [sys.executable, "-B", "-c", MAIN, str(HERE), str(self.folder), "-r", "7", "-j", "2"],
            stdout=subprocess.PIPE, text=True, preexec_fn=ignored)

    def states(self, fuzz):
        told = fuzz.communicate()[0]
        found = dict(re.findall(r"^(\w+) .* edges  (\w+)$", told, re.M))
        return found, told.rstrip().splitlines()[-1], fuzz.returncode

    def test_what_a_target_says(self):
        began = [self.target("ends", ENDS), self.target("finds", FINDS)]
        fuzz = self.run_fuzz()
        for fifo in began:
            fifo.read_text(encoding="utf-8")
        self.assertEqual(self.states(fuzz), ({"ends": "ok", "finds": "FINDING"},
                                             "1 passed, 1 failed", 1))

    def test_a_stop_is_no_finding_and_hides_none(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            for is_in_background in (False, True):
                with self.subTest(number=number, is_in_background=is_in_background):
                    self.setUp()
                    began = [self.target("endless", ENDLESS), self.target("breaks", ENDLESS, 77)]
                    fuzz = self.run_fuzz(is_in_background)
                    for fifo in began:
                        fifo.read_text(encoding="utf-8")
                    fuzz.send_signal(number)
                    self.assertEqual(self.states(fuzz), (
                        {"endless": "stopped", "breaks": "FINDING"}, "0 passed, 1 failed", 1))

    def test_a_target_that_is_stopped_itself(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                self.setUp()
                began = self.target("endless", ENDLESS)
                fuzz = self.run_fuzz(is_in_background=True)
                os.kill(int(began.read_text(encoding="utf-8")), number)
                self.assertEqual(self.states(fuzz), ({"endless": "stopped"},
                                                     "0 passed, 0 failed", 130))

    def test_what_was_not_begun_is_stopped_too(self):
        began = [self.target(name, ENDLESS) for name in ("a", "b", "c")]
        fuzz = self.run_fuzz()
        for fifo in began[:2]:
            fifo.read_text(encoding="utf-8")
        fuzz.send_signal(signal.SIGTERM)
        self.assertEqual(self.states(fuzz), (dict.fromkeys("abc", "stopped"),
                                             "0 passed, 0 failed", 130))


if __name__ == "__main__":
    unittest.main()
