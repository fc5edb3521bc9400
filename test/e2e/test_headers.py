"""What every answer tells a browser (trust 1.5 W1-W3), at every route and for every kind of error.

Any answer can be opened in a browser, so no kind is left out: pages, redirects, JSON, files,
refusals made below every route. The routes come from docs/wire, which tools/tidy.py holds to name
every route of the code. That a TLS listener adds HSTS is in src/http/tls_test.cpp.
"""
import re
import threading
import unittest
import urllib.parse
import uuid

import flows
import limen
import pages
from test_wire import read_answers

ROUTE = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^\s`?<]*)")
PUBLIC = ("/.well-known/jwks.json", "/.well-known/oauth-authorization-server")
KIB = 1024


def policy_of(answer):
    """The directives of the one Content-Security-Policy."""
    text = answer.header("content-security-policy") or ""
    parts = [part.split() for part in text.split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


class Headers(limen.Case):
    own_server = True

    def check(self, answer, path=""):
        """Everything an answer must and must not say."""
        cookies = [value for name, value in answer.headers if name.lower() == "set-cookie"]
        rest = [pair for pair in answer.headers if pair[0].lower() != "set-cookie"]
        said = {name.lower(): value for name, value in rest}
        self.assertEqual(len(said), len(rest), f"a field twice: {answer.headers}")
        for cookie in cookies:
            self.assertRegex(cookie, r"^(__Host-limen-[0-9a-f]{8}|limen-here|limen-language)=")
            for part in ("HttpOnly", "SameSite=Lax", "Max-Age="):
                self.assertIn(part, cookie)
            if cookie.startswith("__Host-"):
                self.assertIn("; Secure", cookie)
                self.assertIn("; Path=/;", cookie)
        self.assertEqual(said.get("x-content-type-options"), "nosniff")
        self.assertEqual(said.get("referrer-policy"), "no-referrer")
        self.assertEqual(said.get("cross-origin-resource-policy"), "same-origin")
        if path not in PUBLIC:
            self.assertEqual(said.get("cache-control"), "no-store")
        policy = policy_of(answer)
        self.assertEqual(policy.get("default-src"), ["'none'"])
        self.assertEqual(policy.get("frame-ancestors"), ["'none'"])
        self.assertNotIn("unsafe", said["content-security-policy"])
        for name in ("server", "x-powered-by", "access-control-allow-origin",
                     "strict-transport-security"):
            self.assertNotIn(name, said, "over plain HTTP")
        is_page = said.get("content-type", "").startswith("text/html")
        if is_page:
            self.check_page(said, policy, path)
        elif answer.status != 204 and answer.body:
            self.assertIn("content-type", said)
        return is_page

    def check_page(self, said, policy, path):
        self.assertEqual(said.get("x-frame-options"), "DENY")
        self.assertEqual(said.get("cross-origin-opener-policy"), "same-origin")
        is_journey = "blob:" in policy.get("img-src", []) and not path.startswith("/console")
        camera = "camera=(self)" if is_journey else "camera=()"
        for feature in (camera, "geolocation=()", "microphone=()"):
            self.assertIn(feature, said.get("permissions-policy", ""))
        self.assertEqual(policy.get("base-uri"), ["'none'"])
        self.assertEqual(policy.get("form-action", [""])[0], "'self'")
        known = {"default-src", "style-src", "base-uri", "frame-ancestors", "form-action"}
        if "script-src" in policy:
            known |= {"script-src", "img-src", "connect-src"}
            self.assertEqual(policy.get("script-src"), ["'self'"])
            self.assertEqual(policy.get("connect-src"), ["'self'"])
        self.assertLessEqual(set(policy), known)

    def test_every_route(self):
        docs = (limen.ROOT / "docs/wire").glob("*.md")
        routes = {pair for page in docs for pair in ROUTE.findall(page.read_text(encoding="utf-8"))}
        self.assertGreater(len(routes), 60)
        credentials = (None, self.server.bearer(), self.server.operator_basic(),
                       self.server.of("demo", "device")["api_key"], self.server.enrolment_basic())
        for method, path in sorted(routes):
            call = re.sub(r"\{\w+\}", lambda _: str(uuid.uuid4()), path)
            for auth in credentials:
                with self.subTest(f"{method} {path} {(auth or '')[:6]}"):
                    body = None if method in ("GET", "DELETE") else {}
                    self.check(self.server.call(method, call, body, auth=auth), path)
                    if method == "GET":
                        self.check(self.server.call("HEAD", call, auth=auth), path)

    def test_pages_that_lead_somewhere(self):
        token, session_id = flows.device_session(self.server)
        self.assertTrue(self.check(self.server.get(flows.hand_off(self.server, token, session_id))))
        mobile = f"/mobile?authorization={token}&sessionId={session_id}"
        self.assertTrue(self.check(self.server.get(mobile)))
        session = flows.accepted(flows.initialize(self.server))
        url = urllib.parse.urlsplit(session["webEnrolmentUrl"])
        browser = pages.Browser(self.server)
        browser.open(f"{url.path}?{url.query}")
        browser.walk()
        self.assertIn(303, [answer.status for _, answer in browser.seen], "ends in a redirect")
        for path, answer in browser.seen:
            with self.subTest(f"{path} {answer.status}"):
                # From one page of ours to the next nothing is shown on the way.
                is_ours = (answer.header("location") or "").startswith("/")
                self.assertEqual(self.check(answer), not is_ours)

    def test_files_and_tokens(self):
        session_id = flows.enrolled(self.server)
        images = flows.accepted(flows.data(self.server, session_id, "images"))
        name = re.search(r"image/([^\"\\/]+)", str(images))
        shown = name[1] if name else "document_front"
        self.check(flows.data(self.server, session_id, "image/" + urllib.parse.quote(shown)))
        self.check(flows.data(self.server, session_id, "decision/results"))
        self.check(flows.lend(self.server))
        self.check(flows.begin(self.server))

    def raw(self, data, timeout=40.0):
        found = read_answers(limen.exchange_raw(self.server, data, timeout), [])
        self.assertEqual(len(found), 1)
        return limen.Answer(found[0].status, found[0].fields, found[0].body)

    def kinds(self, path):
        """Status -> raw requests to a path that are refused with it before any route is asked."""
        line, host = f"GET {path} HTTP/1.1\r\n", "Host: 127.0.0.1\r\n"
        last = "Connection: close\r\n\r\n"
        post = f"POST {path} HTTP/1.1\r\n" + host
        return {400: line + host + "X : a\r\n\r\n", 404: f"GET {path}/no/where HTTP/1.1\r\n" + host
                + last, 405: f"BREW {path} HTTP/1.1\r\n" + host + last,
                413: post + "Content-Length: 99999999\r\n\r\n",
                414: f"GET {path}?{'a' * 9 * KIB} HTTP/1.1\r\n" + host + "\r\n",
                415: post + "Content-Encoding: gzip\r\n" + last,
                417: line + host + "Expect: tea\r\n" + last,
                431: line + host + f"X: {'a' * 17 * KIB}\r\n\r\n",
                501: post + "Transfer-Encoding: gzip, chunked\r\n\r\n",
                505: f"GET {path} HTTP/3.0\r\n" + host + "\r\n"}

    def test_every_kind_of_refusal(self):
        for path, is_page in (("/invite", True), ("/mobile", True), ("/web-enrolment", True),
                              ("/sessions", False), ("/api/device/ephemeral", False),
                              ("/oauth2/token", False), ("/api/sessions", False)):
            for status, request in self.kinds(path).items():
                with self.subTest(f"{path} {status}"):
                    answer = self.raw(request.encode())
                    self.assertEqual(answer.status, status)
                    self.assertEqual(self.check(answer), is_page)
        for garbage in (b"\0\r\n\r\n", b"\r\n\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"):
            with self.subTest(garbage):
                self.check(self.raw(garbage))

    def test_408(self):
        out = {}

        def wait(path):
            out[path] = limen.exchange_raw(self.server, f"GET {path} HTTP/1.1\r\nX: ".encode(), 40)
        threads = [threading.Thread(target=wait, args=(p,)) for p in ("/invite", "/sessions")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        for path, raw in out.items():
            with self.subTest(path):
                answer = read_answers(raw, [])[0]
                self.assertEqual(answer.status, 408)
                self.assertEqual(self.check(limen.Answer(408, answer.fields, answer.body)),
                                 path == "/invite")
        self.assertEqual(len(out), 2)

    def test_503(self):
        session_id = uuid.uuid4()
        form = ("application/x-www-form-urlencoded", b"code=a&email=b")
        calls = (("GET", "/api/workflows", self.server.of("demo", "device")["api_key"], None),
                 ("POST", "/sessions", None, {}), ("POST", "/v1/connections", None, {}),
                 ("GET", f"/mobile?authorization=a&sessionId={session_id}", None, None),
                 ("POST", "/invite", None, form))
        self.server.fault("store", "unavailable")
        try:
            found = {}
            for method, path, auth, body in calls:
                with self.subTest(path):
                    answer = self.server.call(method, path, body, auth=auth)
                    found[path.split("?")[0]] = answer.status, self.check(answer)
        finally:
            self.server.fault("store", "ok")
        self.assertIn((503, False), found.values())
        self.assertIn((503, True), found.values())


if __name__ == "__main__":
    unittest.main()
