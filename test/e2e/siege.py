#!/usr/bin/env python3
"""Brute force against onboarding codes (trust 2.B-14, G18): strangers guess, people connect.

Starts `limen serve` with its production budgets, invites 10,000 people, and lets 1,000 loopback
addresses guess codes for their e-mails over pipelined connections. Meanwhile people open their own
invitations, each from an address of its own, every second one right beside an attacker's, some
after a slip of the finger. Prints hits and the share of people served, and exits 1 unless there was
no hit and at least 99.9 % were served. test_siege.py runs a share of it.

Usage: test/e2e/siege.py [GUESSES] (default 1000000).
"""
import collections
import ctypes
import json
import multiprocessing
import random
import re
import resource
import selectors
import signal
import socket
import subprocess
import sys
import time

import limen

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SOURCES, CODES, PROCESSES, PIPELINE = 1000, 10_000, 2, 16
STATUSES = (b"201", b"404", b"429")


def email_of(person):
    return f"person{person:05d}@live.example"


def attacker_address(n):
    return f"127.1.{n // 100}.{2 * (n % 100) + 1}"


def neighbour_address(n):
    return f"127.1.{n // 100 % 100}.{2 * (n % 100) + 2}"


def guess_request(code, email):
    body = json.dumps({"onboarding_token": code, "email": email}).encode()
    return (b"POST /v1/connections HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)) + body


class Siege(limen.Server):
    """One `limen serve` process with nothing but the defaults, and one organisation in it."""
    settings, bearer_text = "", None

    def spawn(self):
        config = self.home / "limen.toml"
        # No relay listens there: the letters wait, which concerns nobody here.
        config.write_text(f'data = "{self.data}"\nbase_url = "http://127.0.0.1:1"\n'
                          f'listen = "127.0.0.1:{self.port or 0}"\n'
                          '[mail]\nhost = "127.0.0.1"\nport = 9\ntls = "none"\n'
                          'from = "noreply@limen.example"\n' + self.settings,
                          encoding="utf-8")
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen([limen.binary(), "serve", "--config", str(config)],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=log, text=True)
        if self not in limen.SERVERS:
            limen.SERVERS.append(self)

    def start(self, within=15.0):
        self.spawn()
        for line in self.process.stdout:
            if found := re.search(r"on port (\d+)", line):
                self.port = int(found[1])
                self.hang_up()
                return self
        raise AssertionError(f"the server did not start:\n{self.log()}")

    def operate(self, *words):
        done = subprocess.run([limen.binary(), *words, "--json", "--credentials",
                               str(self.credentials_file)], capture_output=True, text=True,
                              timeout=20, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{words}: {done.stdout}{done.stderr}")
        return limen.strict_json(done.stdout)

    def invite_all(self, people):
        """The code of each of them."""
        held = limen.strict_json((self.data / "operator.json").read_text(encoding="utf-8"))
        held["base_url"] = f"http://127.0.0.1:{self.port}"
        self.credentials_file.write_text(json.dumps(held), encoding="utf-8")
        self.operate("organisation", "create", "--name", "Siege", "--handle", "siege",
                     "--prefix", "SGE")
        client = self.operate("client", "create", "--organisation", "siege", "--name", "back end",
                              "--kind", "oauth", "--permission", "onboarding:write")
        answer = self.post("/v1/oauth/token", {
            "client_id": client["client_id"], "client_secret": client["client_secret"],
            "grant_type": "client_credentials"})
        self.bearer_text = "Bearer " + answer.json()["access_token"]
        return self.invite(range(people))

    def invite(self, people):
        codes = []
        for person in people:
            answer = self.post("/v1/onboarding-token", {
                "email": email_of(person), "first_name": "John", "last_name": "Smith"},
                auth=self.bearer_text)
            if answer.status != 201:
                raise AssertionError(repr(answer))
            codes.append(answer.json()["onboarding_token"])
        return codes


class Source:
    """One attacker's connection: keeps requests on their way, counts answers by status."""

    def __init__(self, port, address, guesses):
        self.port, self.address, self.left, self.waiting = port, address, guesses, 0
        self.wire, self.rest, self.unsent = None, b"", b""
        self.connect()

    def connect(self):
        self.wire = socket.socket()
        self.wire.bind((self.address, 0))
        self.wire.connect(("127.0.0.1", self.port))
        self.wire.setblocking(False)

    def load(self, draw):
        """More guesses, when the pipeline has run half dry."""
        if self.waiting <= PIPELINE // 2 and self.left:
            count = min(self.left, PIPELINE - self.waiting)
            self.unsent += b"".join(draw() for _ in range(count))
            self.left -= count
            self.waiting += count

    def push(self):
        if self.unsent:
            try:
                self.unsent = self.unsent[self.wire.send(self.unsent):]
            except BlockingIOError:
                pass

    def pull(self, tally):
        data = self.wire.recv(65536)
        if not data:
            raise AssertionError(f"{self.address} was cut off")
        data = self.rest + data
        self.rest = data[-11:]  # shorter than a status line's head: none is counted twice
        found = data.count(b"HTTP/1.1 ")
        cut = self.rest.count(b"HTTP/1.1 ")  # its status is still to come
        known = 0
        for i, status in enumerate(STATUSES):
            count = data.count(b"HTTP/1.1 " + status)
            tally[i] += count
            known += count
        tally[len(STATUSES)] += found - cut - known
        self.waiting -= found - cut
        if cut:
            self.rest = data[data.rindex(b"HTTP/1.1 "):]


def attack(port, addresses, guesses, seed, tally):
    """Runs in a process of its own; tally holds answers by STATUSES, then all others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    draws = random.Random(seed)
    selector = selectors.DefaultSelector()

    def draw():
        code = "SGE" + "".join(draws.choices(ALPHABET, k=9))
        return guess_request(code, email_of(draws.randrange(CODES)))
    share, more = divmod(guesses, len(addresses))
    open_sources = 0
    for i, address in enumerate(addresses):
        source = Source(port, address, share + (i < more))
        selector.register(source.wire, selectors.EVENT_READ, source)
        source.load(draw)
        source.push()
        open_sources += 1
    while open_sources:
        for key, _ in selector.select(timeout=30):
            source = key.data
            source.pull(tally)
            source.load(draw)
            source.push()
            if not source.waiting:
                selector.unregister(source.wire)
                source.wire.close()
                open_sources -= 1


class People:
    """Those who were invited: each opens the invitation once, from an address nobody else has."""

    def __init__(self, server, codes, draws):
        self.server, self.codes, self.draws = server, codes, draws
        self.served, self.refused, self.slowest = 0, [], 0.0

    def connect(self, n):
        person = self.draws.randrange(len(self.codes))
        address = neighbour_address(n // 2) if n % 2 else f"127.2.{n // 250}.{n % 250 + 1}"
        code = self.codes[person]
        begun = time.monotonic()
        statuses = []
        with socket.socket() as wire:
            wire.settimeout(20)
            wire.bind((address, 0))
            wire.connect(("127.0.0.1", self.server.port))
            if self.draws.random() < 0.05:  # a slip
                statuses.append(self.ask(wire, code[:-1] + ("A" if code[-1] != "A" else "B"),
                                         person))
            statuses.append(self.ask(wire, code.lower(), person))
        self.slowest = max(self.slowest, time.monotonic() - begun)
        if statuses[-1] == 201:
            self.served += 1
        else:
            self.refused.append((address, statuses))

    @staticmethod
    def ask(wire, code, person):
        wire.sendall(guess_request(code, email_of(person)))
        data = b""
        while b"\r\n\r\n" not in data:
            data += wire.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        left = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) - len(body)
        while left > 0:
            left -= len(wire.recv(left))
        return int(head.split()[1])


Outcome = collections.namedtuple("Outcome", "hits judged told_to_wait other served people refused "
                                            "seconds slowest")


def besiege(server, codes, guesses, people, seed):
    """Attackers in processes of their own, people paced by how far those have come."""
    width = len(STATUSES) + 1
    mine = [multiprocessing.RawArray(ctypes.c_long, width) for _ in range(PROCESSES)]
    addresses = [attacker_address(n) for n in range(SOURCES)]
    begun = time.monotonic()
    attackers = [multiprocessing.Process(
        target=attack, args=(server.port, addresses[i::PROCESSES], guesses // PROCESSES, seed + i,
                             mine[i])) for i in range(PROCESSES)]
    for attacker in attackers:
        attacker.start()
    crowd = People(server, codes, random.Random(seed))
    for n in range(people):
        while (any(a.is_alive() for a in attackers)
               and sum(sum(m) for m in mine) * people < guesses * n):
            time.sleep(0.005)
        crowd.connect(n)
    for attacker in attackers:
        attacker.join()
    seconds = time.monotonic() - begun
    if any(a.exitcode for a in attackers):
        raise AssertionError("an attacker broke down")
    totals = [sum(m[i] for m in mine) for i in range(width)]
    return Outcome(*totals, crowd.served, people, crowd.refused, seconds, crowd.slowest)


def report(outcome, guesses):
    return (f"{guesses} guesses from {SOURCES} addresses at {CODES} live codes in "
            f"{outcome.seconds:.0f} s: {outcome.hits} hits, {outcome.judged} judged wrong, "
            f"{outcome.told_to_wait} told to wait, {outcome.other} otherwise answered\n"
            f"{outcome.served} of {outcome.people} people served "
            f"({100 * outcome.served / outcome.people:.2f} %), the slowest in "
            f"{1000 * outcome.slowest:.0f} ms")


def main(guesses):
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    seed = random.SystemRandom().randrange(1, 2 ** 31)
    server = Siege().start()
    try:
        outcome = besiege(server, server.invite_all(CODES), guesses, 2000, seed)
        print(report(outcome, guesses), f"\nseed {seed}")
        for address, statuses in outcome.refused[:10]:
            print(f"  not served: {address} {statuses}")
        is_good = (outcome.hits == 0 and outcome.other == 0
                   and outcome.served >= 0.999 * outcome.people)
        return 0 if is_good else 1
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
