#!/usr/bin/env python3
"""Sends the corpus and mutations of it through nginx and HAProxy, and looks for a desync.

Usage: test/wire/differential.py [--requests N] [--seed S] [--front KIND]... N mutated requests a
front. Each travels on one client connection between two canaries whose path no other request has.
Three witnesses are compared: what the client got, what the front says it meant, and what Limen says
it heard. A request Limen heard that the front did not mean, an answer that went to another request
or another client, doubled or lost: each is a desync. It prints a table and exits 1 at any.
"""
import argparse
import json
import random
import re
import selectors
import socket
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "e2e"))
import corpus  # noqa: E402
import fronts  # noqa: E402
import limen  # noqa: E402
from mutate import mutate  # noqa: E402

ID = re.compile(rb"\r\nX-Request-Id: ([0-9a-f-]{36})\r\n", re.I)
TAG = re.compile(r"/v1/([abm]-[0-9a-z]+)")
AT_ONCE = 48
QUIET = 0.3      # s without a byte: the front waits for more than was sent
PATIENCE = 12.0  # s until a connection is given up whatever happens
LONGEST = 3000   # bytes of a request that is mutated


class Talk:
    """One client connection: a canary, the request in question, another canary."""

    def __init__(self, name, raw):
        self.name, self.raw, self.got = name, b"", b""
        self.is_abandoned, self.port, self.left = False, 0, b""
        for word in (b"/v1/nowhere", b"/v1/hidden", b"/v1/inside"):
            raw = raw.replace(word, f"/v1/m-{name}".encode())
        self.raw = self.canary("a") + raw + self.canary("b", "Connection: close\r\n")

    def canary(self, letter, more=""):
        return f"GET /v1/{letter}-{self.name} HTTP/1.1\r\nHost: a.example\r\n{more}\r\n".encode()


class Crowd:
    """Holds many conversations at once, none of them waiting for another."""

    def __init__(self, port):
        self.port, self.selector = port, selectors.DefaultSelector()
        self.heard = {}  # talk -> when it last made progress

    def run(self, talks):
        talks, done = iter(talks), []
        while True:
            while len(self.heard) < AT_ONCE:
                talk = next(talks, None)
                if talk is None:
                    break
                self.begin(talk)
            if not self.heard:
                return done
            for key, events in self.selector.select(QUIET):
                self.go_on(*key.data, events, done)
            self.lose_patience(done)

    def begin(self, talk):
        wire = socket.create_connection(("127.0.0.1", self.port), 10)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.setblocking(False)
        talk.port, talk.left = wire.getsockname()[1], talk.raw
        talk.began = time.monotonic()
        self.heard[talk] = (talk.began, wire)
        both = selectors.EVENT_READ | selectors.EVENT_WRITE
        self.selector.register(wire, both, (talk, wire))

    def go_on(self, talk, wire, events, done):
        self.heard[talk] = (time.monotonic(), wire)
        if events & selectors.EVENT_WRITE:
            self.send(talk, wire)
        if events & selectors.EVENT_READ:
            try:
                more = wire.recv(65536)
            except BlockingIOError:
                return
            except OSError:  # a reset may have destroyed an answer on its way
                more, talk.is_abandoned = b"", True
            talk.got += more
            if not more:
                self.end(talk, wire, done)

    def send(self, talk, wire):
        try:
            talk.left = talk.left[wire.send(talk.left):]
        except BlockingIOError:
            return
        except OSError:  # refused before all was sent; what it said is still to be read
            talk.left, talk.is_abandoned = b"", True
        if not talk.left:
            self.selector.modify(wire, selectors.EVENT_READ, (talk, wire))

    def end(self, talk, wire, done):
        self.selector.unregister(wire)
        wire.close()
        del self.heard[talk]
        done.append(talk)

    def lose_patience(self, done):
        now = time.monotonic()
        for talk, (last, wire) in list(self.heard.items()):
            if now - last > QUIET and not talk.is_abandoned:
                talk.is_abandoned = True  # it asked for less than it sent: no more will come
                try:
                    wire.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                self.heard[talk] = (now, wire)
            elif now - talk.began > PATIENCE or (talk.is_abandoned and now - last > 2.0):
                talk.is_abandoned = True
                self.end(talk, wire, done)


def plain(path):
    """A path without scheme, host, query and fragment."""
    path = re.sub(r"^https?://[^/?#]*", "", path, flags=re.I)
    return re.split(r"[?#]", path, maxsplit=1)[0] or "/"


class Judge:
    """Compares the three witnesses of one front's run."""

    def __init__(self, talks, meant, heard):
        self.talks, self.meant, self.heard = talks, meant, heard
        self.wrong = []
        self.by_id = {m.id: m for m in meant if m.id}
        self.heard_by_id = {h["id"]: h for h in heard}

    def is_same(self, meant, heard):
        """Whether the front meant what Limen heard. A path no log can show says nothing."""
        if heard["method"] and not meant.method.startswith(heard["method"]):
            return False
        said, path = heard["path"], plain(meant.path)
        is_shown = re.fullmatch(r"[!-~]*", meant.path) and re.fullmatch(r"[!-~]*", said)
        if not said or not is_shown or said == path[:256]:
            return True
        shape = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(said))
        return "{" in said and re.fullmatch(shape, path) is not None

    def check(self):
        self.check_ids()
        self.check_heard()
        for talk in self.talks:
            self.check_talk(talk)
        return self.wrong

    def check_ids(self):
        for name, found in (("meant", [m.id for m in self.meant if m.id]),
                            ("heard", [h["id"] for h in self.heard])):
            for one, count in Counter(found).items():
                if count > 1:
                    self.wrong.append(f"{one} {name} {count} times")
        for one in self.by_id.keys() - self.heard_by_id.keys():
            self.wrong.append(f"{one} was never heard")

    def check_heard(self):
        """Everything heard was meant, once; also what was meant and got no answer."""
        unanswered = defaultdict(list)
        for meant in self.meant:
            if not meant.id:
                unanswered[plain(meant.path)[:256]].append(meant)
        self.orphans = 0
        for heard in self.heard:
            meant = self.by_id.get(heard["id"])
            if meant is None:
                self.orphans += 1
                pool = unanswered.get(heard["path"]) or next(
                    (p for p in unanswered.values() if any(self.is_same(m, heard) for m in p)), [])
                meant = next((m for m in pool if self.is_same(m, heard)), None)
                if meant is not None:
                    pool.remove(meant)
            if meant is None or not self.is_same(meant, heard):
                self.wrong.append(f"heard {heard} but meant {meant}")

    def check_talk(self, talk):
        ids = [found.decode() for found in ID.findall(talk.got)]
        if len(set(ids)) != len(ids):
            self.wrong.append(f"{talk.name}: an answer twice")
        for one in ids:
            meant = self.by_id.get(one)
            if meant is None or meant.port != talk.port:
                self.wrong.append(f"{talk.name}: got {one}, which was given to {meant}")
        pieces = ID.split(talk.got)[1:]
        for one, rest in zip(pieces[::2], pieces[1::2]):
            tags = {t for t in TAG.findall(rest.decode("latin-1"))}
            path = self.heard_by_id.get(one.decode(), {}).get("path", "")
            if any(not tag.startswith(("a-" + talk.name, "b-" + talk.name, "m-" + talk.name[:4]))
                   for tag in tags):
                self.wrong.append(f"{talk.name}: reads {tags}")
            if path.startswith(("/v1/a-", "/v1/b-")) and not any(path[4:] in tag for tag in tags):
                self.wrong.append(f"{talk.name}: the answer to {path} reads {tags}")
        heard_paths = [self.heard_by_id[i]["path"] for i in ids if i in self.heard_by_id]
        if not talk.is_abandoned and (not heard_paths or heard_paths[0] != "/v1/a-" + talk.name):
            self.wrong.append(f"{talk.name}: the first canary got {heard_paths} {talk.got[:300]!r}")


def heard_since(server, offset):
    """Limen's own lines about requests, and where its log ends now."""
    with open(server.log_file, "rb") as log:
        log.seek(offset)
        data = log.read()
    rows = []
    for line in data.splitlines():
        if b'"request"' not in line:
            continue
        row = json.loads(line)
        if row.get("event", row.get("msg")) == "request":
            rows.append(row)
    return rows, offset + len(data)


def talks_of(seed, count):
    """The corpus as it is, then `count` mutations of it."""
    cases = corpus.read_all()
    chance = random.Random(seed)
    short = [c.raw for c in cases if len(c.raw) <= LONGEST]
    for number, case in enumerate(cases):
        yield Talk(f"c{number:06x}x", case.raw)
    for number in range(count):
        yield Talk(f"{number:07x}x", mutate(chance, chance.choice(short), short))


def run_front(kind, server, seed, count):
    """(row of the table, what was wrong)."""
    _, offset = heard_since(server, server.log_file.stat().st_size)
    front = fronts.Front(kind, server.port)
    try:
        began = time.monotonic()
        talks = Crowd(front.port).run(talks_of(seed, count))
        front.stop()
        settle(server)
        heard, _ = heard_since(server, offset)
        meant = front.meant()
    finally:
        front.close()
    judge = Judge(talks, meant, heard)
    wrong = judge.check()
    kinds = Counter("forwarded" if m.id else "refused" for m in meant)
    row = {"front": kind, "mutated": count, "talks": len(talks), "meant": len(meant),
           "forwarded": kinds["forwarded"], "by front": kinds["refused"], "heard": len(heard),
           "4xx": sum(400 <= h["status"] < 500 and h["status"] != 404 for h in heard),
           "given up": sum(t.is_abandoned for t in talks), "unanswered": judge.orphans,
           "s": round(time.monotonic() - began), "desync": len(wrong)}
    return row, wrong


def settle(server):
    """Waits until Limen has logged what was still on its way."""
    size = -1
    while size != server.log_file.stat().st_size:
        size = server.log_file.stat().st_size
        time.sleep(0.3)


def show(rows):
    names = list(rows[0])
    widths = [max(len(n), *(len(str(r[n])) for r in rows)) for n in names]
    for row in [dict(zip(names, names)), *rows]:
        print("  ".join(str(row[n]).rjust(w) for n, w in zip(names, widths)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=2000, help="mutated requests a front")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--front", action="append", choices=list(fronts.KINDS))
    chosen = parser.parse_args()
    server = limen.Server().start()
    rows, wrong = [], []
    try:
        for kind in chosen.front or fronts.KINDS:
            row, found = run_front(kind, server, chosen.seed, chosen.requests)
            rows.append(row)
            wrong += [f"{kind}: {text}" for text in found]
    finally:
        server.close()
    show(rows)
    for text in wrong[:20]:
        print(text)
    print(f"{sum(r['mutated'] for r in rows)} mutated requests, {len(wrong)} desyncs")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
