"""The operator's commands about staff, the audit trail and keys, typed as an operator would.

Each is a client of a call that the transcripts show to the letter; here it is asked whether the
command reaches it, says what came of it, and exits as docs/operating.md says.
"""
import json
import subprocess
import unittest

import limen
from test_console import Desk, totp


class Commands(limen.Case):
    own_server = True

    def run_command(self, *words, code=0, as_json=True, organisation="demo"):
        done = subprocess.run([limen.binary(), *words, *(["--json"] if as_json else []), "--as",
                               organisation, "--credentials", str(self.server.credentials_file)],
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout) if as_json and code == 0 else done.stdout + done.stderr

    def sign_up(self, link, password="a long enough one"):
        """Walks through a sign-up link; (the browser that is signed in, the seed)."""
        token, desk = link.split("#")[1], Desk(self.server)
        seed = self.expect(desk.call("POST", "/operator/v1/sign-up", {"token": token}),
                           200).json()["totp"]["secret"]
        code = totp(seed, self.server.advance(30))
        self.expect(desk.call("POST", "/operator/v1/sign-up/finish",
                              {"token": token, "password": password, "code": code}), 201)
        return desk, seed

    def works(self, username, password):
        return self.server.get("/operator/v1/sessions",
                               auth=limen.basic(username, password)).status == 200

    def test_staff(self):
        added = self.run_command("staff", "add", "--email", "Rita@demo.example", "--name", "Rita",
                                 "--role", "reviewer")
        self.assertEqual(added["staff"]["state"], "invited")
        rita = added["staff"]["id"]
        desk, _ = self.sign_up(added["link"])
        self.assertEqual(desk.call("GET", "/operator/v1/session").json()["staff"]["role"],
                         "reviewer")
        listed = {row["email"]: row for row in self.run_command("staff", "list")["items"]}
        self.assertEqual(listed["rita@demo.example"]["state"], "active")

        changed = self.run_command("staff", "change", rita, "--role", "read_only")
        self.assertEqual(changed["role"], "read_only")
        self.assertEqual(desk.call("GET", "/operator/v1/session").status, 401)
        disabled = self.run_command("staff", "change", rita, "--state", "disabled")
        self.assertEqual(disabled["state"], "disabled")

        linked = self.run_command("staff", "link", rita)
        self.sign_up(linked["link"], "another long enough one")
        used = Desk(self.server).call("POST", "/operator/v1/sign-up",
                                      {"token": added["link"].split("#")[1]})
        self.assertEqual(used.status, 404)

    def test_staff_refused(self):
        rows = (("an address that is none", ("add", "--email", "rita", "--name", "R", "--role",
                                             "owner"), "email"),
                ("a role that is none", ("add", "--email", "r@demo.example", "--name", "R",
                                         "--role", "king"), "role"),
                ("nobody", ("link", "01a1ff43-dd00-7e56-ad0b-15a9509b9dcb"), ""))
        for name, words, told in rows:
            with self.subTest(name):
                self.assertIn(told, self.run_command("staff", *words, code=1, as_json=False))
        self.run_command("staff", "add", code=2, as_json=False)

    def test_what_people_read(self):
        text = self.run_command("staff", "add", "--email", "paul@demo.example", "--name", "Paul",
                                "--role", "owner", as_json=False)
        self.assertIn("/console/sign-up#lmn_signup_", text)
        self.assertIn("paul@demo.example", self.run_command("staff", "list", as_json=False))
        self.assertIn("staff_added", self.run_command("audit", "list", as_json=False))

    def test_keys_are_rotated(self):
        made = self.run_command("key", "create", "--name", "ops", "--permission", "operator")
        self.assertTrue(self.works("ops", made["password"]))
        new = self.run_command("key", "rotate", made["id"], "--overlap", "60")
        self.assertEqual(new["replaces"]["id"], made["id"])
        self.assertTrue(self.works("ops", made["password"]) and self.works("ops", new["password"]))
        self.server.advance(61)
        self.assertFalse(self.works("ops", made["password"]))
        self.assertTrue(self.works("ops", new["password"]))
        text = self.run_command("key", "rotate", new["id"], "--overlap", "0", as_json=False)
        self.assertIn("lmn_key_", text)
        self.assertFalse(self.works("ops", new["password"]))
        self.run_command("key", "rotate", made["id"], "--overlap", "x", code=2, as_json=False)

    def test_audit(self):
        made = self.run_command("key", "create", "--name", "traced", "--permission", "operator")
        self.run_command("key", "rotate", made["id"])
        rows = self.run_command("audit", "list", "--about", made["id"])["items"]
        self.assertEqual([row["what"] for row in rows], ["key_rotated", "key_made"])
        self.assertEqual(self.run_command("audit", "list", "--what", "key_rotated", "--about",
                                          made["id"])["items"], rows[:1])
        page = self.run_command("audit", "list", "--limit", "1")
        after = self.run_command("audit", "list", "--limit", "1", "--cursor", page["next"])
        self.assertNotEqual(page["items"], after["items"])
        foreign = self.run_command("audit", "list", "--about", made["id"], organisation="other")
        self.assertEqual(foreign["items"], [])


if __name__ == "__main__":
    unittest.main()
