"""Reads the corpus of raw requests: every *.txt beside this file. Its manual is README.md.

It only turns text into bytes and expectations. Sending them is test/e2e/test_wire.py (to Limen) and
differential.py (through proxies).
"""
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPEAT = re.compile(r"\{((?:[^{}\\]|\\.)+)\*(\d+)\}")
ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)")
PLAIN = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}
WANT = re.compile(r"((?:\d{3}(?:/head)? )+)(open|close)")


@dataclass
class Wanted:
    status: int
    is_head: bool  # the answer to HEAD: it ends with its head


@dataclass
class Case:
    topic: str
    name: str
    clause: str = ""
    raw: bytes = b""
    wanted: tuple = ()
    closes: bool = False   # afterwards the connection is closed and the canary goes unheard
    is_cut: bool = False   # nothing more is sent: no canary, the sending side is shut
    says: str = ""         # stands in the body of the last answer

    @property
    def is_refused(self):
        return self.closes and self.wanted[-1].status >= 400

    def __str__(self):
        return f"{self.topic}: {self.name}"


class BadCorpus(ValueError):
    """A line nobody can read; the message says where."""


def unescape(text):
    def one(match):
        code = match[1]
        if code[:1] == b"x" and len(code) == 3:
            return bytes([int(code[1:], 16)])
        if code not in PLAIN:
            raise BadCorpus(f"no such escape: \\{code.decode()}")
        return PLAIN[code]
    return ESCAPE.sub(one, text.encode())


def line_bytes(text):
    """One `>` line: CRLF follows it unless it ends in a single backslash."""
    goes_on = re.search(r"(?<!\\)(?:\\\\)*\\$", text) is not None
    text = REPEAT.sub(lambda m: m[1] * int(m[2]), text[:-1] if goes_on else text)
    return unescape(text) + (b"" if goes_on else b"\r\n")


def read_topic(path):
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            word, _, rest = line.partition(" ")
            if word == "case":
                cases.append(Case(path.stem, rest))
            elif word == ">":
                cases[-1].raw += line_bytes(rest)
            elif word == "want":
                read_want(cases[-1], rest)
            elif word in ("clause", "says"):
                setattr(cases[-1], word, rest)
            elif word == "cut" and not rest:
                cases[-1].is_cut = True
            elif line and not line.startswith("#"):
                raise BadCorpus(f"cannot be read: {line!r}")
        except (BadCorpus, IndexError) as error:
            raise BadCorpus(f"{path.name}:{number}: {error}") from error
    return cases


def read_want(case, text):
    match = WANT.fullmatch(text)
    if not match:
        raise BadCorpus(f"want is `STATUS... open|close`, not {text!r}")
    case.wanted = tuple(Wanted(int(w[:3]), w.endswith("/head")) for w in match[1].split())
    case.closes = match[2] == "close"


def read_all():
    return [case for path in sorted(HERE.glob("*.txt")) for case in read_topic(path)]
