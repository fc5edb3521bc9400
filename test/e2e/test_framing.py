"""HTTP framing over raw sockets (trust 1.4 H1-H8): what is refused, and that nothing follows it.

After a framing error the connection must close, and a request pipelined behind it, the canary, must
never be executed. Behaviour behind real proxies and requests mutated by the million are other
tests.
"""
import json
import re
import unittest
import uuid

import limen
from test_limits import status_of

HOST = b"Host: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"


class Framing(limen.Case):
    def canary(self):
        """A request that would leave a trace in the log and a second answer on the wire."""
        name = "canary-" + uuid.uuid4().hex
        request = (b"GET /" + name.encode() + b" HTTP/1.1\r\n" + HOST
                   + b"Connection: close\r\n\r\n")
        return name, request

    def expect_refused(self, raw, *statuses):
        name, canary = self.canary()
        answer = limen.exchange_raw(self.server, raw + canary)
        self.assertIn(status_of(answer), statuses or (400,), answer[:300])
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1, "one answer, then the end")
        self.assertNotIn(name.encode(), answer)
        self.assertNotIn(name, self.server.log())

    def post(self, *fields, body=b"{}", version=b"HTTP/1.1"):
        return (b"POST /sessions " + version + b"\r\n" + HOST + JSON
                + b"".join(f + b"\r\n" for f in fields) + b"\r\n" + body)

    def test_H1_transfer_encoding(self):
        chunked = b"2\r\n{}\r\n0\r\n\r\n"
        for name, raw in {
                "TE and CL": self.post(b"Transfer-Encoding: chunked", b"Content-Length: 12",
                                       body=chunked),
                "CL and TE": self.post(b"Content-Length: 2", b"Transfer-Encoding: chunked",
                                       body=chunked),
                "not chunked": self.post(b"Transfer-Encoding: gzip", body=chunked),
                "chunked not last": self.post(b"Transfer-Encoding: chunked, gzip", body=chunked),
                "twice": self.post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked",
                                   body=chunked),
                "odd": self.post(b"Transfer-Encoding: xchunked", body=chunked),
                "HTTP/1.0": self.post(b"Transfer-Encoding: chunked", body=chunked,
                                      version=b"HTTP/1.0")}.items():
            with self.subTest(name):
                self.expect_refused(raw, 400, 501)

    def test_H2_content_length(self):
        for value in (b"+2", b"-2", b"0x2", b"2 2", b"2,3", b"02x", b"2.0", b"", b"two",
                      b"18446744073709551618", b"99999999999999999999999999"):
            with self.subTest(value):
                self.expect_refused(self.post(b"Content-Length: " + value), 400, 413)
        self.expect_refused(self.post(b"Content-Length: 2", b"Content-Length: 3"), 400)

    def test_H3_lines(self):
        for name, raw in {
                "bare LF after the line": b"GET /healthz HTTP/1.1\n" + HOST + b"\r\n",
                "bare LF after a field": b"GET /healthz HTTP/1.1\r\nHost: a\n\r\n",
                "bare CR in a field": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n",
                "obs-fold": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
                "space before colon": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n",
                "no colon": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X\r\n\r\n",
                "empty name": b"GET /healthz HTTP/1.1\r\n" + HOST + b": a\r\n\r\n",
                "NUL": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
                "control": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: a\x01b\r\n\r\n",
                "blank before the first": b"GET /healthz HTTP/1.1\r\n " + HOST + b"\r\n",
                "two spaces": b"GET  /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
                "tab": b"GET\t/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
                "no version": b"GET /healthz\r\n" + HOST + b"\r\n",
                "garbage": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"}.items():
            with self.subTest(name):
                self.expect_refused(raw, 400)

    def test_H3_versions(self):
        self.expect_refused(b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n", 400, 505)
        self.expect_refused(b"GET /healthz HTTX/1.1\r\n" + HOST + b"\r\n", 400)

    def test_H4_chunks(self):
        te = b"Transfer-Encoding: chunked"
        for name, body in {"bad hex": b"g\r\n{}\r\n0\r\n\r\n", "sign": b"+2\r\n{}\r\n0\r\n\r\n",
                           "overflow": b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
                           "no CRLF after data": b"2\r\n{}X\r\n0\r\n\r\n",
                           "bare LF": b"2\n{}\r\n0\r\n\r\n", "empty size": b"\r\n{}\r\n0\r\n\r\n",
                           "0x": b"0x2\r\n{}\r\n0\r\n\r\n",
                           "long extension": b"2;" + b"a" * 70000 + b"\r\n{}\r\n0\r\n\r\n"
                           }.items():
            with self.subTest(name):
                self.expect_refused(self.post(te, body=body), 400, 413)

    def test_H4_trailers_are_not_headers(self):
        key = self.server.of("demo", "device")["api_key"].encode()
        raw = (b"POST /api/device/ephemeral HTTP/1.1\r\n" + HOST + JSON
               + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
               + b"2\r\n{}\r\n0\r\nAuthorization: " + key + b"\r\n\r\n")
        answer = limen.exchange_raw(self.server, raw)
        self.assertIn(status_of(answer), (400, 401), answer[:300])
        self.assertNotIn(b'"authorization"', answer)

    def test_H5_host(self):
        for name, fields in {"none": b"", "two": HOST + b"Host: other\r\n", "same twice":
                             HOST + HOST, "bad": b"Host: a b\r\n",
                             "slash": b"Host: a/b\r\n", "user": b"Host: u@127.0.0.1\r\n"}.items():
            with self.subTest(name):
                self.expect_refused(b"GET /healthz HTTP/1.1\r\n" + fields + b"\r\n", 400)

    def test_H5_host_builds_no_link(self):
        body = json.dumps({"sessionId": str(uuid.uuid4()),
                           "returnUrl": "https://app.example.com/"}).encode()
        auth = {"Authorization": self.server.enrolment_basic(), "Host": "evil.example.com",
                "X-Forwarded-Host": "evil.example.com", "Forwarded": "host=evil.example.com",
                "Content-Type": "application/json"}
        answer = self.server.client.send("POST", "/api/v1/enrolment/initialize", body, auth)
        self.assertIn(answer.status, (200, 400, 421))
        self.assertNotIn("evil", answer.text)

    def test_H6_methods(self):
        for raw in (b"TRACE /healthz HTTP/1.1\r\n" + HOST, b"CONNECT a:1 HTTP/1.1\r\n" + HOST,
                    b"BREW /healthz HTTP/1.1\r\n" + HOST):
            answer = limen.exchange_raw(self.server, raw + b"Connection: close\r\n\r\n")
            self.assertIn(status_of(answer), (400, 404, 405, 501), answer[:200])

    def test_H6_expect(self):
        with self.server.open_socket() as wire:
            wire.sendall(self.post(b"Content-Length: 2", b"Expect: 100-continue",
                                   b"Connection: close", body=b""))
            first = wire.recv(65536)
            self.assertTrue(first.startswith(b"HTTP/1.1 100 "), first[:200])
            wire.sendall(b"{}")
            self.assertEqual(status_of(limen.read_all(wire)), 400)
        answer = limen.exchange_raw(self.server, self.post(b"Content-Length: 2", b"Expect: tea",
                                                           b"Connection: close"))
        self.assertEqual(status_of(answer), 417)

    def test_H8_pipelining_in_order(self):
        raw = b"".join(b"GET " + path + b" HTTP/1.1\r\n" + HOST + last + b"\r\n" for path, last in
                       ((b"/healthz", b""), (b"/api/nowhere", b""),
                        (b"/healthz", b"Connection: close\r\n")))
        answer = limen.exchange_raw(self.server, raw)
        found = re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)
        self.assertEqual(found, [b"200", b"404", b"200"])


if __name__ == "__main__":
    unittest.main()
