"""Rules as data (docs/wire/operator.md, "Deciding again"): `limen decide`, and the trail of it."""
import json
import subprocess
import unittest

import flows
import limen

LENIENT = """version = "2"
required = ["MRZ check digits"]
[fold."Document expiry"]
LOW = "MEDIUM"
[fold."Image quality"]
MEDIUM = "HIGH"
UNAVAILABLE = "HIGH"
"""


class Decide(limen.Case):
    own_server = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.server.home / "rules.toml"
        cls.rules.write_text(LENIENT, encoding="utf-8")
        cls.session = flows.enrolled(cls.server)

    def decide(self, *words):
        """Exit code, standard output and standard error."""
        done = subprocess.run(
            [limen.binary(), "decide", "--credentials", str(self.server.credentials_file), *words],
            capture_output=True, text=True, timeout=30, check=False)
        return done.returncode, done.stdout, done.stderr

    def ours(self):
        path = f"/operator/v1/sessions/{self.session}"
        return self.server.get(path, auth=self.server.operator_basic()).json()

    def test_by_its_own_rules_nothing_differs(self):
        code, out, err = self.decide("--session", self.session, "--json")
        self.assertEqual((code, err), (0, ""))
        answer = json.loads(out)
        self.assertFalse(answer["differs"])
        self.assertEqual(answer["before"], answer["after"])
        self.assertEqual(answer["before"]["rulesSha256"], self.ours()["rules"]["sha256"])
        code, out, _ = self.decide("--session", self.session)
        self.assertEqual(code, 0)
        self.assertIn("Nothing differs.", out)

    def test_other_rules_are_shown_beside_them_and_change_nothing(self):
        before = self.ours()
        code, out, _ = self.decide("--session", self.session, "--rules", str(self.rules))
        self.assertEqual(code, 0)
        self.assertIn("What differs is marked.", out)
        self.assertRegex(out, r"rules 1 \([0-9a-f]{8}\) +rules 2 \([0-9a-f]{8}\)")
        self.assertRegex(out, r"\* Face verification +UNAVAILABLE as MEDIUM +UNAVAILABLE as HIGH")
        self.assertEqual(self.ours(), before)

    def test_past_sessions_are_counted_and_the_differing_listed(self):
        ids = {flows.enrolled(self.server) for _ in range(3)} | {self.session}
        strict = self.server.home / "strict.toml"
        strict.write_text('[fold."Face verification"]\nUNAVAILABLE = "LOW"\n', encoding="utf-8")
        code, out, err = self.decide("--skill", "enrolment", "--rules", str(strict), "--json")
        self.assertEqual((code, err), (0, ""))
        *changes, totals = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(changes), sum(row["sessions"] for row in totals["levels"]
                                           if row["before"] != row["after"]))
        self.assertGreaterEqual(len(changes), len(ids))
        for change in changes:
            self.assertEqual(change["after"], "LOW")
            self.assertIn("Face verification", change["factors"])
        code, out, _ = self.decide("--skill", "enrolment", "--rules", str(strict), "--limit", "2")
        self.assertEqual(code, 0)
        self.assertIn("2 decided again", out)
        self.assertEqual(out.count("Face verification"), 2)
        code, out, _ = self.decide("--skill", "enrolment", "--since", "2100-01-01")
        self.assertEqual((code, out.splitlines()[-1]), (
            0, "0 decided again, 0 with another result; 0 not completed, "
               "0 cannot be decided again"))

    def test_refusals_and_misuse(self):
        bad = self.server.home / "bad.toml"
        bad.write_text("version = '2'\nrequird = ['Age']\n", encoding="utf-8")
        code, _, err = self.decide("--session", self.session, "--rules", str(bad))
        self.assertEqual(code, 1)
        self.assertIn(f"{bad}:2: rules has no key `requird`", err)
        code, _, err = self.decide("--session", "nobody")
        self.assertEqual(code, 1)
        self.assertIn("no such session", err)
        for words in ([], ["--session", "a", "--skill", "b"], ["--session", "a", "--limit", "3"],
                      ["--skill", "b", "--limit", "0"],
                      ["--session", "a", "--rules", str(self.server.home / "none")]):
            self.assertEqual(self.decide(*words)[0], 2, words)
        other = self.decide("--session", self.ours()["id"], "--as", "other")
        self.assertEqual(other[0], 1)
        answer = self.server.post(f"/operator/v1/sessions/{self.session}/decide",
                                  {"rules": "minimum_age = 0\nx = 1"},
                                  auth=self.server.operator_basic())
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer.json()["errors"]["rules"], [
            "rules:1: `minimum_age` must be a number from 1 to 120; rules:2: rules has no key `x` "
            "(it has version, required, minimum_age, validity_days, quality, fold)"])

    def test_every_decision_is_in_the_audit_trail(self):
        ours = self.ours()
        rows = self.server.get(f"/operator/v1/audit?about={ours['id']}",
                               auth=self.server.operator_basic()).json()["items"]
        self.assertEqual([row["what"] for row in rows], ["session_decided"])
        self.assertEqual(rows[0]["who"], {"kind": "server", "id": None, "name": "rules 1"})
        self.assertTrue(rows[0]["detail"].startswith(ours["level"]), rows[0]["detail"])
        self.assertTrue(rows[0]["detail"].endswith(ours["rules"]["sha256"]))


if __name__ == "__main__":
    unittest.main()
