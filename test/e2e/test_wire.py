"""The wire corpus (test/wire/*.txt) against the real binary: whole, in two pieces, byte by byte.

Each case is one connection with a canary behind it, a request that must be answered or must never
be heard. Cut requests are sent in step: every connection gets its next piece before any gets the
one after, so the server reads the pieces apart without anybody waiting. Time limits are in
test_limits.py, proxies in test/wire/differential.py.
"""
import random
import sys
import unittest
import uuid
from dataclasses import dataclass

import limen

sys.path.insert(0, str(limen.ROOT / "test/wire"))
import corpus  # noqa: E402

IN_STEP = 64           # connections that take their pieces in turn
BYTEWISE_BYTES = 700   # longer ones are cut at a few points only


class Ended(AssertionError):
    """The answers are not a sequence of whole HTTP messages."""


@dataclass
class Answer:
    status: int
    fields: list
    body: bytes

    def values(self, name):
        return [value for key, value in self.fields if key.lower() == name.lower()]


def read_answers(raw, heads):
    """Splits all bytes of a connection into answers; `heads` says which have no body by request."""
    answers = []
    while raw:
        head, mark, rest = raw.partition(b"\r\n\r\n")
        if not mark:
            raise Ended(f"half a head: {raw[:200]!r}")
        lines = head.decode("latin-1").split("\r\n")
        version, status, _ = (lines[0] + "  ").split(" ", 2)
        if version != "HTTP/1.1" or not status.isdigit():
            raise Ended(f"no status line: {lines[0]!r}")
        fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        answer = Answer(int(status), fields, b"")
        is_bare = len(answers) < len(heads) and heads[len(answers)]
        if answer.status >= 200 and answer.status != 204 and not is_bare:
            size = int(answer.values("content-length")[0])
            if len(rest) < size:
                raise Ended(f"half a body: {raw[:200]!r}")
            answer.body, rest = rest[:size], rest[size:]
        answers.append(answer)
        raw = rest
    return answers


class Try:
    """One case on one connection, its bytes cut in pieces."""

    def __init__(self, case, how, cut):
        self.case, self.how, self.tag = case, how, "canary-" + uuid.uuid4().hex
        raw = case.raw
        if not case.is_cut:
            raw += (f"GET /v1/{self.tag} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    "Connection: close\r\n\r\n").encode()
        self.pieces = cut(raw)
        self.answer, self.is_told, self.wire = b"", False, None

    def open(self, server):
        self.wire = server.open_socket(60)
        self.wire.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY

    def send(self, turn):
        if turn >= len(self.pieces) or self.is_told:
            return
        try:
            self.wire.sendall(self.pieces[turn])
        except OSError:
            self.is_told = True  # refused before all was sent: the answer is what counts

    def finish(self):
        if self.case.is_cut:
            try:
                self.wire.shutdown(1)
            except OSError:
                pass
        self.answer = limen.read_all(self.wire)
        self.wire.close()

    def judge(self, log):
        """What is wrong, or nothing."""
        case = self.case
        try:
            answers = read_answers(self.answer, [w.is_head for w in case.wanted])
        except (Ended, IndexError, ValueError) as error:
            return f"broken answers: {error!r}"
        found = [a.status for a in answers]
        wanted = [w.status for w in case.wanted]
        if not case.closes:
            wanted.append(404)
        if found != wanted:
            return f"{found} instead of {wanted}: {[a.body[:200] for a in answers]}"
        last = answers[len(case.wanted) - 1]
        if case.says not in last.body.decode("utf-8"):
            return f"{last.body!r} does not say {case.says!r}"
        if case.closes != ("close" in last.values("connection")):
            return f"Connection: {last.values('connection')}"
        if case.closes and self.tag in log:
            return "the canary was heard"
        if "hidden" in self.answer.decode("latin-1") or "/v1/hidden" in log:
            return "a hidden request was heard"
        if not case.closes and self.tag.encode() not in answers[-1].body:
            return "the last answer is not the canary's"
        return None


def whole(raw):
    return [raw]


def bytewise(raw):
    return [raw[i:i + 1] for i in range(len(raw))]


def at_points(count, seed):
    def cut(raw):
        points = sorted(random.Random(f"{seed} {len(raw)}").sample(range(1, len(raw)), count))
        return [raw[a:b] for a, b in zip([0, *points], [*points, len(raw)])]
    return cut


class Corpus(limen.Case):
    def run_all(self, tries):
        for begin in range(0, len(tries), IN_STEP):
            group = tries[begin:begin + IN_STEP]
            for one in group:
                one.open(self.server)
            for turn in range(max(len(one.pieces) for one in group)):
                for one in group:
                    one.send(turn)
            for one in group:
                one.finish()
        log = self.server.log()
        for one in tries:
            with self.subTest(f"{one.case}, {one.how}"):
                self.assertIsNone(one.judge(log))

    def test_corpus_whole(self):
        self.run_all([Try(case, "whole", whole) for case in corpus.read_all()])

    def test_corpus_cut_at_seeded_points(self):
        cases = corpus.read_all()
        self.run_all([Try(case, f"cut {seed}", at_points(count, seed)) for case in cases
                      for seed, count in enumerate((1, 4))])

    def test_corpus_byte_by_byte(self):
        cases = sorted((c for c in corpus.read_all() if len(c.raw) <= BYTEWISE_BYTES),
                       key=lambda c: len(c.raw))
        self.assertGreaterEqual(len(cases), 150)
        self.run_all([Try(case, "byte by byte", bytewise) for case in cases])

    def test_corpus_is_well_kept(self):
        cases = corpus.read_all()
        self.assertGreaterEqual(len(cases), 150)
        self.assertEqual(len({str(c) for c in cases}), len(cases), "two cases with one name")
        for case in cases:
            with self.subTest(str(case)):
                self.assertRegex(case.clause, r"^(RFC \d{4} \w|H([1-9]|1[0-3])\b)")
                self.assertTrue(case.raw and case.wanted and case.name)
                self.assertTrue(case.closes or not case.is_cut, "a cut one has no canary")


if __name__ == "__main__":
    unittest.main()
