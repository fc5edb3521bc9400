"""Pictures in pieces and the stream that follows a session, as the script of a page uses them.

The person has the session's cookie, got as a browser gets it: by posting the token of the link.
Pieces are lost, sent twice and left; the server is killed between two of them. What becomes of the
whole is asked of the session's own surface. How pages look is test_pages.py's.
"""
import hashlib
import time
import urllib.parse

import faults
import flows
import limen
import pictures

DAY = 86400
PIECE = 64 * 1024
EVENT = b"event: changed\n"


def picture(size):
    """A PNG as far as its first bytes tell; the rest is noise."""
    return (pictures.png() + bytes(i * i % 251 for i in range(size)))[:size]


class Person:
    """The cookie of one device session and the calls a script makes with it."""

    def __init__(self, server):
        self.server, self.cookie = server, None
        self.token, self.session = flows.device_session(server)
        form = urllib.parse.urlencode({"authorization": self.token, "sessionId": self.session})
        arrived = self.call("POST", "/mobile",
                            ("application/x-www-form-urlencoded", form.encode()))
        if arrived.status != 303:
            raise AssertionError(arrived)
        self.root = f"/go/{self.session}"
        self.cookie = arrived.header("set-cookie").split(";")[0]

    def call(self, method, path, body=None, **headers):
        sent = {"Origin": self.server.base_url, "Sec-Fetch-Site": "same-origin", **headers}
        if self.cookie:
            sent["Cookie"] = self.cookie
        return self.server.call(method, path, body, headers=sent)

    def announce(self, size, kind, **step):
        body = {"type": kind, "bytes": size, **step}
        answer = self.call("POST", f"{self.root}/uploads", body)
        told = flows.accepted(answer, 201)
        return f"{self.root}/uploads/{told['upload']}"

    def send(self, upload, offset, piece):
        return self.call("PATCH", f"{upload}?offset={offset}",
                         ("application/octet-stream", piece))

    def send_from(self, upload, whole, offset=0):
        """Until it is complete; the last answer."""
        while True:
            answer = self.send(upload, offset, whole[offset:offset + PIECE])
            if answer.status != 200:
                return answer
            offset = answer.json()["offset"]

    def submit_document(self):
        return flows.accepted(flows.submit(self.server, self.token, self.session, "document",
                                           flows.PASSPORT))["stepId"]

    def files(self):
        """Type and digest of what the session has."""
        seen = self.server.get(f"/api/sessions/{self.session}", auth=self.token).json()
        return {(file["type"], file["sha256"]) for file in seen["files"]}


def digest(whole):
    return hashlib.sha256(whole).hexdigest()


class Pieces(limen.Case):
    own_server = True

    def stored(self):
        """The files the server keeps."""
        return {path for path in (self.server.data / "uploads").rglob("*") if path.is_file()}

    def wait_new(self, before, count):
        """Until so many are left of those that came since; the sweep runs every five seconds."""
        until = time.monotonic() + 15
        while len(self.stored() - before) != count and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(len(self.stored() - before), count)

    def test_a_picture_in_pieces_is_a_picture(self):
        before = self.stored()
        person, front, selfie = Person(self.server), picture(5 * PIECE + 7), picture(PIECE + 1)
        step = person.submit_document()
        upload = person.announce(len(front), "document_front", stepId=step)
        answer = person.send_from(upload, front)
        self.expect(answer, 201)
        self.assertEqual(answer.json()["step_id"], step)
        self.assertEqual(person.files(), {("document_front", digest(front))})
        # A step without fields is submitted with its picture, and this one is the last.
        upload = person.announce(len(selfie), "selfie", step="selfie")
        self.expect(person.send_from(upload, selfie), 201)
        self.assertEqual(person.files(), {("document_front", digest(front)),
                                          ("selfie", digest(selfie))})
        self.wait_new(before, 2)  # the pieces are gone

    def test_lost_and_repeated_pieces(self):
        person, whole = Person(self.server), picture(4 * PIECE)
        upload = person.announce(len(whole), "document_front", stepId=person.submit_document())
        self.expect(person.send(upload, 0, whole[:PIECE]), 200)
        lost = self.expect_json(person.send(upload, 2 * PIECE, whole[2 * PIECE:3 * PIECE]), 409)
        self.assertEqual(lost["offset"], PIECE)
        again = self.expect_json(person.send(upload, 0, whole[:PIECE]), 409)
        self.assertEqual(again["offset"], PIECE)
        self.assertEqual(self.expect_json(person.call("GET", upload), 200)["offset"], PIECE)
        last = self.expect_json(person.send_from(upload, whole, PIECE), 201)
        # Its answer was lost.
        repeated = person.send(upload, 3 * PIECE, whole[3 * PIECE:])
        self.assertEqual(self.expect_json(repeated, 201), last)
        told = self.expect_json(person.call("GET", upload), 200)
        self.assertEqual(told["offset"], len(whole))
        self.assertEqual(self.expect_json(person.send(upload, len(whole), b""), 201), last)
        self.assertEqual(person.files(), {("document_front", digest(whole))})

    def test_what_is_refused(self):
        person, step = Person(self.server), None
        step = person.submit_document()
        go = f"{person.root}/uploads"
        for body, status in (({"type": "document_front", "bytes": 21 << 20, "stepId": step}, 413),
                             ({"type": "document_front", "bytes": 0, "stepId": step}, 400),
                             ({"type": "document_front", "bytes": -1, "stepId": step}, 400),
                             ({"type": "hologram", "bytes": 9, "stepId": step}, 400),
                             ({"type": "document_front", "stepId": step}, 400),
                             ({"type": "document_front", "bytes": 9}, 404),
                             ({"type": "document_front", "bytes": 9, "step": "other"}, 404)):
            with self.subTest(body=body):
                self.expect_problem(person.call("POST", go, body), status)
        upload = person.announce(9, "document_front", stepId=step)
        self.expect_problem(person.send(upload, 0, b"0123456789"), 400)
        self.expect_problem(person.send(upload, 0, b""), 400)
        self.expect_problem(person.send(upload, "x", b"1"), 400)
        self.expect_problem(person.call("PATCH", f"{upload}?offset=0", {"a": 1}), 400)
        self.expect(person.send(upload, 0, bytes(513 * 1024)), 413)
        self.expect_problem(person.send(upload, 0, b"no image."), 400)
        self.expect_problem(person.send(upload, 0, b"no image."), 404)  # given up
        self.assertEqual(person.files(), set())
        other = Person(self.server)
        mine = person.announce(9, "document_front", stepId=step)
        theirs = mine.replace(person.root, other.root)
        self.expect_problem(other.send(theirs, 0, b"no image."), 404)
        elsewhere = person.call("POST", go, {"type": "document_front", "bytes": 9, "stepId": step},
                                **{"Sec-Fetch-Site": "cross-site", "Origin": "https://a.example"})
        self.expect_problem(elsewhere, 403)
        person.cookie = None
        self.expect(person.call("GET", mine), 401, 404)

    def test_what_is_left_is_swept(self):
        before = self.stored()
        person = Person(self.server)
        upload = person.announce(4 * PIECE, "document_front", stepId=person.submit_document())
        self.expect(person.send(upload, 0, picture(PIECE)), 200)
        self.assertEqual(len(self.stored() - before), 1)
        self.server.advance(DAY)
        self.wait_new(before, 0)

    def test_kill_9_between_pieces(self):
        person, whole = Person(self.server), picture(6 * PIECE)
        upload = person.announce(len(whole), "document_front", stepId=person.submit_document())
        offset = 0
        while offset < len(whole):
            answer = person.send(upload, offset, whole[offset:offset + PIECE])
            self.expect(answer, 200, 201)
            offset += PIECE
            self.server.kill()
            self.server.start()
            told = self.expect_json(person.call("GET", upload), 200)
            self.assertEqual(told["offset"], offset, "what was acknowledged is there")
        self.assertEqual(person.files(), {("document_front", digest(whole))})


class Events(limen.Case):
    own_server = True

    def listen(self, person):
        wire = self.server.open_socket(timeout=10)
        wire.sendall((f"GET {person.root}/events HTTP/1.1\r\nHost: {self.server.base_url[7:]}\r\n"
                      f"Cookie: {person.cookie}\r\n\r\n").encode())
        return wire

    def hear(self, wire, text):
        heard = b""
        while text not in heard:
            more = wire.recv(65536)
            self.assertTrue(more, f"the stream ended: {heard!r}")
            heard += more
        return heard

    def test_a_session_is_followed(self):
        person, other = Person(self.server), Person(self.server)
        with self.listen(person) as wire, self.listen(other) as quiet:
            head = self.hear(wire, EVENT)
            self.assertIn(b"Content-Type: text/event-stream\r\n", head)
            self.hear(quiet, EVENT)
            person.submit_document()
            self.hear(wire, EVENT)
            # The open streams do not keep the server from ending.
            self.assertEqual(self.server.stop(), 0)
            rest = b""
            while more := quiet.recv(65536):
                rest += more
            self.assertNotIn(EVENT, rest, "somebody else's")
        self.server.start()

    def test_only_by_right(self):
        person = Person(self.server)
        person.cookie = None
        self.expect(person.call("GET", f"{person.root}/events"), 404)


class Memory(limen.Case):
    """The Nth allocation fails: one stream or one piece has bad luck, the server goes on."""

    @classmethod
    def setUpClass(cls):
        cls.server = faults.Server().start()
        cls.control = cls.server.faults

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def strike(self, number, act):
        """What `act` gives, None when the connection broke; and whether the allocation came."""
        self.control.set(allocations=0, allocations_struck=0)
        self.control.set(allocation_strike=number)
        try:
            given = act()
        except (OSError, *limen.LOST):
            given = None
        finally:
            self.control.disarm()
        self.assertTrue(self.server.is_running(), self.server.log()[-800:])
        return given, self.control.get("allocations_struck") > 0

    def first_event(self, person):
        with Events.listen(self, person) as wire:
            heard = b""
            while EVENT not in heard:
                more = wire.recv(65536)
                heard += more
                if not more or heard.startswith(b"HTTP/1.1 5"):
                    return None
            return heard

    def test_faults_of_a_stream(self):
        number, is_struck = 1, True
        while is_struck:
            person = Person(self.server)  # one session has only so many streams
            _, is_struck = self.strike(number, lambda: self.first_event(person))
            number += 1
        self.assertGreater(number, 10)
        self.assertTrue(self.first_event(person))

    def test_faults_of_a_piece(self):
        person, number, is_struck = Person(self.server), 1, True
        step, whole = person.submit_document(), picture(PIECE)
        while is_struck:
            upload = person.announce(len(whole), "document_front", stepId=step)
            answer, is_struck = self.strike(number, lambda: person.send(upload, 0, whole))
            if answer is None or answer.status >= 500:
                self.assertTrue(is_struck, repr(answer))
                self.expect(person.send(upload, 0, whole), 201)
            else:
                self.expect(answer, 201)
            number += 1
        self.assertEqual(person.files(), {("document_front", digest(whole))})
