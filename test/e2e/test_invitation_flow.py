"""The invitation door, second half: opening, consent and user-status (A25-A28, A30, VA1-VA10).

A person here is whoever holds the code and the e-mail address. The records an organisation sees of
its invitations are read at /operator/v1/invitations. No page of a browser is opened here.
"""
import unittest
import uuid

import flows
import limen

DAY = 86400


class Flow(limen.Case):
    def total(self, filters, org="demo"):
        body = self.expect_json(flows.people(self.server, {"filters": filters}, org), 200)
        self.assertEqual(set(body), {"data", "pagination"})
        self.assertLessEqual({"limit", "offset", "total"}, set(body["pagination"]))
        self.assertLessEqual(len(body["data"]), body["pagination"]["total"])
        return body["pagination"]["total"]

    def records(self, org="demo", **filters):
        return self.expect_json(flows.people(self.server, {"filters": filters}, org), 200)["data"]

    def connect(self, code, email):
        return flows.connect(self.server, code, email)

    def one_face(self, *answers):
        """All the same 404 to the byte, but for the moment it was said and the request's id."""
        faces = []
        for answer in answers:
            body = self.expect_json(answer, 404)
            body.pop("timestamp", None)
            headers = [(k, len(v) if k.lower() in ("date", "x-request-id") else v)
                       for k, v in answer.headers]
            faces.append((body, len(answer.body), headers))
        for face in faces[1:]:
            self.assertEqual(face, faces[0])

    # --- lifetime ---
    def test_A25_one_second_before_the_end(self):
        def attempt():
            email = limen.fresh_email()
            code = flows.code_of(self.server, email)
            self.server.advance(14 * DAY - 1)
            answer = self.connect(code, email)
            return lambda: self.expect(answer, 201)
        self.punctual(attempt)

    def test_A25_past_the_end(self):
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        self.expect(self.connect(code, email), 201)
        self.server.advance(14 * DAY)
        self.expect(self.connect(code, email), 404)

    def test_VA3_fourteen_days(self):
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        for day in range(1, 14):
            self.server.advance(DAY)
            if day in (1, 7, 13):
                self.expect(self.connect(code, email), 201)
        self.server.advance(DAY)
        self.expect(self.connect(code, email), 404)

    # --- opening ---
    def test_opening_is_repeatable_with_a_fresh_token(self):
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        answers = [self.expect_json(self.connect(code, email), 201) for _ in range(3)]
        for body in answers:
            self.assertLessEqual({"connection_id", "connection_token", "organisation",
                                  "expires_at"}, set(body))
            limen.parse_stamp(body["expires_at"])
        self.assertEqual(len({a["connection_id"] for a in answers}), 1)
        self.assertEqual(len({a["connection_token"] for a in answers}), 3)

    def test_the_code_forgives_case_spaces_and_hyphens(self):
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        for spelling in (code.lower(), " ".join(code), f" {code[:3]}-{code[3:]} ",
                         code.replace("-", "")):
            with self.subTest(spelling):
                self.expect(self.connect(spelling, email), 201)
        self.expect(self.connect(code, email.upper()), 201)

    def test_wrong_expired_used_and_foreign_look_alike(self):
        email, used, old = (limen.fresh_email() for _ in range(3))
        old_code = flows.code_of(self.server, old)
        self.server.advance(14 * DAY + 1)
        code = flows.code_of(self.server, email)
        used_code = flows.code_of(self.server, used)
        opened = flows.accepted(self.connect(used_code, used), 201)
        self.expect(flows.consent(self.server, opened), 200)
        changed = code[:-1] + ("A" if code[-1] != "A" else "B")
        self.one_face(self.connect("NO-SUCH-CODE", email), self.connect(changed, email),
                      self.connect(code, limen.fresh_email()), self.connect(old_code, old),
                      self.connect(used_code, used), self.connect(used_code, email),
                      self.connect(code, "nobody@example.com"),
                      self.connect(flows.code_of(self.server, email, org="other"), used))
        self.expect(self.connect(code, email), 201)

    def test_wrong_guesses_lock_one_code_and_no_other(self):
        """"Locks nobody out, except for wrong guesses at one onboarding code"; at most 10 count.
        A guess is a wrong code for an invited address: that an address guessed for a
        right code counts too is not said, since a code need not be found without its address."""
        email, other = limen.fresh_email(), limen.fresh_email()
        code, free = (flows.code_of(self.server, e) for e in (email, other))
        letters = "ABCDEFGHJKMNP".replace(code[-1], "")
        guesses = [self.connect(code[:-1] + letters[i], email) for i in range(11)]
        self.one_face(*guesses, self.connect(code, email))
        self.expect(self.connect(free, other), 201)

    def test_consent_needs_its_own_token(self):
        one, two = (flows.accepted(self.connect(flows.code_of(self.server, e), e), 201)
                    for e in (limen.fresh_email(), limen.fresh_email()))
        path = f"/v1/connections/{one['connection_id']}/consent"
        agreed = {"data_sharing_agreed": True}
        for auth in (None, "Bearer x", "Bearer " + two["connection_token"],
                     self.server.bearer()):
            with self.subTest(auth):
                self.expect(self.server.post(path, agreed, auth=auth), 401, 403, 404)
        auth = "Bearer " + one["connection_token"]
        for body in ({}, {"data_sharing_agreed": "yes"}, {"data_sharing_agreed": 1}):
            with self.subTest(body):
                self.expect(self.server.post(path, body, auth=auth), 400)
        self.expect(self.server.post(path, agreed, auth=auth), 200)

    # --- consent ---
    def test_A26_token_is_not_consent(self):
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        self.assertEqual(self.total({"email": email}), 0)
        self.expect(self.connect(code, email), 201)
        self.assertEqual(self.total({"email": email}), 0)
        self.assertEqual(self.records(email=email), [])

    def test_A27_explicit_consent_and_withdrawal(self):
        email = limen.fresh_email()
        connection = flows.accepted(self.connect(flows.code_of(self.server, email), email), 201)
        answer = flows.consent(self.server, connection)
        self.assertEqual(self.expect_json(answer, 200)["connection_status"], "connected")
        found = self.records(email=email)
        self.assertEqual([(p["email"], p["first_name"], p["last_name"]) for p in found],
                         [(email, "John", "Smith")])
        self.assertIs(found[0]["data_sharing_agreed"], True)
        answer = flows.consent(self.server, connection, False)
        self.assertEqual(self.expect_json(answer, 200)["connection_status"], "withdrawn")
        self.assertEqual(self.total({"email": email}), 0)

    def test_who_asks_the_organisation_to_be_forgotten_is(self):
        email = limen.fresh_email()
        connection = flows.join(self.server, email)
        person = connection["connection_id"]
        path = f"/operator/v1/people/{person}"
        foreign = self.server.call("DELETE", path, auth=self.server.operator_basic("other"))
        self.expect(foreign, 404)
        self.assertEqual(self.total({"email": email}), 1)
        self.server.command("person", "erase", person, "--as", "demo")
        self.assertEqual(self.total({"email": email}), 0)
        self.expect(flows.consent(self.server, connection), 401)
        self.expect(self.server.call("DELETE", path, auth=self.server.operator_basic()), 404)
        told = self.server.command("invitation", "list", "--as", "demo")
        self.assertNotIn(email, str(told))
        # Nothing is left that would speak against another invitation, nor of that one.
        flows.code_of(self.server, email)
        found = self.server.command("invitation", "list", "--as", "demo", "--email", email)
        self.server.command("person", "erase", found["items"][0]["id"], "--as", "demo")
        told = self.server.command("invitation", "list", "--as", "demo")
        self.assertNotIn(email, str(told))
        flows.join(self.server, email)
        self.assertEqual(self.total({"email": email}), 1)

    def test_A27_refusing_discloses_nothing(self):
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        connection = flows.accepted(self.connect(code, email), 201)
        self.expect(flows.consent(self.server, connection, False), 200)
        self.assertEqual(self.total({"email": email}), 0)
        self.expect(self.connect(code, email), 404)  # decided, so the code is used up

    def test_A28_connection_to_the_issuer_only(self):
        email = limen.fresh_email()
        flows.join(self.server, email)
        self.assertEqual(self.total({"email": email}), 1)
        self.assertEqual(self.total({"email": email}, "other"), 0)
        self.assertEqual(self.records("other", email=email), [])

    def test_A30_walkthrough(self):
        email = limen.fresh_email("walk")
        code = flows.code_of(self.server, email, "John", "Doe")
        letter = self.server.wait_mails(email)[0]
        self.assertIn(code, letter["text"])
        connection = flows.accepted(self.connect(code, email), 201)
        self.expect(flows.consent(self.server, connection), 200)
        self.assertEqual([p["last_name"] for p in self.records(email=email)], ["Doe"])

    # --- the token endpoint's vendor rows; the rest of OAuth is in test_oauth.py ---
    def token(self, path="/v1/oauth/token", **changed):
        body = {**self.server.of("demo", "oauth"), "grant_type": "client_credentials", **changed}
        return self.server.post(path, body)

    def test_VA1_token_endpoint(self):
        body = self.expect_json(self.token(), 200)
        self.assertEqual((body["token_type"], body["expires_in"]), ("Bearer", 3600))
        self.assertIs(type(body["expires_in"]), int)
        self.assertEqual(body["access_token"].count("."), 2)
        self.expect(self.token(client_secret="wrong"), 401)
        self.expect(self.token(client_id=str(uuid.uuid4())), 401)
        self.expect(self.token(grant_type="password"), 400)

    def test_VA2_alias_and_scope(self):
        for path in ("/v1/oauth/token", "/oauth2/token"):
            with self.subTest(path):
                body = self.expect_json(self.token(path), 200)
                self.assertEqual(set(body["scope"].split()),
                                 {"onboarding:write", "user-status:read"})
                self.assertEqual((body["token_type"], body["expires_in"]), ("Bearer", 3600))

    # --- states and records ---
    def record_of(self, email, org="demo"):
        """The organisation's record of the invitation to this address, None without one.

        No document gives this list's path or members; /operator/v1/ is the operator's surface, so
        the state is looked for in a member `state` or `status`, in any case.
        """
        path = "/operator/v1/invitations?limit=100"
        for _ in range(200):
            body = self.expect_json(self.server.get(path, auth=self.server.operator_basic(org)),
                                    200)
            for item in next(v for v in body.values() if isinstance(v, list)):
                if email in str(item):
                    return str(item.get("state", item.get("status"))).lower()
            if not body.get("next"):
                return None
            path = f"/operator/v1/invitations?limit=100&cursor={body['next']}"
        raise AssertionError("the list does not end")

    def test_VA4_states(self):
        email, late = limen.fresh_email(), limen.fresh_email()
        code, late_code = (flows.code_of(self.server, e) for e in (email, late))
        self.assertEqual(self.record_of(email), "issued")
        connection = flows.accepted(self.connect(code, email), 201)
        self.assertEqual(self.record_of(email), "issued")
        self.expect(flows.consent(self.server, connection), 200)
        self.assertEqual(self.record_of(email), "used")
        self.assertEqual(self.record_of(late), "issued")
        self.server.advance(14 * DAY + 1)
        self.assertEqual(self.record_of(late), "expired")
        self.assertEqual(self.record_of(email), "used")
        for code, holder in ((code, email), (late_code, late)):
            self.expect(self.connect(code, holder), 404)

    def test_VA4_used_never_returns_to_issued(self):
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        connection = flows.accepted(self.connect(code, email), 201)
        self.expect(flows.consent(self.server, connection), 200)
        self.expect(flows.consent(self.server, connection, False), 200)
        self.expect(self.connect(code, email), 404)
        self.assertEqual(self.record_of(email), "used")

    def test_VA5_record_for_its_organisation_only(self):
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        self.assertIsNotNone(self.record_of(email))
        self.assertIsNone(self.record_of(email, "other"))
        listed = self.server.get("/operator/v1/invitations?limit=100",
                                 auth=self.server.operator_basic())
        self.assertNotIn(code, listed.text)  # secrets are seen once
        self.expect(self.server.get("/operator/v1/invitations"), 401)


if __name__ == "__main__":
    unittest.main()
