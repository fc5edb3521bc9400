"""JSON is judged alike (H13): the same bytes get the same verdict at every route that reads JSON.

The routes come from docs/wire, which tools/tidy.py holds to name every route of the code; one that
stands neither in READS nor in OTHER fails the first test here. What a door says in words is its
own; whether the body was read is not. The bytes of each case are also in test/wire/json.txt.
"""
import re
import unittest
import uuid

import engine as engines
import flows
import limen
import pages
from test_console import ConsoleCase

ROUTE = re.compile(r"`(POST|PUT|PATCH|DELETE) (/[^\s`?<]*)")

# Not one byte of these is JSON to us: (method, path) -> why.
FORM, PARTS, UNREAD = "a form", "multipart", "the body is not read"
OTHER = {
    ("POST", "/steps/{step_id}/upload"): PARTS, ("POST", "/v1/steps/{step_id}/upload"): PARTS,
    ("POST", "/api/sessions/{session_id}/steps/{step_id}/files"): PARTS,
    ("POST", "/invite"): FORM, ("POST", "/invite/consent"): FORM, ("POST", "/mobile"): FORM,
    ("POST", "/web-enrolment"): FORM, ("POST", "/web-enrolment/"): FORM,
    ("POST", "/go/{id}"): FORM, ("POST", "/go/{id}/hand-over"): FORM,
    ("POST", "/go/{id}/take-over"): FORM, ("POST", "/continue"): FORM,
    ("POST", "/go/{id}/here"): UNREAD,
    ("PATCH", "/go/{id}/uploads/{upload}"): PARTS,
    ("POST", "/operator/v1/invitations/{id}/resend"): UNREAD,
    ("POST", "/operator/v1/outbox/{id}/retry"): UNREAD,
    ("POST", "/operator/v1/notices/{id}/retry"): UNREAD,
    ("POST", "/operator/v1/staff/{id}/link"): UNREAD,
    ("POST", "/operator/v1/invitations/import"): PARTS,
    ("PUT", "/operator/v1/themes/{name}/logo"): PARTS,
    ("POST", "/operator/v1/backups"): UNREAD, ("POST", "/operator/v1/signing-keys"): UNREAD,
    ("POST", "/operator/v1/receipt-keys"): UNREAD,
}


def documented():
    """Every route of docs/wire that may have a body."""
    pages = (limen.ROOT / "docs/wire").glob("*.md")
    found = {pair for page in pages for pair in ROUTE.findall(page.read_text(encoding="utf-8"))}
    return {(method, path) for method, path in found if method != "DELETE"}


BROKEN = {
    "duplicate": b'{"a":"1","a":"1"}', "escaped duplicate": b'{"a":"1","\\u0061":"1"}',
    "nested duplicate": b'{"x":{"b":1,"b":2}}', "duplicate in an array": b'{"x":[{"b":1,"b":2}]}',
    "mark": b"\xef\xbb\xbf{}", "NUL": b'{"a":"\0"}', "escaped NUL": b'{"a":"\\u0000"}',
    "NUL in a name": b'{"\\u0000":"1"}', "NUL behind": b'{}\0',
    "lone high": b'{"a":"\\ud800"}', "lone low": b'{"a":"\\udc00x"}',
    "swapped": b'{"a":"\\ude00\\ud83d"}', "invalid UTF-8": b'{"a":"\xff"}',
    "overlong": b'{"a":"\xc0\xaf"}', "UTF-8 surrogate": b'{"a":"\xed\xa0\x80"}',
    "beyond Unicode": b'{"a":"\xf4\x90\x80\x80"}', "UTF-16": '{"a":"b"}'.encode("utf-16"),
    "trailing": b"{}x", "two": b"{}{}", "comma": b'{"a":"1",}', "comment": b'{"a":"1"}//x',
    "control": b'{"a":"\n"}', "single quotes": b"{'a':'1'}", "NaN": b'{"a":NaN}',
    "leading zero": b'{"a":01}', "out of range": b'{"a":1e400}',
    "400 digits": b'{"a":' + b"1" * 400 + b"}", "depth 33": b'{"a":' + b"[" * 32 + b"]" * 32 + b"}",
    "depth 20000": b'{"a":' + b"[" * 20000, "cut": b'{"a":', "blank": b" ",
    "unknown escape": b'{"a":"\\x41"}', "a form": b"a=1&b=2",
}
NO_OBJECT = {"array": b"[]", "text": b'"a"', "null": b"null", "number": b"1", "true": b"true"}
# Read everywhere, whatever a door then thinks of its members.
ODD = {
    "blanks around": b' \t\r\n{ "odd" : "x" } \n', "escaped name": b'{"\\u006fdd":"x"}',
    "beyond ASCII": '{"odd":"é😀"}'.encode(), "a surrogate pair": b'{"odd":"\\ud83d\\ude00"}',
    "every escape": b'{"odd":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041"}', "empty name": b'{"":"x"}',
    "names apart by case": b'{"odd":"x","Odd":"x","ODD":"x"}',
    "no character": b'{"odd":"\xef\xbf\xbe"}',
}
TYPED = {"depth 32": b'{"odd":' + b"[" * 31 + b"]" * 31 + b"}", "tiny": b'{"odd":1e-400}',
         "large": b'{"odd":1.7976931348623157e308}', "64 bits": b'{"odd":18446744073709551615}',
         "minus zero": b'{"odd":-0}'}


# What a page of ours sends along; calls of back ends need none of it.
OURS = {"X-Limen-Console": "1", "Sec-Fetch-Site": "same-origin"}


# An engine's result may not be so long: there it is refused for that.
LONG = {("POST", "/engine/v1/checks/{id}"): ("depth 20000",)}


class Alike(ConsoleCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = engines.Engine(lambda *_: (202, {}, ""))  # it never says what it sees
        cls.server = limen.Server()
        cls.server.options = ["--engine", str(cls.engine.settings(cls.server.home))]
        cls.server.start()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.engine.stop()

    def of_sessions(self):
        """Of places(), those for somebody signed in at the console, for a person at a page, and for
        an engine that was asked."""
        owner = self.sign_in()
        desktop, _ = pages.desktop(self.server)
        journey = re.match("/go/[^/?]+", desktop.path)[0]
        check = self.engine.wait_calls(1)[0].check
        console = {"Cookie": "; ".join(f"{k}={v}" for k, v in owner.cookies.items())}
        page = {"Cookie": desktop.cookie_header()}
        return {
            ("POST", "/operator/v1/session/confirm"): (None, lambda _: console),
            ("PATCH", "/operator/v1/staff/{id}"):
                (f"/operator/v1/staff/{uuid.uuid4()}", lambda _: console),
            ("POST", "/operator/v1/keys/{id}/rotate"):
                (f"/operator/v1/keys/{uuid.uuid4()}/rotate", lambda _: console),
            ("POST", "/operator/v1/invitations/export"): (None, lambda _: console),
            ("POST", "/go/{id}/uploads"): (journey + "/uploads", lambda _: page),
            ("POST", "/engine/v1/checks/{id}"):
                (f"/engine/v1/checks/{check}",
                 lambda body: self.engine.signed(body, self.server.now())),
        }

    def places(self):
        """(method, path of the documents) -> (path to call, who calls) for all that read JSON.

        Each stands where its body is the next thing to be judged: whoever asks may ask. Who calls
        is an Authorization, or a function that gives the headers for a body.
        """
        server = self.server
        operator, installed = server.operator_basic(), self.installation()
        key = server.of("demo", "device")["api_key"]
        token, device_session = flows.device_session(server)
        email = limen.fresh_email()
        connection = flows.accepted(flows.connect(server, flows.code_of(server, email), email), 201)
        reviewed = flows.enrolled(server)
        found = {
            ("POST", "/v1/onboarding-token"): (None, server.bearer()),
            ("POST", "/v1/user-status"): (None, server.bearer()),
            ("POST", "/v1/connections"): (None, None),
            ("POST", "/v1/connections/{connection_id}/consent"):
                (f"/v1/connections/{connection['connection_id']}/consent",
                 "Bearer " + connection["connection_token"]),
            ("POST", "/api/device/ephemeral"): (None, key),
            ("POST", "/api/sessions"): ("/api/sessions?workflowId=identity", token),
            ("POST", "/api/sessions/{session_id}/steps"):
                (f"/api/sessions/{device_session}/steps", token),
            ("POST", "/api/apikey"): (None, operator),
            ("POST", "/api/security/apikey"): (None, operator),
            ("POST", "/api/v1/enrolment/initialize"): (None, server.enrolment_basic()),
            ("POST", "/operator/v1/organisations"): (None, installed),
            ("PATCH", "/operator/v1/organisations/{handle}"):
                ("/operator/v1/organisations/demo", installed),
            ("POST", "/operator/v1/clients"): (None, operator),
            ("POST", "/operator/v1/keys"): (None, operator),
            ("POST", "/operator/v1/invitations"): (None, operator),
            ("POST", "/operator/v1/sessions/{id}/review"):
                (f"/operator/v1/sessions/{reviewed}/review", operator),
            ("POST", "/operator/v1/sessions/{id}/decide"):
                (f"/operator/v1/sessions/{reviewed}/decide", operator),
            ("POST", "/operator/v1/decide"): (None, operator),
            ("POST", "/operator/v1/session"): (None, None),
            ("POST", "/operator/v1/session/code"): (None, None),
            ("POST", "/operator/v1/sign-up"): (None, None),
            ("POST", "/operator/v1/sign-up/finish"): (None, None),
            ("POST", "/operator/v1/staff"): (None, operator),
            ("PUT", "/operator/v1/themes/{name}"): ("/operator/v1/themes/odd", operator),
            ("POST", "/operator/v1/themes/check"): (None, operator),
            ("POST", "/operator/v1/webhooks"): (None, operator),
            ("PATCH", "/operator/v1/webhooks/{id}"):
                (f"/operator/v1/webhooks/{uuid.uuid4()}", operator),
            ("POST", "/operator/v1/webhooks/{id}/rotate"):
                (f"/operator/v1/webhooks/{uuid.uuid4()}/rotate", operator),
            ("POST", "/dev/clock"): (None, None), ("POST", "/dev/fault"): (None, None),
        }
        for path in ("/sessions", "/token", "/consents/get", "/consents/receipt",
                     "/consents/delete"):
            found[("POST", path)] = found[("POST", "/v1" + path)] = (None, None)
        found[("POST", "/v1/tokens")] = (None, None)
        found.update(self.of_sessions())
        for prefix in ("", "/v1"):
            found[("POST", prefix + "/sessions/{session_id}/steps")] = (
                f"{prefix}/sessions/{uuid.uuid4()}/steps", None)
        for path in ("/v1/oauth/token", "/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"):
            found[("POST", path)] = (None, None)
        return {(method, path): (call or path, who)
                for (method, path), (call, who) in found.items()}

    def installation(self):
        held = self.server.credentials["installation_operator"]
        return limen.basic(held["username"], held["password"])

    def ask(self, method, place, body):
        path, who = place
        is_function = callable(who)
        return self.server.call(method, path, ("application/json", body),
                                auth=None if is_function else who,
                                headers={**OURS, **(who(body) if is_function else {})})

    def verdict(self, answer):
        """Why the body could not be read, in the words all doors share; nothing when it was."""
        found = re.search(r"malformed JSON: [^\"]* at byte \d+|must be a JSON object", answer.text)
        return found[0] if found else None

    def test_every_route_is_known(self):
        known = set(self.places()) | set(OTHER)
        self.assertEqual(documented(), known)

    def test_broken_is_refused_everywhere_in_the_same_words(self):
        places = self.places()
        for name, body in {**BROKEN, **NO_OBJECT}.items():
            verdicts = set()
            for (method, path), place in places.items():
                if name in LONG.get((method, path), ()):
                    continue
                with self.subTest(f"{method} {path} {name}"):
                    answer = self.expect(self.ask(method, place, body), 400)
                    verdicts.add(self.verdict(answer))
            with self.subTest(name):
                self.assertEqual(len(verdicts), 1, verdicts)
                self.assertNotIn(None, verdicts)

    def test_odd_is_read_everywhere(self):
        for (method, path), place in self.places().items():
            for name, body in {**ODD, **TYPED}.items():
                with self.subTest(f"{method} {path} {name}"):
                    answer = self.ask(method, place, body)
                    self.assertIsNone(self.verdict(answer), answer)
                    self.assertLess(answer.status, 500)

    def test_json_is_no_form(self):
        for (method, path), kind in OTHER.items():
            if kind == UNREAD:
                continue
            with self.subTest(f"{method} {path}"):
                self.expect(self.server.call(method, path, {"odd": "x"}), 415, 401, 404)


if __name__ == "__main__":
    unittest.main()
