#!/usr/bin/env python3
"""Tests of the sums in test.py: a run must never look greener than it was."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
from test import count_report, count_summary  # noqa: E402


class Sums(unittest.TestCase):
    def test_reports(self):
        cases = [
            ('<testsuite tests="5" failures="0" disabled="0" skipped="0"/>', True, (5, 0)),
            ('<testsuite tests="5" failures="2" disabled="0" skipped="1"/>', False, (2, 2)),
            ('<testsuite tests="5" failures="0" disabled="0" skipped="0"/>', False, (5, 1)),
            ('<testsuites tests="5"><testsuite tests="3" failures="1" skipped="1"/>'
             '<testsuite tests="2" failures="0" errors="0"/></testsuites>', False, (3, 1)),
            ("<testsuite", False, (0, 1)),
            (None, False, (0, 1)),
        ]
        for text, is_good, want in cases:
            with self.subTest(text=text), tempfile.TemporaryDirectory() as folder:
                report = Path(folder) / "tests.xml"
                if text is not None:
                    report.write_text(text, encoding="utf-8")
                self.assertEqual(count_report(report, is_good), want)

    def test_summaries_of_programs(self):
        cases = [
            ("7 passed, 0 failed\n", True, (7, 0)),
            ("1 passed, 0 failed\nmore\n7 passed, 2 failed\n", False, (7, 2)),
            ("7 passed, 0 failed\n", False, (7, 1)),
            ("", True, (1, 0)),
            ("crashed\n", False, (0, 1)),
        ]
        for output, is_good, want in cases:
            with self.subTest(output=output):
                self.assertEqual(count_summary(output, is_good), want)


if __name__ == "__main__":
    unittest.main()
