"""The enrolment door: POST /api/v1/enrolment/initialize and its two tokens (D01-D24, D27, D29).

Its pages are in test_pages.py (D10, D14, D23, D25, D28 as a person meets them), trust factors and
the data API in test_enrolment_data.py. The accessToken is verified by npm jose, not by us.
"""
import base64
import hashlib
import hmac
import json
import unittest
import uuid

import flows
import limen


def part(value):
    raw = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


class Initialize(limen.Case):
    PATH = "/api/v1/enrolment/initialize"

    def begin(self, **fields):
        return self.expect_json(flows.initialize(self.server, **fields), 200)

    def refused(self, field, body):
        """400 in the form of D5.9: type, title, status, errors by field."""
        problem = self.expect_problem(flows.initialize(self.server, body=body), 400)
        self.assertIn(field, str(list(problem["errors"])))
        return problem

    def minimal(self, **more):
        return {"sessionId": str(uuid.uuid4()), "returnUrl": flows.RETURN_URL, **more}

    def test_D01_endpoint(self):
        body = self.begin()
        self.assertLessEqual({"accessToken", "sessionId", "webEnrolmentUrl"}, set(body))
        self.assertTrue(all(isinstance(body[k], str) for k in ("accessToken", "sessionId",
                                                               "webEnrolmentUrl")))

    def test_D02_basic(self):
        held = self.server.of("demo", "enrolment")
        name, word = held["username"], held["password"]
        for auth in (None, limen.basic(name, "wrong"), limen.basic("nobody", word),
                     limen.basic(name, ""), limen.basic(name, word + " "), "Basic", "Basic !!!!",
                     "Bearer " + base64.b64encode(f"{name}:{word}".encode()).decode(),
                     limen.basic(name, self.server.of("other", "enrolment")["password"])):
            with self.subTest(auth):
                answer = self.server.post(self.PATH, self.minimal(), auth=auth)
                self.expect(answer, 401)
                self.assertTrue((answer.header("www-authenticate") or "").startswith("Basic"))
        # A genuine credential of another kind: refused, whether as unknown or as not permitted.
        self.expect(self.server.post(self.PATH, self.minimal(),
                                     auth=self.server.operator_basic()), 401, 403)

    def test_D03_padding(self):
        padded = self.server.enrolment_basic()
        self.assertTrue(padded.endswith("="), "the dev password is chosen to need padding")
        self.expect(flows.initialize(self.server, auth=padded), 200)
        answer = flows.initialize(self.server, auth=padded.rstrip("="))
        self.expect(answer, 401)
        self.assertTrue(answer.header("www-authenticate").startswith("Basic"))

    def test_D04_colon_in_the_password(self):
        held = self.server.of("demo", "enrolment")
        self.assertIn(":", held["password"])
        self.assertNotIn(":", held["username"])
        self.expect(flows.initialize(self.server), 200)

    def test_D05_curl_example(self):
        answer = self.server.post(
            self.PATH, self.minimal(), auth=self.server.enrolment_basic(),
            headers={"accept": "text/plain", "Content-Type": "application/json"})
        self.expect(answer, 200)
        self.assertEqual(answer.header("content-type").split(";")[0], "application/json")
        self.assertIn("accessToken", answer.json())

    def test_D06_full_example(self):
        body = {"sessionId": "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee",
                "returnUrl": flows.RETURN_URL, "externalId": "53421526A",
                "webEnrolmentTheme": "white",
                "applicantForm": {"firstName": "John", "lastName": "Doe",
                                  "additionalNames": "Michael", "dateOfBirth": "2004-07-09",
                                  "skipIntegrityCheck": False}}
        answer = self.expect_json(flows.initialize(self.server, body=body), 200)
        self.assertEqual(answer["sessionId"], body["sessionId"])

    def test_D07_session_id_is_a_guid(self):
        for wrong in ("abc", "", "zzzzzzzz-e5ea-4385-be5b-4fc9f9ea24ee",
                      "ad90c821-e5ea-4385-be5b-4fc9f9ea24e", 5, None, ["x"],
                      "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee "):
            with self.subTest(wrong):
                self.refused("sessionId", self.minimal(sessionId=wrong))
        self.refused("sessionId", {"returnUrl": flows.RETURN_URL})

    def test_D08_session_id_is_unique(self):
        session_id = str(uuid.uuid4())
        first = self.begin(sessionId=session_id, externalId="first-" + session_id)
        for again in (session_id, session_id.upper()):
            self.expect_problem(flows.initialize(self.server, sessionId=again,
                                                 externalId="second"), 409)
        # The first session is untouched: its tokens work, its record says what it said.
        self.expect(flows.wanted(self.server, "Bearer " + first["accessToken"], session_id), 200)
        listed = self.server.get("/api/v1/data/session/list/?externalId=first-" + session_id,
                                 auth=self.server.enrolment_basic())
        self.assertEqual([s["sessionId"] for s in listed.json()["sessions"]], [session_id])
        # "unique per customer"
        self.expect(flows.initialize(self.server, "other", sessionId=session_id), 200)

    def test_D09_echo(self):
        for session_id in (str(uuid.uuid4()), str(uuid.uuid4()).upper()):
            self.assertEqual(self.begin(sessionId=session_id)["sessionId"], session_id)

    def test_D10_return_url(self):
        for wrong in ("", "javascript:alert(1)", "/relative", "//example.com/x", "example.com",
                      "ftp://example.com/", "data:text/html,x", "http://", "https:///path", 7,
                      None, "JaVaScRiPt:alert(1)", "https://exa mple.com/"):
            with self.subTest(wrong):
                self.refused("returnUrl", self.minimal(returnUrl=wrong))
        self.refused("returnUrl", {"sessionId": str(uuid.uuid4())})
        for right in ("https://example.com", "http://example.com/a?b=c#d"):
            self.begin(returnUrl=right)

    def test_D11_external_id_is_optional(self):
        self.begin()
        self.begin(externalId="53421526A")

    def test_D12_external_id_limit(self):
        for name, letter in (("ascii", "a"), ("two bytes", "\u00e9"), ("four bytes",
                                                                       "\U0001f600")):
            with self.subTest(name):
                self.begin(externalId=letter * 512)
                self.refused("externalId", self.minimal(externalId=letter * 513))
        self.refused("externalId", self.minimal(externalId=7))

    def test_D13_filtering(self):
        wanted = "ext-" + uuid.uuid4().hex
        mine = [self.begin(externalId=wanted)["sessionId"] for _ in range(3)]
        self.begin(externalId=wanted + "x")
        self.begin(externalId=wanted.upper())
        flows.accepted(flows.initialize(self.server, "other", externalId=wanted))
        path = "/api/v1/data/session/list/?externalId=" + wanted
        auth = self.server.enrolment_basic()
        body = self.expect_json(self.server.get(path, auth=auth), 200)
        self.assertEqual(sorted(s["sessionId"] for s in body["sessions"]), sorted(mine))
        for listed in body["sessions"]:
            self.assertEqual((listed["externalId"], listed["status"]), (wanted, "PENDING"))
            limen.parse_stamp(listed["createdAt"])
        one = self.expect_json(self.server.get(path + "&limit=2", auth=auth), 200)
        self.assertEqual(len(one["sessions"]), 2)
        rest = self.expect_json(self.server.get(f"{path}&limit=2&cursor={one['next']}",
                                                auth=auth), 200)
        self.assertEqual(sorted(s["sessionId"] for s in one["sessions"] + rest["sessions"]),
                         sorted(mine))
        self.assertFalse(rest["next"])
        self.expect(self.server.get(path), 401)

    def test_D14_unknown_theme(self):
        self.begin(webEnrolmentTheme="white")
        self.refused("webEnrolmentTheme", self.minimal(webEnrolmentTheme="no-such-theme"))

    def test_D15_theme_spelling(self):
        self.begin(WebEnrolmentTheme="white")
        problem = self.expect_problem(flows.initialize(
            self.server, body=self.minimal(WebEnrolmentTheme="no-such-theme")), 400)
        self.assertIn("theme", str(list(problem["errors"])).lower())

    def test_D17_applicant_form_dates(self):
        for wrong in ("2004-13-40", "2004-02-30", "09.07.2004", "2004-7-9", 2004):
            with self.subTest(wrong):
                self.refused("dateOfBirth", self.minimal(applicantForm={
                    "firstName": "John", "lastName": "Doe", "dateOfBirth": wrong}))
        self.begin(applicantForm={"firstName": "John", "lastName": "Doe",
                                  "dateOfBirth": "2004-02-29"})

    def test_D17_applicant_form_types(self):
        for name in ("firstName", "lastName", "additionalNames", "skipIntegrityCheck"):
            with self.subTest(name):
                self.refused(name, self.minimal(applicantForm={
                    "firstName": "John", "lastName": "Doe", name: 7}))
        self.refused("applicantForm", self.minimal(applicantForm="John Doe"))

    def test_D27_valid_json(self):
        answer = flows.initialize(self.server)
        body = limen.strict_json(self.expect(answer, 200).body.decode("utf-8"))
        for name in ("accessToken", "webEnrolmentUrl"):
            self.assertNotRegex(body[name], r"\s")

    def test_D29_broken_bodies(self):
        auth = self.server.enrolment_basic()
        for body in (b"", b"{", b"not json", b"[]", b"7", b"null", b'"x"', b"{}{}",
                     b'{"sessionId":}', b"\xff\xfe"):
            with self.subTest(body):
                self.expect_problem(self.server.post(self.PATH, body, auth=auth), 400)
        # Row D29 says 400 for what is not JSON, the limits table 415 for a wrong media type.
        for kind in ("text/plain", "application/x-www-form-urlencoded"):
            answer = self.server.post(self.PATH, (kind, b"sessionId=x"), auth=auth)
            self.expect_problem(answer, 400, 415)


class Tokens(limen.Case):
    def begin(self, **fields):
        return self.expect_json(flows.initialize(self.server, **fields), 200)

    def signed(self, claims, header=None):
        """An HS256 token made with the key that dev mode publishes for exactly this purpose."""
        text = self.server.get("/dev/keys").json()["enrolment_hs256"]
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        body = f"{part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
        mac = hmac.new(key, body.encode(), hashlib.sha256).digest()
        return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def next_with(self, token, session_id):
        return flows.wanted(self.server, "Bearer " + token, session_id)

    def test_D20_form_of_the_access_token(self):
        session = self.begin()
        head, claims, _ = session["accessToken"].split(".")
        self.assertEqual(decoded(head), '{"alg":"HS256","typ":"JWT"}')
        body = limen.strict_json(decoded(claims))
        self.assertEqual(set(body), {"sessionId", "customer", "nbf", "exp"})
        self.assertEqual((body["sessionId"], body["customer"]),
                         (session["sessionId"], self.server.of("demo", "enrolment")["customer"]))
        self.assertTrue(type(body["nbf"]) is int and type(body["exp"]) is int)

    def test_D20_verified_by_npm_jose(self):
        session = self.begin()
        key = self.server.get("/dev/keys").json()["enrolment_hs256"]
        head, claims, signature = session["accessToken"].split(".")
        changed = ("A" if signature[0] != "A" else "B") + signature[1:]
        verdict = limen.node("verify.mjs", {
            "now": self.server.now() + 1, "hs256": key, "algorithms": ["HS256"],
            "tokens": {"genuine": session["accessToken"],
                       "changed": f"{head}.{claims}.{changed}"}})
        self.assertEqual(verdict["genuine"].get("payload"), limen.strict_json(decoded(claims)))
        self.assertEqual(verdict["changed"].get("error"),
                         "ERR_JWS_SIGNATURE_VERIFICATION_FAILED")

    def test_D21_lifetime(self):
        session = self.begin()
        claims = limen.strict_json(decoded(session["accessToken"].split(".")[1]))
        self.assertEqual(claims["exp"] - claims["nbf"], 3600)
        self.assertLess(abs(claims["nbf"] - self.server.now()), 5)
        self.expect(self.next_with(session["accessToken"], session["sessionId"]), 200)
        self.server.advance(3540)
        self.expect(self.next_with(session["accessToken"], session["sessionId"]), 200)
        self.server.advance(60 + 61)  # one minute of skew is the most anybody may grant
        self.expect(self.next_with(session["accessToken"], session["sessionId"]), 401)

    def test_D21_not_before(self):
        session = self.begin()
        claims = limen.strict_json(decoded(session["accessToken"].split(".")[1]))
        self.expect(self.next_with(self.signed(claims), session["sessionId"]), 200)
        for change in ({"nbf": claims["nbf"] + 600, "exp": claims["exp"] + 600},
                       {"exp": claims["nbf"] - 61}, {"exp": str(claims["exp"])},
                       {"nbf": None}, {"customer": str(uuid.uuid4())},
                       {"sessionId": str(uuid.uuid4())}):
            with self.subTest(change):
                answer = self.next_with(self.signed({**claims, **change}), session["sessionId"])
                self.expect(answer, 401, 403, 404)

    def test_D20_forged_headers(self):
        session = self.begin()
        head, claims, signature = session["accessToken"].split(".")
        body = limen.strict_json(decoded(claims))
        none = part({"alg": "none", "typ": "JWT"})
        for name, tried in {
                "none": f"{none}.{claims}.", "none, signed": f"{none}.{claims}.{signature}",
                "no signature": f"{head}.{claims}.", "padded": session["accessToken"] + "=",
                "HS512 claimed": self.signed(body, {"alg": "HS512", "typ": "JWT"}),
                "crit": self.signed(body, {"alg": "HS256", "typ": "JWT", "crit": ["x"], "x": 1}),
                "garbage": "x.y.z"}.items():
            with self.subTest(name):
                self.expect(self.next_with(tried, session["sessionId"]), 401)

    def test_D22_scope_of_the_access_token(self):
        mine, other = self.begin(), self.begin()
        auth = "Bearer " + mine["accessToken"]
        self.expect(flows.wanted(self.server, auth, mine["sessionId"]), 200)
        self.expect(flows.wanted(self.server, auth, other["sessionId"]), 403, 404)
        self.expect(flows.submit(self.server, auth, other["sessionId"], "document",
                                 flows.PASSPORT), 403, 404)
        for what in ("status", "decision/results", "images"):
            self.expect(flows.data(self.server, mine["sessionId"], what, auth=auth), 401, 403)
        self.expect(self.server.get("/api/v1/data/session/list/", auth=auth), 401, 403)
        self.expect(self.server.post("/v1/user-status", {}, auth=auth), 401)
        self.expect(flows.initialize(self.server, auth=auth), 401)
        self.expect(flows.submit(self.server, auth, mine["sessionId"], "document",
                                 flows.PASSPORT), 200)

    def test_D23_url_is_absolute(self):
        url = self.begin()["webEnrolmentUrl"]
        self.assertTrue(url.startswith(self.server.base_url + "/web-enrolment/?token="), url)

    def test_D24_reference_token_is_no_access_token(self):
        session = self.begin()
        reference = session["webEnrolmentUrl"].split("token=")[1].split("&")[0]
        self.assertNotEqual(reference, session["accessToken"])
        for scheme in ("Bearer ", "Token ", ""):
            with self.subTest(scheme):
                self.expect(flows.wanted(self.server, scheme + reference, session["sessionId"]),
                            401, 403)
        # "and the other way round"
        answer = self.server.get("/web-enrolment/?token=" + session["accessToken"])
        self.expect(answer, 404)


if __name__ == "__main__":
    unittest.main()
