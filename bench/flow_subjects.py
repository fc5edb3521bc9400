# The subjects of bench/run that are whole flows: bench/flows drives them, with percentiles, on the
# Limen that also answers the single calls. They exist beside subjects.py because what a person
# waits for is a chain of calls and not one of them. They know no threshold.
import json
import os
import random
import statistics
import subprocess
import time
import zlib

import machine
import subjects

TOOL = os.path.join(subjects.ROOT, "build", "release", "bench", "flows")
PICTURE_SIDE, PATCHES = 480, 16


def pixels():
    """Light and shade with a little noise, as of a photograph: about 160 KiB. Of noise alone each
    patch might be a letter, and a reader that looks at all of them is all that would be measured.
    """
    corners = [[random.randrange(60, 200) for _ in range(PATCHES + 1)] for _ in range(PATCHES + 1)]
    size = PICTURE_SIDE // PATCHES

    def shade(x, y):
        (i, u), (j, v) = divmod(x, size), divmod(y, size)
        above = corners[j][i] * (size - u) + corners[j][i + 1] * u
        below = corners[j + 1][i] * (size - u) + corners[j + 1][i + 1] * u
        return (above * (size - v) + below * v) // (size * size)

    return [bytes(shade(x, y) + random.randrange(8) for x in range(PICTURE_SIDE))
            for y in range(PICTURE_SIDE)]


def picture(path):
    """Writes a PNG that every decoder reads."""
    def chunk(kind, data):
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    side = PICTURE_SIDE.to_bytes(4, "big")
    rows = b"".join(b"\0" + row for row in pixels())
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", side + side + b"\x08\0\0\0\0") +
                   chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
    return path


def drive(limen, flow, seconds, **options):
    """One run of bench/flows on the load core: its report. Wrong answers are in `errors`."""
    command = [TOOL, flow, limen.credentials, "--seconds", str(seconds)]
    for name, value in options.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    done = subprocess.run(command, preexec_fn=machine.pinned(machine.LOAD_CORE),
                          capture_output=True, text=True, timeout=seconds + 90, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError("flows %s: %s" % (flow, done.stderr.strip()[-300:]))
    return json.loads(done.stdout)


def wrong(report):
    """What was wrong with the answers, or nothing."""
    if report["errors"] or report["unserved"]:
        return "%d failed, %d unserved: %s" % (
            report["errors"], report["unserved"], report["first_error"])
    return None if report["flows"] else "no flow came to its end"


class Flow(subjects.Subject):
    """g. A flow in a closed loop. Subclasses say which and what is counted."""
    counted, options = "durable_requests_per_second", {}

    def prepare(self):
        if not os.path.exists(TOOL):
            raise subjects.Unavailable("build/release/bench/flows is not there: make bench")
        self.limen = self.bench.limen()
        self.limen.refuse_mail()
        self.server = self.limen.server
        self.reports = []
        if self.flow in ("device", "enrolment"):
            self.options = {"picture": picture(os.path.join(self.bench.work, "picture.png"))}
        self.server.pause()

    def run(self, seconds, **options):
        self.server.resume()
        before, begun = self.server.cpu_seconds(), time.monotonic()
        report = drive(self.limen, self.flow, seconds, connections=self.connections,
                       **self.options, **options)
        spent = self.server.cpu_seconds() - before
        report["core_busy"] = spent / (time.monotonic() - begun)
        self.server.pause()
        if wrong(report):
            self.broken.append(wrong(report))
        return report

    def keep(self, report):
        self.reports.append(report)
        self.rates.append(report[self.counted])
        self.busy.append(report["core_busy"])

    def measure(self):
        self.keep(self.run(self.bench.seconds))

    def warm_up(self):
        self.run(1)

    def median_ms(self, name):
        return statistics.median(r["ms"][name] for r in self.reports)

    def close(self):
        """The server belongs to the bench."""
        if not getattr(self, "reports", None):
            return
        self.notes.append("whole flow: %d/s, p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms" % (
            statistics.median(r["flows_per_second"] for r in self.reports),
            self.median_ms("p50"), self.median_ms("p99"), self.median_ms("p99.9")))


class Session(Flow):
    """Create, two steps, exchange: four durable requests, each waiting for the one before."""
    name, title, flow, unit = "session", "Limen session flow", "session", "durable/s"
    connections = subjects.DURABLE_CONNECTIONS


class Device(Flow):
    """A phone's token, a session, two steps, two pictures, and the back end's look at it."""
    name, title, flow, unit = "device", "Limen device flow", "device", "flows/s"
    counted = "flows_per_second"


class Enrolment(Flow):
    """Initialise, two steps, two pictures, and the decision."""
    name, title, flow, unit = "enrolment", "Limen enrolment flow", "enrolment", "flows/s"
    counted = "flows_per_second"


class Half(Flow):
    """h. Onboarding at half of what it has just done in a closed loop, each request timed from when
    it was due, and the disk's own fdatasync right before: how much of the wait is ours."""
    name, title, flow, unit = "half", "Limen onboarding, half load", "onboarding", "requests/s"
    connections = subjects.DURABLE_CONNECTIONS

    def prepare(self):
        super().prepare()
        self.fdatasync_ms = []

    def warm_up(self):
        pass

    def measure(self):
        full = next((s for s in self.bench.subjects if s.name == "onboarding" and s.rates), None)
        if full is None:
            raise RuntimeError("half load is half of `onboarding`, which was not measured")
        self.fdatasync_ms.append(machine.fdatasync_ms(self.bench.work))
        self.keep(self.run(self.bench.seconds, rate=full.rates[-1] / 2, warm_up=0.5))

    def close(self):
        super().close()
        if getattr(self, "reports", None):
            self.notes.append("fdatasync %.3f ms (one page, median)" %
                              statistics.median(self.fdatasync_ms))


class Glewlwyd(subjects.Subject):
    """d. Glewlwyd (C, SQLite): the same kind of token; it keeps each token's id on disk."""
    name, title, unit = "glewlwyd", "Glewlwyd tokens", "requests/s"

    def prepare(self):
        # Imported here: only this subject needs its set-up.
        import glewlwyd_peer
        subjects.need("glewlwyd", "wrk", "openssl")
        peer = glewlwyd_peer.Peer(self.bench)
        self.server, self.port, self.body = peer.server, peer.port, peer.token_body
        self.path = peer.token_path
        for _ in range(3):
            status, answer = subjects.post(self.port, self.path, self.body,
                                           {"Content-Type": subjects.FORM})
            if status != 200 or subjects.algorithm(answer["access_token"]) != "ES256":
                raise RuntimeError("glewlwyd answered %d %s" % (status, answer))
        self.server.pause()

    def env(self):
        return {"BENCH_BODY": self.body, "BENCH_TYPE": subjects.FORM}

    def warm_up(self):
        self.load("same.lua", self.path, self.env(), 1, keep=False)

    def measure(self):
        self.load("same.lua", self.path, self.env(), self.bench.seconds)
