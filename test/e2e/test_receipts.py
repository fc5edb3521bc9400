"""Receipts (docs/wire/receipts.md): verified by npm jose and @sd-jwt/core and by `limen receipt
verify`, refused when one byte changes, and still good when the session is erased and the key
replaced.

The verifiers here are given files only: the key set as it was published, and what the API answered.
"""
import base64
import json
import shutil
import socket
import sqlite3
import subprocess
import threading
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
        return self.run_verify(self.file("receipt", content), "--jwks", keys, *words)

    def run_verify(self, *words):
        done = subprocess.run([limen.binary(), "receipt", "verify", *words], capture_output=True,
                              text=True, timeout=40, check=False)
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

    def test_npm_jose_and_an_sd_jwt_library_verify_it_and_its_opening(self):
        verdict = self.jose(genuine=self.given)["genuine"]
        self.assertNotIn("error", verdict)
        values = verdict["values"]
        self.assertEqual(values["applicant"]["last_name"], "Doe")
        self.assertEqual(values["steps"][0]["answers"]["document_type"], "passport")
        self.assertRegex(values["steps"][1]["uploads"][0]["sha256"], "^[0-9a-f]{64}$")
        self.assertEqual(values["session_id"], self.session)
        self.assertIsNone(values["person"])
        ours = limen.strict_json(self.verify(self.given, None, "--json")[1])["claims"]
        values.pop("_sd_alg", None)
        self.assertEqual(values, ours, "both read the same")
        claims = verdict["claims"]
        self.assertEqual(claims["skill"], "enrolment")
        self.assertEqual(claims["organisation"], "demo")
        self.assertEqual([step["step"] for step in claims["steps"]], ["document", "face"])
        self.assertTrue(claims["rules_version"])
        for word in PERSONAL + (self.session, "53421526A", "submitted", "uploads", "factors"):
            self.assertNotIn(word, json.dumps(claims))

    def test_an_sd_jwt_library_shows_one_value_and_no_other(self):
        opening = [limen.strict_json(decoded(text)) for text in self.given["opening"]]
        outer = next(i for i, one in enumerate(opening) if one[1] == "applicant")
        inner = next(i for i, one in enumerate(opening) if one[1] == "last_name")
        shown = [self.given["opening"][i] for i in (inner, outer)]
        values = self.jose(it={**self.given, "opening": shown})["it"]["values"]
        self.assertEqual(values["applicant"], {"last_name": "Doe"})
        self.assertNotIn("session_id", values)
        # What stands in nothing that was opened: the library passes over it, we refuse it.
        alone = {**self.given, "opening": [shown[0]]}
        self.assertNotIn("applicant", self.jose(it=alone)["it"]["values"])
        self.assertEqual(self.verify(alone)[0], 1)

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
        one = next(text for text in opening if b'"session_id"' in decoded(text))
        for name, content, hidden in (
                ("the answer", self.given, 0), ("the signed text alone", jwt, 13),
                ("an SD-JWT", "~".join([jwt, *opening, ""]), 0),
                ("one value shown", f"{jwt}~{one}~", 12)):
            with self.subTest(name):
                code, said = self.verify(content)
                self.assertEqual(code, 0, said)
                self.assertIn("genuine, signed by the keys of " + str(self.server.home), said)
                self.assertRegex(said, rf"(\d+) of (\d+) digests")
                shown = 13 - hidden if hidden else len(opening)
                self.assertIn(f"{shown} of {hidden + shown} digests", said)
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
        self.assertEqual(self.run_verify("/nonexistent", "--jwks", self.file("k", self.jwks))[0], 2)

    def test_its_caller_says_whom_to_trust(self):
        receipt, issuer = self.file("r", self.given), self.server.base_url
        self.assertEqual(self.run_verify(receipt)[0], 2, "nobody's word but the caller's")
        code, said = self.run_verify(receipt, "--issuer", issuer)
        self.assertEqual(code, 0, said)
        self.assertIn("signed by the keys of " + issuer, said)
        keys = self.file("keys.json", self.jwks)
        self.assertEqual(self.run_verify(receipt, "--issuer", issuer, "--jwks", keys)[0], 0)
        for other in (issuer + "/", "https://limen.test"):
            code, said = self.run_verify(receipt, "--issuer", other, "--jwks", keys)
            self.assertEqual(code, 1)
            self.assertIn("another issuer", said)
        for unsafe in ("http://example.org", issuer + "?a", "http://a@127.0.0.1:1", "x"):
            with self.subTest(unsafe):
                self.assertEqual(self.run_verify(receipt, "--issuer", unsafe)[0], 2)
        self.assertEqual(self.run_verify(receipt, "--issuer", issuer + "/a")[0], 3, "no metadata")

    def test_a_hostile_server_of_keys_is_left(self):
        """It talks without end, it names a place of this machine, it is someone else."""
        for name, answer, code in (
                ("endless", b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (2 << 20), 3),
                ("large", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", 3),
                ("moved", b"HTTP/1.1 302 Found\r\nLocation: /jwks\r\nContent-Length: 0\r\n\r\n", 3),
                ("no JSON", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\x1b[2", 2),
                ("another", self.metadata(issuer="http://127.0.0.1"), 2),
                ("clear", self.metadata(jwks_uri="http://example.org/\u001b[2J"), 2)):
            with self.subTest(name):
                port = self.answer_once(answer)
                got, said = self.run_verify(self.file("r", self.given), "--issuer",
                                            f"http://127.0.0.1:{port}")
                self.assertEqual(got, code, said)
                self.assertNotIn("\x1b", said)

    def metadata(self, **members):
        body = json.dumps({"issuer": "http://127.0.0.1:PORT",
                           "jwks_uri": "http://127.0.0.1:1/jwks", **members}).encode()
        return b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body

    def answer_once(self, answer):
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]

        def serve():
            with listener, listener.accept()[0] as taken:
                taken.settimeout(20)
                try:
                    taken.recv(4096)
                    taken.sendall(answer.replace(b"PORT", str(port).encode()))
                except OSError:
                    pass  # left in the middle of it

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)
        return port

    def test_who_may_fetch_one(self):
        token, session = flows.device_session(self.server)
        flows.capture_all(self.server, token, session, last="selfie")
        path = f"/api/sessions/{session}/receipt"

        def key(permission, org="demo"):
            held = flows.accepted(self.server.post(
                "/operator/v1/keys", {"name": "k", "permissions": [permission]},
                auth=self.server.operator_basic(org)), 201)
            return held["token"]

        self.expect(self.server.get(path, auth=key("session_all:read")), 200)
        self.expect(self.server.get(path, auth=key("ephemeral_device:write")), 403)
        self.expect(self.server.get(path, auth=token), 403)
        self.expect(self.server.get(path, auth=key("session_all:read", "other")), 404)
        self.expect(self.server.get(path), 401)
        operator = f"/operator/v1/sessions/{session}/receipt"
        self.expect(self.server.get(operator, auth=self.server.operator_basic()), 200)
        self.expect(self.server.get(operator, auth=self.server.operator_basic("other")), 404)
        self.expect(self.server.get(operator), 401)
        self.expect(flows.data(self.server, self.session, "receipt",
                               auth=self.server.enrolment_basic("other")), 404)
        pair = flows.accepted(flows.exchange(self.server, flows.aisp_to_end(self.server)))
        self.expect(flows.consents(self.server, "receipt", pair), 200)
        answer = flows.consents(self.server, "receipt", pair, org="other")
        self.assertIn(answer.status, (401, 404))
        row = self.expect_json(self.server.get(f"/operator/v1/sessions/{session}",
                                               auth=self.server.operator_basic()), 200)
        self.assertIs(row["hasReceipt"], True)

    def test_consent_texts_of_the_skills_door(self):
        temp_token = flows.aisp_to_end(self.server)
        pair = flows.accepted(flows.exchange(self.server, temp_token))
        answer = flows.accepted(flows.consents(self.server, "receipt", pair))
        code, said = self.verify(answer)
        self.assertEqual(code, 0, said)
        self.assertIn("The consent texts in the file are those agreed to.", said)
        self.assertIn('"consents"', answer["result"]["consent_texts"][0])
        answer["result"]["consent_texts"][0] += " "
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
        self.server.command("key", "rotate-receipts", "--as", "installation")
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

    def kids(self):
        keys = self.server.get("/.well-known/jwks.json").json()["keys"]
        return {kind: [key["kid"] for key in keys if key["kty"] == kind] for kind in ("OKP", "EC")}

    def test_keys_are_rotated_one_by_one_and_disowned_at_once(self):
        before = self.kids()
        self.server.command("key", "rotate-signing", "--as", "installation")
        self.assertEqual(self.kids()["OKP"], before["OKP"])
        made = self.server.command("key", "rotate-receipts", "--as", "installation")["kid"]
        self.assertEqual(self.kids()["OKP"], [made, *before["OKP"]])
        self.assertEqual(len(self.kids()["EC"]), len(before["EC"]) + 1)
        for path, auth, status in ((made, "installation", 404), ("x", "installation", 404),
                                   (before["OKP"][0], "demo", 403)):
            held = self.server.credentials["installation_operator"] if auth == "installation" \
                else self.server.of(auth, "operator")
            self.expect(self.server.call(
                "DELETE", f"/operator/v1/receipt-keys/{path}",
                auth=limen.basic(held["username"], held["password"])), status)
        self.server.command("key", "disown", before["OKP"][0], "--as", "installation")
        self.assertEqual(self.kids()["OKP"], [made, *before["OKP"][1:]])

    def test_lost_keys_are_put_back_from_the_database(self):
        made = self.server.command("key", "rotate-receipts", "--as", "installation")["kid"]
        known = self.kids()["OKP"]
        self.server.stop()
        for file in (self.server.data / "keys").glob("receipts-*"):
            file.unlink()
        self.server.start()
        after = self.kids()["OKP"]
        self.assertNotIn(after[0], known, "the private half is lost")
        self.assertEqual(set(after[1:]), set(known))
        self.assertIn("receipt_key_put_back", self.server.log())
        self.assertIn(made, self.server.log())

    def seeds(self):
        """Read from a copy: no other process may open the database."""
        copy = self.server.home / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for file in self.server.data.glob("limen.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, copy)
        with sqlite3.connect(copy / "limen.db") as ledger:
            return dict(ledger.execute("SELECT session, seed FROM receipt_seeds"))

    def test_an_erased_seed_is_in_no_file(self):
        kept = flows.enrolled(self.server, applicantForm=FORM)
        before = self.seeds()
        session = flows.enrolled(self.server, applicantForm=FORM)
        (new,) = set(self.seeds()) - set(before)
        seed = self.seeds()[new]
        self.assertTrue(any(seed in file.read_bytes()
                            for file in self.server.data.glob("limen.db*")), "the search finds it")
        row = flows.accepted(self.server.get(f"/operator/v1/sessions/{session}",
                                             auth=self.server.operator_basic()))
        self.expect(self.server.call("DELETE", f"/operator/v1/sessions/{row['id']}",
                                     auth=self.server.operator_basic()), 204)
        self.wait_gone(session)
        self.server.stop()
        for file in self.server.data.glob("limen.db*"):
            self.assertNotIn(seed, file.read_bytes(), file.name)
        self.server.start()
        flows.accepted(flows.data(self.server, kept, "receipt"))


if __name__ == "__main__":
    unittest.main()
