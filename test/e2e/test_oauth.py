"""OAuth: the token endpoint line by line (trust 1.1 A1-A12), metadata, keys, introspection.

The lines' own numbers are written OA1-OA12 in the test names, because A01-A12 are rows of the
contract. Access tokens are verified by npm jose against the published key set. Timing (A4) and
sender-constrained tokens (A13-A16) are not tested here.
"""
import base64
import re
import unittest
import urllib.parse
import uuid

import flows
import limen

PATH = "/oauth2/token"


class Endpoint(limen.Case):
    def setUp(self):
        self.held = self.server.of("demo", "oauth")

    def form(self, pairs, auth=None, path=PATH):
        body = pairs if isinstance(pairs, bytes) else urllib.parse.urlencode(pairs).encode()
        return self.server.post(path, ("application/x-www-form-urlencoded", body), auth=auth)

    def pairs(self, **changed):
        whole = {"grant_type": "client_credentials", **self.held, **changed}
        return [(k, v) for k, v in whole.items() if v is not None]

    def expect_error(self, answer, status, error):
        body = self.expect_json(answer, status)
        self.assertEqual(body["error"], error, repr(answer))
        return body

    def test_OA1_post_only(self):
        # Under s1's routes a wrong method is the six-key 404, elsewhere 405 with Allow; whether
        # the token endpoint is "under s1's routes" is not said, so both are taken.
        for path in (PATH, "/v1/oauth/token"):
            answer = self.server.get(path)
            self.expect(answer, 404, 405)
            if answer.status == 405:
                self.assertIn("POST", answer.header("allow"))

    def test_OA1_query_credentials(self):
        query = urllib.parse.urlencode(self.pairs())
        for path in (f"{PATH}?{query}", f"/v1/oauth/token?{query}"):
            self.expect(self.form([], path=path), 400, 401)
            self.expect(self.form([("grant_type", "client_credentials")], path=path), 400, 401)
        self.assertNotIn(self.held["client_secret"], self.server.log())

    def test_OA2_parameters(self):
        for name in ("grant_type", "client_id", "client_secret"):
            with self.subTest(name):
                doubled = self.pairs() + [(name, dict(self.pairs())[name])]
                self.expect_error(self.form(doubled), 400, "invalid_request")
        self.expect_error(self.form(self.pairs() + [("scope", "user-status:read")] * 2), 400,
                          "invalid_request")
        self.expect(self.form(self.pairs() + [("scope", "")]), 200)  # empty is absent
        self.expect(self.form(self.pairs() + [("colour", "red")]), 200)  # unknown is ignored
        self.expect_error(self.form(self.pairs(grant_type=None)), 400, "invalid_request")
        self.expect_error(self.form(self.pairs(grant_type="")), 400, "invalid_request")
        self.expect_error(self.form(b"grant_type=client_credentials&client_id=%ff&x=%"), 400,
                          "invalid_request")

    def test_OA2_json_duplicates(self):
        body = (b'{"grant_type":"client_credentials","grant_type":"client_credentials",'
                b'"client_id":"x","client_secret":"y"}')
        self.expect(self.server.post("/v1/oauth/token", body), 400)

    def test_OA3_one_method(self):
        name, secret = self.held["client_id"], self.held["client_secret"]
        auth = limen.basic(name, secret)
        only = [("grant_type", "client_credentials")]
        self.expect(self.form(only, auth), 200)
        self.expect_error(self.form(self.pairs(), auth), 400, "invalid_request")
        encoded = limen.basic("".join(f"%{ord(c):02X}" for c in name), secret)
        self.expect(self.form(only, encoded), 200)  # percent-decoded before it is compared
        self.expect_error(self.form(only), 401, "invalid_client")

    def test_OA4_bad_client(self):
        only = [("grant_type", "client_credentials")]
        wrong = self.form(self.pairs(client_secret="wrong"))
        unknown = self.form(self.pairs(client_id=str(uuid.uuid4())))
        self.expect_error(wrong, 401, "invalid_client")
        self.assertEqual((unknown.status, unknown.body), (wrong.status, wrong.body))
        for auth in (limen.basic(self.held["client_id"], "wrong"), limen.basic("x:y", "z"),
                     limen.basic("%zz", "z"), "Basic !!!"):
            answer = self.form(only, auth)
            self.expect(answer, 401, 400)
            if answer.status == 401:
                self.assertTrue(answer.header("www-authenticate").startswith("Basic"))

    def test_OA5_success(self):
        answer = self.form(self.pairs())
        body = self.expect_json(answer, 200)
        self.assertIn("no-store", answer.header("cache-control"))
        self.assertEqual((body["token_type"], body["expires_in"]), ("Bearer", 3600))

    def test_OA5_scope(self):
        body = self.expect_json(self.form(self.pairs(scope="user-status:read")), 200)
        self.assertEqual(body["scope"], "user-status:read")
        auth = "Bearer " + body["access_token"]
        self.expect(self.server.post("/v1/user-status", {}, auth=auth), 200)
        self.expect(self.server.post("/v1/onboarding-token", {}, auth=auth), 403)
        self.expect_error(self.form(self.pairs(scope="no:such")), 400, "invalid_scope")
        reader = self.server.of("demo", "oauth_readonly")
        self.expect_error(self.form(self.pairs(**reader, scope="onboarding:write")), 400,
                          "invalid_scope")

    def test_OA6_grant_types(self):
        for grant in ("password", "implicit", "authorization_code", "refresh_token", "x"):
            with self.subTest(grant):
                self.expect_error(self.form(self.pairs(grant_type=grant)), 400,
                                  "unsupported_grant_type")

    def test_OA7_clean_errors(self):
        for evil in ('x"\r\nSet-Cookie: a=b', "\u00e9\u2028", "\\", "\0"):
            for changed in ({"grant_type": evil}, {"scope": evil}, {"client_id": evil}):
                with self.subTest(changed):
                    answer = self.form(self.pairs(**changed))
                    self.expect(answer, 400, 401)
                    told = answer.json().get("error_description", "")
                    self.assertRegex(told, r"^[\x20-\x21\x23-\x5b\x5d-\x7e]*$")
                    self.assertIsNone(answer.header("set-cookie"))
                    challenge = answer.header("www-authenticate") or ""
                    self.assertTrue(challenge.isascii() and challenge.isprintable())

    def test_OA8_bearer(self):
        path, token = "/v1/user-status", self.server.bearer().split()[1]
        answer = self.server.post(path, {})
        self.expect(answer, 401)
        challenge = answer.header("www-authenticate")
        self.assertTrue(challenge.startswith("Bearer") and "error" not in challenge, challenge)
        answer = self.server.post(path, {}, auth="Bearer x.y.z")
        self.expect(answer, 401)
        self.assertIn('error="invalid_token"', answer.header("www-authenticate"))
        answer = self.server.post("/v1/onboarding-token", {},
                                  auth=self.server.bearer(door="oauth_readonly"))
        self.expect(answer, 403)
        self.assertIn('error="insufficient_scope"', answer.header("www-authenticate"))

    def test_OA8_two_transports(self):
        path, bearer = "/v1/user-status", self.server.bearer()
        query = "?access_token=" + bearer.split()[1]
        self.expect(self.server.post(path + query, {}, auth=bearer), 400)
        self.expect(self.server.post(path + query, {}), 400, 401)
        self.assertNotIn(bearer.split()[1], self.server.log())


class Tokens(limen.Case):
    def metadata(self):
        return self.expect_json(self.server.get("/.well-known/oauth-authorization-server"), 200)

    def place(self, name):
        url = self.metadata()[name]
        self.assertTrue(url.startswith(self.server.base_url + "/"), url)
        return url.removeprefix(self.server.base_url)

    def ask(self, endpoint, token, org="demo", auth=None):
        held = self.server.of(org, "oauth")
        body = urllib.parse.urlencode({"token": token}).encode()
        return self.server.post(self.place(endpoint), ("application/x-www-form-urlencoded", body),
                                auth=auth or limen.basic(held["client_id"],
                                                         held["client_secret"]))

    def fresh(self, org="demo", door="oauth"):
        answer = self.server.post("/v1/oauth/token", {**self.server.of(org, door),
                                                      "grant_type": "client_credentials"})
        return self.expect_json(answer, 200)["access_token"]

    def test_OA11_metadata_lists_only_what_works(self):
        found = self.metadata()
        self.assertEqual(found["issuer"], self.server.base_url)
        self.assertEqual(found["grant_types_supported"], ["client_credentials"])
        self.assertLessEqual({"onboarding:write", "user-status:read"},
                             set(found.get("scopes_supported", ["onboarding:write",
                                                                "user-status:read"])))
        token_place = self.place("token_endpoint")
        held = self.server.of("demo", "oauth")
        form = {"grant_type": "client_credentials"}
        ways = {"client_secret_basic": (limen.basic(held["client_id"], held["client_secret"]),
                                        form),
                "client_secret_post": (None, {**form, **held})}
        for way in found["token_endpoint_auth_methods_supported"]:
            with self.subTest(way):
                auth, pairs = ways[way]
                body = urllib.parse.urlencode(pairs).encode()
                self.expect(self.server.post(token_place, (
                    "application/x-www-form-urlencoded", body), auth=auth), 200)

    def test_OA12_key_set_is_public(self):
        body = self.expect_json(self.server.get(self.place("jwks_uri")), 200)
        self.assertTrue(body["keys"])
        for key in body["keys"]:
            self.assertFalse({"d", "p", "q", "k", "dp", "dq", "qi"} & set(key))
        self.assertTrue(any((k["kty"], k.get("crv")) == ("EC", "P-256") for k in body["keys"]))

    def test_OA12_verified_by_npm_jose(self):
        token, found = self.fresh(), self.metadata()
        jwks = self.server.get(self.place("jwks_uri")).json()
        head, claims, signature = token.split(".")
        changed = ("A" if signature[5] != "A" else "B")
        verdict = limen.node("verify.mjs", {
            "now": self.server.now() + 1, "jwks": jwks, "algorithms": ["ES256"],
            "typ": "at+jwt", "issuer": found["issuer"],
            "tokens": {"genuine": token, "changed": ".".join(
                (head, claims, signature[:5] + changed + signature[6:]))}})
        payload = verdict["genuine"].get("payload")
        self.assertIsNotNone(payload, verdict)
        self.assertLessEqual({"iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope"},
                             set(payload))
        self.assertEqual(payload["client_id"], self.server.of("demo", "oauth")["client_id"])
        self.assertEqual(payload["exp"] - payload["iat"], 3600)
        self.assertEqual(set(payload["scope"].split()), {"onboarding:write", "user-status:read"})
        self.assertEqual(verdict["genuine"]["header"]["alg"], "ES256")
        self.assertIn("error", verdict["changed"])

    def test_OA12_jti_is_unique(self):
        tokens = {self.fresh() for _ in range(5)}
        jtis = {limen.strict_json(base64.urlsafe_b64decode(t.split(".")[1] + "==="))["jti"]
                for t in tokens}
        self.assertEqual(len(jtis), 5)

    def test_OA9_revocation(self):
        token = self.fresh()
        auth = "Bearer " + token
        self.expect(self.server.post("/v1/user-status", {}, auth=auth), 200)
        self.expect(self.ask("revocation_endpoint", "unknown"), 200)
        self.ask("revocation_endpoint", token, "other")  # only the owner can revoke
        self.expect(self.server.post("/v1/user-status", {}, auth=auth), 200)
        self.expect(self.ask("revocation_endpoint", token), 200)
        self.expect(self.server.post("/v1/user-status", {}, auth=auth), 401)
        self.assertEqual(self.ask("introspection_endpoint", token).json(), {"active": False})
        self.expect(self.ask("revocation_endpoint", token, auth="Basic eDp4"), 401)

    def test_OA10_introspection(self):
        token = self.fresh()
        body = self.expect_json(self.ask("introspection_endpoint", token), 200)
        self.assertIs(body["active"], True)
        self.assertEqual(body["client_id"], self.server.of("demo", "oauth")["client_id"])
        self.expect(self.ask("introspection_endpoint", token, auth="Basic eDp4"), 401)
        expired = self.fresh()
        self.server.advance(3600 + 61)
        foreign = self.fresh("other")
        for name, dead in (("unknown", "x"), ("expired", expired), ("foreign", foreign),
                           ("malformed", "a.b.c"), ("empty signature", token.rsplit(".")[0])):
            with self.subTest(name):
                body = self.expect_json(self.ask("introspection_endpoint", dead), 200)
                self.assertEqual(body, {"active": False})

    def test_token_classes_are_mutually_unusable(self):
        # trust J6 for the classes this door can meet.
        session = flows.accepted(flows.initialize(self.server))
        for foreign in (session["accessToken"], flows.token_of(self.server),
                        self.server.of("demo", "device")["api_key"]):
            self.expect(self.server.post("/v1/user-status", {}, auth="Bearer " + foreign), 401)
        for auth in (self.fresh(), "Token " + self.fresh(), "ApiKey " + self.fresh()):
            self.expect(self.server.post("/api/device/ephemeral", {}, auth=auth), 401)

    def test_bearer_scheme_has_no_case(self):
        token = self.fresh()
        for scheme in ("Bearer", "bearer", "BEARER"):
            self.expect(self.server.post("/v1/user-status", {}, auth=f"{scheme} {token}"), 200)
        self.assertTrue(re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token))


if __name__ == "__main__":
    unittest.main()
