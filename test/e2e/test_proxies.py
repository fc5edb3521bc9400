"""No desync behind nginx and HAProxy: a bounded share of `make differential`.

The tool (test/wire/differential.py) compares what the client got, what the front meant and what
Limen heard. That it would see a desync is tested here too: by evidence with one thing wrong in it.
"""
import os
import random
import sys
import unittest

import limen

sys.path.insert(0, str(limen.ROOT / "test/wire"))
import differential  # noqa: E402
import fronts  # noqa: E402
from mutate import mutate  # noqa: E402

REQUESTS = int(os.environ.get("LIMEN_MUTATIONS", "2000"))  # a front


class Differential(limen.Case):
    own_server = True

    def test_no_desync(self):
        for number, kind in enumerate(fronts.KINDS):
            with self.subTest(kind):
                row, wrong = differential.run_front(kind, self.server, f"test {number}", REQUESTS)
                self.assertEqual(wrong[:5], [])
                self.assertGreater(row["forwarded"], REQUESTS, "the canaries went through")
                self.assertGreater(row["4xx"], REQUESTS // 50, "some of the hostile ones as well")

    def test_one_seed_makes_one_sequence(self):
        def some(seed):
            chance = random.Random(seed)
            return [mutate(chance, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", [b"x: y\r\n"])
                    for _ in range(50)]
        self.assertEqual(some("1"), some("1"))
        self.assertNotEqual(some("1"), some("2"))


def evidence():
    """One conversation in order: canary, request, canary."""
    talk = differential.Talk("7x", b"GET /v1/nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
    talk.port = 4711
    ids = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(3)]
    paths = ["/v1/a-7x", "/v1/m-7x", "/v1/b-7x"]
    heard = [{"id": i, "method": "GET", "path": p, "status": 404} for i, p in zip(ids, paths)]
    meant = [fronts.Meant(4711, 404, i, "GET", p + "?q") for i, p in zip(ids, paths)]
    talk.got = b"".join(f"HTTP/1.1 404 Not Found\r\nX-Request-Id: {i}\r\n\r\nno {p}".encode()
                        for i, p in zip(ids, paths))
    return talk, meant, heard


def is_one_request_more(talk, meant, heard):
    heard.append({"id": "f" * 36, "method": "GET", "path": "/v1/hidden", "status": 404})


def is_another_path(talk, meant, heard):
    heard[1]["path"] = "/healthz"


def is_another_method(talk, meant, heard):
    heard[1]["method"] = "POST"


def is_judged_twice(talk, meant, heard):
    heard.append(dict(heard[1]))


def is_given_twice(talk, meant, heard):
    meant.append(meant[1])


def is_another_clients(talk, meant, heard):
    meant[1].port = 4712


def is_answered_from_elsewhere(talk, meant, heard):
    talk.got = talk.got.replace(b"no /v1/m-7x", b"no /v1/a-9x")


def is_swapped(talk, meant, heard):
    talk.got = talk.got.replace(b"a-7x", b"z-7x").replace(b"b-7x", b"a-7x").replace(b"z-", b"b-")


def is_an_answer_twice(talk, meant, heard):
    talk.got += talk.got


def is_lost(talk, meant, heard):
    talk.got = b""


def is_never_heard(talk, meant, heard):
    del heard[2]


class Witnesses(unittest.TestCase):
    def test_good_evidence_is_good(self):
        talk, meant, heard = evidence()
        self.assertEqual(differential.Judge([talk], meant, heard).check(), [])

    def test_what_the_front_refused_may_have_been_heard_once(self):
        talk, meant, heard = evidence()
        meant.append(fronts.Meant(4711, 499, "", "GET", "/v1/m-7x"))
        heard.append({"id": "f" * 36, "method": "GET", "path": "/v1/m-7x", "status": 404})
        self.assertEqual(differential.Judge([talk], meant, heard).check(), [])
        heard.append({"id": "e" * 36, "method": "GET", "path": "/v1/m-7x", "status": 404})
        self.assertEqual(len(differential.Judge([talk], meant, heard).check()), 1)

    def test_each_desync_is_seen(self):
        for spoil in (is_one_request_more, is_another_path, is_another_method, is_judged_twice,
                      is_given_twice, is_another_clients, is_answered_from_elsewhere, is_swapped,
                      is_an_answer_twice, is_lost, is_never_heard):
            with self.subTest(spoil.__name__):
                talk, meant, heard = evidence()
                spoil(talk, meant, heard)
                self.assertNotEqual(differential.Judge([talk], meant, heard).check(), [])


if __name__ == "__main__":
    unittest.main()
