"""Receipts (docs/wire/receipts.md): verified by npm jose and by `limen receipt verify`, refused
when one byte changes, and still good when the session is erased and the key replaced.

The verifiers here are given files only: the key set as it was published, and what the API answered.
"""
import base64
import json
import subprocess
import time
import unittest

import flows
import limen

FORM = {"firstName": "John", "lastName": "Doe", "dateOfBirth": "2004-07-09"}
PERSONAL = ("John", "Doe", "2004-07-09", "passport", "image/")


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Verifier(limen.Case):
    own_server = True
    jwks = None

    def file(self, name, content):
        path = self.server.home / name
        path.write_text(content if isinstance(content, str) else json.dumps(content),
                        encoding="utf-8")
        return str(path)

    def verify(self, content, jwks=None, *words):
        """Exit code and everything printed; the server is not asked unless `jwks` is its URL."""
        keys = jwks if isinstance(jwks, str) else self.file("jwks.json", jwks or self.jwks)
        done = subprocess.run([limen.binary(), "receipt", "verify", self.file("receipt", content),
                               "--jwks", keys, *words], capture_output=True, text=True,
                              timeout=20, check=False)
        return done.returncode, done.stdout + done.stderr


class Receipts(Verifier):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = flows.enrolled(cls.server, applicantForm=FORM, externalId="53421526A")
        cls.given = flows.accepted(flows.data(cls.server, cls.session, "receipt"))
        cls.jwks = cls.server.get("/.well-known/jwks.json").json()

    def jose(self, **receipts):
        return limen.node("receipt.mjs", {"receipts": receipts, "jwks": self.jwks,
                                          "issuer": self.server.base_url})

    def test_npm_jose_verifies_it_and_its_opening(self):
        verdict = self.jose(genuine=self.given)["genuine"]
        self.assertNotIn("error", verdict)
        self.assertTrue(verdict["opened"] and all(verdict["opened"]), verdict["opened"])
        claims = verdict["claims"]
        self.assertEqual(claims["skill"], "enrolment")
        self.assertEqual(claims["organisation"], "demo")
        self.assertEqual([step["step"] for step in claims["steps"]], ["document", "face"])
        self.assertTrue(claims["rules_version"])
        for word in PERSONAL + (self.session, "53421526A"):
            self.assertNotIn(word, json.dumps(claims))

    def test_npm_jose_refuses_one_changed_byte(self):
        parts = self.given["receipt"].split(".")
        receipts = {}
        for number, part in enumerate(parts):
            data = decoded(part)
            for at in range(0, len(data), 1 if number != 1 else 37):
                changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
                put = parts[:number] + [encoded(changed)] + parts[number + 1:]
                receipts[f"{number}.{at}"] = {"receipt": ".".join(put)}
        self.assertGreater(len(receipts), 150)
        believed = [name for name, said in self.jose(**receipts).items() if "error" not in said]
        self.assertEqual(believed, [])

    def test_the_command_verifies_what_the_api_answered(self):
        jwt, opening = self.given["receipt"], self.given["opening"]
        for name, content, hidden in (
                ("the answer", self.given, 0), ("the signed text alone", jwt, len(opening)),
                ("an SD-JWT", "~".join([jwt, *opening, ""]), 0),
                ("one value shown", f"{jwt}~{opening[2]}~", len(opening) - 1)):
            with self.subTest(name):
                code, said = self.verify(content)
                self.assertEqual(code, 0, said)
                self.assertIn("genuine", said)
                self.assertIn(f"{len(opening) - hidden} of {len(opening)} digests", said)
        code, said = self.verify(self.given, None, "--json")
        claims = limen.strict_json(said)["claims"]
        self.assertEqual(code, 0)
        self.assertEqual(claims["applicant"]["last_name"], "Doe")
        self.assertEqual(claims["steps"][0]["answers"]["document_type"], "passport")
        self.assertRegex(claims["steps"][1]["uploads"][0]["sha256"], "^[0-9a-f]{64}$")
        self.assertEqual(claims["session_id"], self.session)

    def test_the_command_refuses_one_changed_letter(self):
        jwt, opening = self.given["receipt"], self.given["opening"]
        places = [*range(0, jwt.index("."), 9), jwt.index(".") + 5, len(jwt) // 2,
                  jwt.rindex(".") - 1, jwt.rindex(".") + 1, len(jwt) - 1]
        changed = {f"signed text, letter {at}":
                   {**self.given, "receipt": jwt[:at] + ("A" if jwt[at] != "A" else "B")
                    + jwt[at + 1:]} for at in places}
        for number in (0, len(opening) - 1):
            salt, *rest = limen.strict_json(decoded(opening[number]))
            other = [("A" if salt[0] != "A" else "B") + salt[1:], *rest]
            value = [salt, *rest[:-1], "another"]
            for name, leaf in (("salt", other), ("value", value)):
                put = [encoded(json.dumps(leaf).encode()) if i == number else one
                       for i, one in enumerate(opening)]
                changed[f"{name} of leaf {number}"] = {**self.given, "opening": put}
        changed["a leaf twice"] = {**self.given, "opening": [*opening, opening[0]]}
        for name, content in changed.items():
            with self.subTest(name):
                code, said = self.verify(content)
                self.assertEqual(code, 1, said)
                self.assertIn("not believed", said)

    def test_another_algorithm_and_another_installation_are_refused(self):
        head, payload, signature = self.given["receipt"].split(".")
        fields = limen.strict_json(decoded(head))
        self.assertEqual(fields["alg"], "EdDSA")
        for algorithm in ("none", "None", "HS256", "ES256"):
            forged = encoded(json.dumps({**fields, "alg": algorithm}).encode())
            for tail in (signature, ""):
                with self.subTest(f"{algorithm} {bool(tail)}"):
                    text = f"{forged}.{payload}.{tail}"
                    self.assertEqual(self.verify(text)[0], 1)
                    self.assertIn("error", self.jose(it={"receipt": text})["it"])
        token = self.server.bearer().split()[1]
        self.assertEqual(self.verify(token)[0], 1, "an access token is no receipt")
        self.assert_no_right(self.given["receipt"])
        other = limen.Server().start()
        try:
            foreign = other.get("/.well-known/jwks.json").json()
        finally:
            other.close()
        code, said = self.verify(self.given, foreign)
        self.assertEqual(code, 1)
        self.assertIn("its key is none of that key set", said)

    def assert_no_right(self, receipt):
        answer = self.server.post("/v1/user-status", {}, auth="Bearer " + receipt)
        self.assertEqual(answer.status, 401, "a receipt is no access token")

    def test_misuse_is_told_apart_from_forgery(self):
        for name, content, jwks, code in (
                ("no such key set", self.given, "/nonexistent", 2),
                ("a key set without such keys", self.given, {"keys": []}, 2),
                ("a key set that is none", self.given, self.file("none.json", "[]"), 2),
                ("nobody answers", self.given, "http://127.0.0.1:1/", 3),
                ("no receipt in it", {"a": 1}, None, 1), ("empty", "", None, 1),
                ("from the server's URL", self.given,
                 self.server.base_url + "/.well-known/jwks.json", 0)):
            with self.subTest(name):
                got, said = self.verify(content, jwks)
                self.assertEqual(got, code, said)
        done = subprocess.run([limen.binary(), "receipt", "verify", "/nonexistent"],
                              capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 2)
        alone = subprocess.run([limen.binary(), "receipt", "verify", self.file("r", self.given)],
                               capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(alone.returncode, 0, "the server it names is asked: " + alone.stderr)

    def test_consent_texts_of_the_skills_door(self):
        temp_token = flows.aisp_to_end(self.server)
        pair = flows.accepted(flows.exchange(self.server, temp_token))
        answer = flows.accepted(flows.consents(self.server, "receipt", pair))
        code, said = self.verify(answer)
        self.assertEqual(code, 0, said)
        self.assertIn("The consent texts in the file are those agreed to.", said)
        answer["result"]["consent_texts"] += " "
        self.assertEqual(self.verify(answer)[0], 1)
        flows.accepted(flows.consents(self.server, "delete", pair))
        self.expect_refusal(flows.consents(self.server, "receipt", pair), 401,
                            "inactive_credentials")


class Lasting(Verifier):
    def wait_gone(self, session):
        for _ in range(200):  # the sweep comes by itself
            if flows.data(self.server, session, "receipt").status == 404:
                return
            time.sleep(0.05)
        self.fail("the session was not erased")

    def test_it_survives_review_erasure_and_rotation(self):
        session = flows.enrolled(self.server, applicantForm=FORM)
        first = flows.accepted(flows.data(self.server, session, "receipt"))
        self.assertEqual(flows.accepted(flows.data(self.server, session, "receipt")), first)
        row = self.server.command("session", "review", session, "--verdict", "reject", "--reason",
                                  "not the same face", "--as", "demo")
        reviewed = self.server.command("receipt", "get", row["id"], "--as", "demo")
        self.assertNotEqual(reviewed["receipt"], first["receipt"])
        self.expect(self.server.call("DELETE", f"/operator/v1/sessions/{row['id']}",
                                     auth=self.server.operator_basic()), 204)
        self.server.command("key", "rotate-signing", "--as", "installation")
        newer = self.server.get("/.well-known/jwks.json").json()
        kids = [key["kid"] for key in newer["keys"] if key["kty"] == "OKP"]
        self.assertEqual(len(kids), len(set(kids)))
        self.server.stop()
        self.server.start()
        self.server.advance(366 * 86400)  # long after the overlap of keys for tokens
        later = self.server.get("/.well-known/jwks.json").json()
        self.assertEqual([k for k in later["keys"] if k["kty"] == "OKP"],
                         [k for k in newer["keys"] if k["kty"] == "OKP"])
        self.wait_gone(session)
        for content in (first, reviewed):
            code, said = self.verify(content, later)
            self.assertEqual(code, 0, said)
        bare, said = self.verify(first["receipt"], later)
        self.assertEqual(bare, 0)
        for word in PERSONAL:
            self.assertNotIn(word, said, "without its opening it tells nothing about anybody")


if __name__ == "__main__":
    unittest.main()
