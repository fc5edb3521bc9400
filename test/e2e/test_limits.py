"""The limits of src/base/limits.hpp, each with its code, over raw sockets.

Sizes are tried just inside and clearly beyond; times by sockets that wait and are told 408. What
the framing of a request may not be is in test_framing.py. Real time passes here for
three things only, at once: a slow header, a slow body, and the shared server's idle connection.
"""
import json
import socket
import threading
import time
import unittest

import flows
import limen
import pictures

KIB, MIB = 1024, 1024 * 1024


def status_of(raw):
    head = raw.split(b"\r\n", 1)[0].split()
    return int(head[1]) if len(head) > 1 and head[1].isdigit() else None


class Sizes(limen.Case):
    def raw(self, request):
        return limen.exchange_raw(self.server, request)

    def get_with(self, target=b"/healthz", fields=()):
        return self.raw(b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        + b"".join(fields) + b"Connection: close\r\n\r\n")

    def stream(self, head, chunks, timeout=30.0):
        """Sends a head, then chunks for as long as the server has not answered; its answer."""
        with self.server.open_socket(timeout) as wire:
            wire.sendall(head)
            sent = 0
            try:
                for chunk in chunks:
                    wire.setblocking(False)
                    try:
                        if wire.recv(1, socket.MSG_PEEK):
                            break
                    except BlockingIOError:
                        pass
                    wire.settimeout(timeout)
                    wire.sendall(chunk)
                    sent += len(chunk)
            except OSError:
                pass  # it stopped reading: what it said is still there to be read
            wire.settimeout(timeout)
            return status_of(read_answer(wire)), sent

    def test_request_line_8_kib(self):
        self.assertEqual(status_of(self.get_with(b"/healthz?" + b"a" * (8 * KIB - 40))), 200)
        self.assertEqual(status_of(self.get_with(b"/healthz?" + b"a" * (8 * KIB + 1))), 414)

    def test_header_block_16_kib(self):
        def fields(size):
            return [b"X-Fill-%d: %s\r\n" % (i, b"a" * (size // 8 - 14)) for i in range(8)]
        self.assertEqual(status_of(self.get_with(fields=fields(15 * KIB))), 200)
        self.assertEqual(status_of(self.get_with(fields=fields(17 * KIB))), 431)
        self.assertEqual(status_of(self.get_with(fields=[b"X: " + b"a" * 17 * KIB + b"\r\n"])),
                         431)

    def test_header_100_fields(self):
        def fields(count):
            return [b"X-%d: a\r\n" % i for i in range(count)]
        self.assertEqual(status_of(self.get_with(fields=fields(90))), 200)
        self.assertEqual(status_of(self.get_with(fields=fields(101))), 431)

    def test_json_body_64_kib(self):
        def body(size):
            held = self.server.of("demo", "skills")
            whole = {"client_id": held["client_id"], "client_app_key": held["client_app_key"],
                     "skill": flows.AISP}
            return json.dumps(whole).encode().ljust(size)
        self.expect(self.server.post("/sessions", body(64 * KIB)), 200)
        for size in (64 * KIB + 1, 65 * KIB):
            with self.subTest(size):
                head = (f"POST /sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                        f"application/json\r\nContent-Length: {size}\r\n\r\n").encode()
                self.assertEqual(self.stream(head, [body(size)])[0], 413)

    def test_json_body_too_long_by_its_content_length_alone(self):
        head = (b"POST /sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b"Content-Length: 4294967296\r\n\r\n")
        self.assertEqual(self.stream(head, [])[0], 413)

    def test_json_body_too_long_in_chunks(self):
        head = (b"POST /sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
        status, sent = self.stream(head, [chunk] * 4000)
        self.assertEqual(status, 413)
        self.assertLess(sent, 16 * MIB, "decided while streaming")

    def test_json_depth_32(self):
        token = flows.token_of(self.server)

        def metadata(depth):  # the body's own object counts as 1, `metadata` as 2
            return b'{"metadata":{"a":' + b"[" * (depth - 2) + b"]" * (depth - 2) + b"}}"
        path = "/api/sessions?workflowId=identity"
        self.expect(self.server.post(path, metadata(32), auth=token), 201)
        self.expect(self.server.post(path, metadata(33), auth=token), 400)
        self.expect(self.server.post(path, metadata(20000), auth=token), 400)

    def upload_head(self, step_id, length, kind="multipart/form-data; boundary=edge"):
        return (f"POST /steps/{step_id}/upload HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Content-Type: {kind}\r\n{length}\r\n\r\n").encode()

    def parts(self, nonce, size):
        """The multipart body with a file of this size, in pieces."""
        client_id = self.server.of("demo", "skills")["client_id"]
        fields = "".join(f'--edge\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
                         for n, v in (("client_id", client_id), ("nonce", nonce),
                                      ("type", "document_front")))
        start = (fields + '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"'
                 "\r\nContent-Type: image/jpeg\r\n\r\n").encode()
        picture = pictures.jpeg()
        filler = b"\0" * (256 * KIB)
        left = size - len(picture)
        pieces = [start + picture] + [filler] * (left // len(filler))
        return pieces + [filler[:left % len(filler)] + b"\r\n--edge--\r\n"]

    def test_file_20_mib(self):
        for size, wanted in ((20 * MIB, 201), (20 * MIB + 1, 413)):
            with self.subTest(size):
                _, nonce, document = flows.card_to_document(self.server)
                pieces = self.parts(nonce, size)
                length = f"Content-Length: {sum(map(len, pieces))}"
                status, _ = self.stream(self.upload_head(document["step_id"], length), pieces)
                self.assertEqual(status, wanted)

    def test_B18_multipart_24_mib_by_content_length(self):
        _, _, document = flows.card_to_document(self.server)
        head = self.upload_head(document["step_id"], f"Content-Length: {24 * MIB + 1}")
        self.assertEqual(self.stream(head, [])[0], 413)

    def test_B18_multipart_24_mib_in_chunks(self):
        _, nonce, document = flows.card_to_document(self.server)
        head = self.upload_head(document["step_id"], "Transfer-Encoding: chunked")
        pieces = (b"%x\r\n%s\r\n" % (len(p), p) for p in self.parts(nonce, 200 * MIB))
        status, sent = self.stream(head, pieces)
        self.assertEqual(status, 413)
        self.assertLess(sent, 40 * MIB, "decided while streaming")

    def begin_upload(self, step_id, nonce, sender, size):
        """A connection from this address that announces a 20 MiB file and sends so much of it."""
        pieces = self.parts(nonce, 20 * MIB)
        wire = socket.create_connection(("127.0.0.1", self.server.port), 30, (sender, 0))
        self.addCleanup(wire.close)
        head = self.upload_head(step_id, f"Content-Length: {sum(map(len, pieces))}\r\n"
                                         "Expect: 100-continue")
        wire.sendall(head)
        said = status_of(wire.recv(64 * KIB))
        try:
            for piece in pieces[:size // (256 * KIB)] if said == 100 else []:
                wire.sendall(piece)
        except OSError:
            said = 503  # refused on the way
        return said

    def test_uploads_of_others_leave_room(self):
        """limits.uploads_in_flight_bytes, 256 MiB: what is announced keeps nobody out, and who
        sends all they can has half of it."""
        _, nonce, document = flows.card_to_document(self.server)
        step = document["step_id"]
        said = [self.begin_upload(step, nonce, f"127.0.2.{i % 6 + 1}", 0) for i in range(24)]
        self.assertEqual(said, [100] * 24)
        said = [self.begin_upload(step, nonce, "127.0.3.1", 19 * MIB) for _ in range(8)]
        self.assertEqual((said[0], said[-1]), (100, 503))
        pieces = self.parts(nonce, 20 * MIB)
        head = self.upload_head(step, f"Content-Length: {sum(map(len, pieces))}")
        self.assertEqual(self.stream(head, pieces)[0], 201)

    def test_415_media_types(self):
        bearer, token = self.server.bearer(), flows.token_of(self.server)
        body = b'{"a":1}'
        places = (("/v1/onboarding-token", bearer), ("/v1/user-status", bearer),
                  ("/sessions", None), ("/token", None),
                  ("/api/device/ephemeral", self.server.of("demo", "device")["api_key"]),
                  ("/api/sessions?workflowId=identity", token),
                  ("/api/v1/enrolment/initialize", self.server.enrolment_basic()))
        for path, auth in places:
            for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x"):
                with self.subTest(f"{path} {kind}"):
                    self.expect(self.server.post(path, (kind, body), auth=auth), 415)
            with self.subTest(f"{path} without"):
                headers = {"Content-Length": str(len(body))}
                if auth:
                    headers["Authorization"] = auth
                self.expect(self.server.client.send("POST", path, body, headers), 415)
        _, _, document = flows.card_to_document(self.server)
        self.expect(self.server.post(f"/steps/{document['step_id']}/upload", {"a": 1}), 415)

    def test_415_accepts_a_charset(self):
        held = self.server.of("demo", "skills")
        body = json.dumps({"client_id": held["client_id"], "skill": flows.AISP,
                           "client_app_key": held["client_app_key"]}).encode()
        for kind in ("application/json; charset=utf-8", "Application/JSON"):
            self.expect(self.server.post("/sessions", (kind, body)), 200)

    def test_400_malformed_json_same_verdict_everywhere(self):
        auth = {"/v1/onboarding-token": self.server.bearer(), "/sessions": None, "/token": None,
                "/v1/user-status": self.server.bearer(), "/v1/connections": None,
                "/v1/oauth/token": None,
                "/api/device/ephemeral": self.server.of("demo", "device")["api_key"],
                "/api/sessions?workflowId=identity": flows.token_of(self.server),
                "/api/v1/enrolment/initialize": self.server.enrolment_basic()}
        optional = ("/api/sessions", "/api/device/ephemeral", "/v1/user-status")
        good = b'{"email":"john@example.com","ttl":60}'
        broken = {"duplicate": b'{"a":1,"a":1}', "escaped duplicate": b'{"a":1,"\\u0061":1}',
                  "nested duplicate": b'{"x":{"b":1,"b":2}}', "mark": b"\xef\xbb\xbf" + good,
                  "NUL": b'{"a":"\0"}', "escaped NUL": b'{"a":"\\u0000"}',
                  "lone high": b'{"a":"\\ud800"}', "lone low": b'{"a":"\\udc00x"}',
                  "invalid UTF-8": b'{"a":"\xff"}', "overlong": b'{"a":"\xc0\xaf"}',
                  "UTF-8 surrogate": b'{"a":"\xed\xa0\x80"}', "trailing": good + b"x",
                  "two": good + good, "comma": b'{"a":1,}', "comment": b'{"a":1}//x',
                  "control": b'{"a":"\n"}', "single quotes": b"{'a':1}", "NaN": b'{"a":NaN}',
                  "leading zero": b'{"a":01}', "cut": b'{"a":', "nothing": b"", "blank": b" "}
        for path, value in auth.items():
            for name, body in broken.items():
                if not body.strip() and path.startswith(optional):
                    continue  # every member is optional there, and so perhaps the body
                with self.subTest(f"{path} {name}"):
                    answer = self.server.post(path, ("application/json", body), auth=value)
                    self.expect(answer, 400)


class Times(limen.Case):
    """10 s for a header block, 15 s between two reads of a body, 75 s idle."""

    def wait(self, request, out, name):
        with self.server.open_socket(timeout=30) as wire:
            wire.sendall(request)
            began = time.monotonic()
            raw = read_answer(wire)
            try:
                ended = wire.recv(1) == b""
            except OSError:
                ended = True
            out[name] = (status_of(raw), ended, time.monotonic() - began)

    def test_408_slow_header_and_slow_body(self):
        requests = {
            "header": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
            "line": b"GET /heal",
            "body": b"POST /sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json"
                    b"\r\nContent-Length: 100\r\n\r\n{",
            "chunked": b"POST /sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                       b"application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"}
        out = {}
        threads = [threading.Thread(target=self.wait, args=(request, out, name))
                   for name, request in requests.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(40)
        for name, limit in (("header", 10), ("line", 10), ("body", 15), ("chunked", 15)):
            with self.subTest(name):
                status, ended, took = out[name]
                self.assertEqual((status, ended), (408, True))
                self.assertTrue(limit - 1 <= took <= limit + 5, took)

    def test_slow_header_is_one_budget(self):
        """A byte every now and then does not buy more than 10 s for the block."""
        with self.server.open_socket(timeout=1) as wire:
            wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            began, raw = time.monotonic(), b""
            while not raw and time.monotonic() - began < 20:
                try:
                    wire.sendall(b"a")
                    raw = wire.recv(4096)
                    if raw == b"":
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            took = time.monotonic() - began
        self.assertTrue(9 <= took <= 15, took)
        self.assertEqual(status_of(raw), 408)

    def test_zz_idle_keep_alive_75_s(self):
        """Opened when the shared server started; most of its time has passed by now."""
        idle = self.server.idle
        idle.join(90)
        self.assertIsInstance(idle.closed_after, float, "not closed after 90 s")
        self.assertTrue(74 <= idle.closed_after <= 80, idle.closed_after)


def read_answer(wire):
    """The bytes of one answer: up to its end by Content-Length, or to the end of the stream."""
    raw = b""
    try:
        while True:
            head, mark, body = raw.partition(b"\r\n\r\n")
            if mark:
                lengths = [line.split(b":")[1] for line in head.split(b"\r\n")
                           if line.lower().startswith(b"content-length:")]
                if lengths and len(body) >= int(lengths[0]):
                    return raw
            chunk = wire.recv(65536)
            if not chunk:
                return raw
            raw += chunk
    except OSError:
        return raw


if __name__ == "__main__":
    unittest.main()
