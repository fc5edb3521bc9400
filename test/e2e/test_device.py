"""The device door without its pages: keys, ephemeral tokens, sessions (C01-C14, VC1-VC5).

Errors under /api/ are problem+json. The hand-off pages are in test_pages.py, file limits in
test_limits.py. Statuses 3 and 1000, which only an operator may set, are tested as out of reach.
"""
import contextlib
import shutil
import sqlite3
import tempfile
import time
import unittest
import uuid
from pathlib import Path

import flows
import limen


class Device(limen.Case):
    def key(self, *permissions, ttl=None, path="/api/apikey"):
        body = {"name": "key " + uuid.uuid4().hex[:8], "permissions": list(permissions)}
        if ttl is not None:
            body["ttl"] = ttl
        answer = self.server.post(path, body, auth=self.server.operator_basic())
        return self.expect_json(answer, 201)

    def lend_with(self, auth, body=None):
        return self.server.post("/api/device/ephemeral", {"ttl": 60} if body is None else body,
                                auth=auth)

    def read(self, session_id, auth=None):
        reader = self.server.of("demo", "device")["api_key_reader"]
        return self.server.get(f"/api/sessions/{session_id}", auth=auth or reader)

    def test_C01_ephemeral_token(self):
        body = self.expect_json(flows.lend(self.server, 3600), 200)
        self.assertIsInstance(body["authorization"], str)
        # C5.2: "a complete header value without spaces (opaque url-safe …)"
        self.assertRegex(body["authorization"], r"^[A-Za-z0-9._~-]{22,}$")
        again = self.expect_json(flows.lend(self.server, 3600), 200)
        self.assertNotEqual(body["authorization"], again["authorization"])

    def test_C01_ttl_values(self):
        # C5.6: "default 3600, 1…86400×30 accepted, else 400"
        for ttl in (1, 86400, 86400 * 30):
            self.expect(flows.lend(self.server, ttl), 200)
        self.expect(flows.lend(self.server, body={}), 200)
        for ttl in (0, -1, 86400 * 30 + 1, "3600", 1.5, True):
            with self.subTest(ttl):
                self.expect_problem(flows.lend(self.server, body={"ttl": ttl}), 400)

    def test_C02_api_key(self):
        key = self.server.of("demo", "device")["api_key"]
        self.expect(self.lend_with(key), 200)
        self.expect_problem(self.lend_with(None), 401)
        for wrong in ("x", key[:-1], key + "A", key.swapcase(), "Bearer " + key, "ApiKey", " "):
            with self.subTest(wrong):
                self.expect_problem(self.lend_with(wrong), 401)

    def test_C02_expired_key(self):
        key = self.key("ephemeral_device:write", ttl=60)["token"]
        self.expect(self.lend_with(key), 200)
        self.server.advance(61)
        self.expect_problem(self.lend_with(key), 401)

    def test_C03_permission(self):
        for name in ("api_key_without", "api_key_reader"):
            with self.subTest(name):
                self.expect_problem(flows.lend(self.server, key=name), 403)

    def test_C04_key_with_exactly_one_permission(self):
        made = self.key("ephemeral_device:write")
        self.expect(self.lend_with(made["token"]), 200)
        _, session_id = flows.device_session(self.server)
        self.expect_problem(self.read(session_id, made["token"]), 403)
        self.expect(self.read(session_id, self.key("session_all:read")["token"]), 200)

    def test_C04_stored_hashed_and_shown_once(self):
        made = self.key("ephemeral_device:write")
        secret = max(made["token"].replace(".", "_").split("_"), key=len).encode()
        for path in self.server.data.rglob("*"):
            if path.is_file() and path.exists():
                content = path.read_bytes()
                self.assertNotIn(made["token"].encode(), content, path.name)
                self.assertNotIn(secret, content, path.name)
        for path in ("/api/apikey", f"/api/apikey/{made['id']}"):
            answer = self.server.get(path, auth=self.server.operator_basic())
            self.assertNotIn(secret.decode(), answer.text)
        self.assertNotIn(secret.decode(), self.server.log())

    def test_C05_ttl(self):
        def attempt():
            token = flows.token_of(self.server, 2)
            self.server.advance(1)
            answer = flows.begin_workflow(self.server, token)
            self.server.advance(2)
            late = flows.begin_workflow(self.server, token)

            def judge():
                self.expect(answer, 201)
                self.expect_problem(late, 401)
            return judge
        self.punctual(attempt)

    def test_C07_own_data_only(self):
        mine, my_session = flows.device_session(self.server)
        other, _ = flows.device_session(self.server)
        foreign, _ = flows.device_session(self.server, org="other")
        for token in (other, foreign):
            for answer in (self.read(my_session, token), flows.wanted(self.server, token,
                                                                      my_session),
                           flows.submit(self.server, token, my_session, "document",
                                        flows.PASSPORT)):
                self.expect_problem(answer, 403, 404)
        one = self.expect_json(flows.submit(self.server, mine, my_session, "document",
                                            flows.PASSPORT), 200)
        for token in (other, foreign):
            answer = flows.attach(self.server, token, my_session, one["stepId"],
                                  "document_front")
            self.expect_problem(answer, 403, 404)
        self.expect(flows.attach(self.server, mine, my_session, one["stepId"], "document_front"),
                    201)

    def test_C08_no_other_access(self):
        token, session_id = flows.device_session(self.server)
        key = {"name": "x", "permissions": ["ephemeral_device:write"]}
        for method, path, body in (("POST", "/api/apikey", key),
                                   ("DELETE", "/api/apikey/" + str(uuid.uuid4()), None),
                                   ("POST", "/api/device/ephemeral", {"ttl": 60})):
            with self.subTest(f"{method} {path}"):
                self.expect_problem(self.server.call(method, path, body, auth=token), 403)
        self.expect(self.server.get("/api/sessions", auth=token), 403, 404, 405)
        for path in ("session/list/", f"{session_id}/status", f"{session_id}/decision/results"):
            self.expect(self.server.get("/api/v1/data/" + path, auth=token), 401, 403)
        self.expect(self.server.post("/v1/user-status", {}, auth="Bearer " + token), 401)

    def test_C09_collect_and_submit(self):
        token, session_id = flows.device_session(self.server)
        want = self.expect_json(flows.wanted(self.server, token, session_id), 200)
        self.assertEqual((want["sessionId"], want["step"]), (session_id, "document"))
        self.assertLessEqual({"document_type", "country"}, {f["name"] for f in want["fields"]})
        self.assertEqual({u["type"]: (u["required"], bool(u["received"]))
                          for u in want["uploads"]},
                         {"document_front": (True, False), "document_back": (False, False)})
        self.assertEqual(want["progress"], {"done": 0, "total": 2})
        one = self.expect_json(flows.submit(self.server, token, session_id, "document",
                                            flows.PASSPORT), 200)
        self.assertIn("next", one)
        body = self.expect_json(flows.attach(self.server, token, session_id, one["stepId"],
                                             "document_front"), 201)
        self.assertEqual((body["step_id"], body["type"]), (one["stepId"], "document_front"))
        want = self.expect_json(flows.wanted(self.server, token, session_id), 200)
        self.assertEqual((want["step"], want["progress"]["done"]), ("selfie", 1))
        two = self.expect_json(flows.submit(self.server, token, session_id, "selfie", {}), 200)
        self.expect(flows.attach(self.server, token, session_id, two["stepId"], "selfie"), 201)
        self.assertIs(self.expect_json(flows.wanted(self.server, token, session_id),
                                       200)["finished"], True)

    def test_C09_bad_data_is_refused(self):
        token, session_id = flows.device_session(self.server)
        for data in ({}, {"document_type": "library_card", "country": "AT"},
                     {"document_type": "passport", "country": "Narnia"},
                     {**flows.PASSPORT, "extra": 1}):
            with self.subTest(data):
                self.expect_problem(flows.submit(self.server, token, session_id, "document",
                                                 data), 400)
        self.expect_problem(flows.submit(self.server, token, session_id, "selfie", {}), 400, 409)
        for country in ("AT", "AUT"):
            token, session_id = flows.device_session(self.server)
            self.expect(flows.submit(self.server, token, session_id, "document", {
                "document_type": "id_card", "country": country}), 200)

    def test_C10_start_session(self):
        body = self.expect_json(flows.begin_workflow(self.server, flows.token_of(self.server)),
                                201)
        self.assertEqual((body["workflowId"], body["status"]), ("identity", 0))
        self.assertEqual(body["id"], body["sessionId"])
        self.assertTrue(body["id"])

    def test_C11_workflow_id(self):
        token = flows.token_of(self.server)
        self.expect_problem(self.server.post("/api/sessions", {}, auth=token), 400)
        self.expect_problem(self.server.post("/api/sessions?workflowId=", {}, auth=token), 400)
        self.expect_problem(flows.begin_workflow(self.server, token, "no_such_workflow"), 404)

    def test_C12_metadata(self):
        metadata = {"externalUserId": "42"}
        token, session_id = flows.device_session(self.server, body={"metadata": metadata})
        whole = self.expect_json(self.read(session_id), 200)
        self.assertIn(metadata, flows.find_values(whole, "metadata"))
        # "Metadata is for the back end: … never with the session's own token."
        self.assertNotIn("externalUserId", self.expect(self.read(session_id, token), 200).text)
        for method in ("PUT", "PATCH", "POST"):
            self.expect(self.server.call(method, f"/api/sessions/{session_id}",
                                         {"metadata": {"externalUserId": "43"}}, auth=token),
                        403, 404, 405)
        whole = self.expect_json(self.read(session_id), 200)
        self.assertIn(metadata, flows.find_values(whole, "metadata"))

    def test_C13_metadata_optional(self):
        token = flows.token_of(self.server)
        path = "/api/sessions?workflowId=identity"
        self.expect(self.server.post(path, {}, auth=token), 201)
        self.expect(self.server.post(path, None, auth=token), 201)
        self.expect(self.server.post(path, {"metadata": {}}, auth=token), 201)
        for bad in ({"metadata": "x"}, {"metadata": 7}, []):
            with self.subTest(bad):
                self.expect_problem(self.server.post(path, bad, auth=token), 400)

    def test_C14_session_belongs_to_the_token(self):
        key = self.server.of("demo", "device")["api_key"]
        self.expect_problem(flows.begin_workflow(self.server, key), 401, 403)
        self.expect_problem(flows.begin_workflow(self.server, None), 401)
        token, session_id = flows.device_session(self.server)
        self.expect(flows.wanted(self.server, token, session_id), 200)
        self.expect_problem(flows.wanted(self.server, key, session_id), 401, 403)

    # --- vendor rows ---
    def test_VC1_create_use_revoke(self):
        for path in ("/api/apikey", "/api/security/apikey"):
            with self.subTest(path):
                made = self.key("ephemeral_device:write", path=path)
                self.expect(self.lend_with(made["token"]), 200)
                self.expect(self.server.call("DELETE", f"{path}/{made['id']}",
                                             auth=self.server.operator_basic()), 204)
                self.expect_problem(self.lend_with(made["token"]), 401)

    def test_VC1_no_ttl_means_no_expiry(self):
        made = self.key("ephemeral_device:write")
        self.server.advance(400 * 86400)
        self.expect(self.lend_with(made["token"]), 200)

    def test_VC1_operator_of_the_organisation_only(self):
        made = self.key("ephemeral_device:write")
        self.expect(self.server.call("DELETE", f"/api/apikey/{made['id']}",
                                     auth=self.server.operator_basic("other")), 403, 404)
        self.expect(self.lend_with(made["token"]), 200)
        body = {"name": "x", "permissions": ["ephemeral_device:write"]}
        for auth in (None, "Basic eDp4", self.server.enrolment_basic()):
            self.expect_problem(self.server.post("/api/apikey", body, auth=auth), 401, 403)

    def test_VC2_schemes(self):
        key, operator = self.server.of("demo", "device")["api_key"], self.server.operator_basic()
        for scheme in ("", "ApiKey ", "Apikey ", "apikey ", "APIKEY "):
            with self.subTest(scheme):
                self.expect(self.lend_with(scheme + key), 200)
        token, session_id = flows.device_session(self.server)
        for scheme in ("", "Token ", "token "):
            with self.subTest(scheme):
                self.expect(flows.wanted(self.server, scheme + token, session_id), 200)
        body = {"name": "x", "permissions": ["session_all:read"]}
        self.expect(self.server.post("/api/apikey", body, auth=operator), 201)
        # Credentials in a query are for URLs that must carry them (/mobile), not for calls.
        self.expect_problem(self.server.post("/api/device/ephemeral?authorization=" + key, {}),
                            401)

    def test_VC4_session_data(self):
        token, session_id = flows.device_session(self.server)
        one = self.expect_json(flows.submit(self.server, token, session_id, "document",
                                            flows.PASSPORT), 200)
        self.expect(flows.attach(self.server, token, session_id, one["stepId"],
                                 "document_front"), 201)
        whole = self.expect_json(self.read(session_id), 200)
        self.assertEqual((whole["id"], whole["status"]), (session_id, 0))
        self.assertIs(type(whole["status"]), int)
        self.assertIn("passport", flows.find_values(whole["properties"], "document_type"))
        self.assertEqual(len(whole["files"]), 1)
        urls = flows.find_values(whole["files"], "url")
        self.assertEqual(len(urls), 1)
        path = urls[0].removeprefix(self.server.base_url)
        reader = self.server.of("demo", "device")["api_key_reader"]
        picture = self.expect(self.server.get(path, auth=reader), 200)
        self.assertTrue(picture.header("content-type").startswith("image/"))
        self.expect(self.server.get(path), 401, 403, 404)
        for auth in (self.server.of("demo", "device")["api_key"],
                     self.server.of("demo", "device")["api_key_without"]):
            self.expect_problem(self.read(session_id, auth), 403)
        foreign = self.server.of("other", "device")["api_key_reader"]
        self.expect_problem(self.read(session_id, foreign), 404)

    def test_VC5_status_codes(self):
        token, session_id = flows.device_session(self.server)
        self.assertEqual(self.expect_json(self.read(session_id), 200)["status"], 0)
        flows.capture_all(self.server, token, session_id, last="selfie")
        self.assertIn(self.expect_json(self.read(session_id), 200)["status"], (1, 2, 4))
        for auth in (token, self.server.of("demo", "device")["api_key"]):
            for method in ("PUT", "PATCH"):
                self.expect(self.server.call(method, f"/api/sessions/{session_id}",
                                             {"status": 3}, auth=auth), 401, 403, 404, 405)
        self.assertIn(self.expect_json(self.read(session_id), 200)["status"], (1, 2, 4))

    def test_VC5_only_an_operator_approves_or_rejects(self):
        # No document names this command's words; `limen session --help` does.
        for verdict, code in (("approve", 3), ("reject", 1000)):
            with self.subTest(verdict):
                token, session_id = flows.device_session(self.server)
                flows.capture_all(self.server, token, session_id, last="selfie")
                self.server.command("session", "review", session_id, "--verdict", verdict,
                                    "--reason", "seen in person")
                self.assertEqual(self.expect_json(self.read(session_id), 200)["status"], code)


class Destroyed(limen.Case):
    """C06 by counting rows in a copy of the store, without knowing its tables."""
    own_server = True
    MANY = 60

    def rows(self):
        """Row count of every table, read from a copy: nobody else opens the live file."""
        counts = {}
        with tempfile.TemporaryDirectory(prefix="limen-e2e-") as folder:
            for path in self.server.data.rglob("*"):
                if path.is_file() and not path.name.endswith("-shm"):
                    with contextlib.suppress(FileNotFoundError):  # a checkpoint may remove it
                        shutil.copy(path, Path(folder) / path.name)
            stores = [path for path in Path(folder).iterdir()
                      if path.read_bytes()[:15] == b"SQLite format 3"]
            for path in stores:
                store = sqlite3.connect(path)
                names = store.execute("select name from sqlite_master where type = 'table'")
                for (name,) in names.fetchall():
                    count = store.execute(f'select count(*) from "{name}"').fetchone()[0]
                    counts[path.name, name] = count
                store.close()
        return counts

    def test_C06_destroyed_on_expiry(self):
        """Tables that grew by a row a token must give them back once the tokens have expired.

        A table that only records what happened (an audit trail) may keep its rows, but then
        another one must have lost its own. A store without a row for a token passes as well.
        """
        before = self.rows()
        self.assertTrue(before, "no SQLite file in the data folder")
        tokens = [flows.token_of(self.server, 2) for _ in range(self.MANY)]
        during = self.rows()
        grown = [t for t, n in during.items() if n - before.get(t, 0) >= self.MANY]
        self.server.advance(3600)
        until = time.monotonic() + 15
        while time.monotonic() < until:
            self.expect(flows.begin_workflow(self.server, tokens[0]), 401)
            after = self.rows()
            if not grown or any(after[t] <= before.get(t, 0) + 1 for t in grown):
                return
            time.sleep(0.1)
        self.fail(f"rows of expired tokens stay: {[(t, after[t]) for t in grown]}")


if __name__ == "__main__":
    unittest.main()
