# The things that bench/run measures, each with the same four words: prepare, measure, result,
# close. They exist side by side so that each is asked in the same way in the same round.
# They know no threshold and print nothing: that is bench/run's.
import base64
import http.client
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.parse

import machine
import sqlite_template

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CONNECTIONS = 32
GROUP = 128
# For what waits for a commit: a group is full only where more wait than fit into it.
DURABLE_CONNECTIONS = 2 * GROUP
TUNING = re.compile(r"PRAGMA\s+((?:cache_size|wal_autocheckpoint|mmap_size|secure_delete|"
                    r"temp_store)\s*=\s*[-\w]+)")
TROUBLE = (RuntimeError, OSError, ValueError, KeyError, AttributeError,
           http.client.HTTPException, subprocess.SubprocessError)


class Unavailable(Exception):
    """This subject cannot be measured here; the text says why."""


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Unavailable("%s is not installed" % program)


def post(port, path, body, headers):
    """One request by Python: (status, parsed JSON or None)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, None


def algorithm(access_token):
    """The `alg` in the header of a JWT."""
    head = access_token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("alg")


class Subject:
    unit, connections = "requests/s", CONNECTIONS

    def __init__(self, bench):
        self.bench, self.rates, self.busy, self.broken, self.notes = bench, [], [], [], []
        self.server = None

    def warm_up(self):
        pass

    def load(self, script, path, env, seconds, keep=True):
        """One round of wrk on the load core against this subject's server."""
        self.server.resume()
        before = self.server.cpu_seconds()
        out = machine.run_pinned(machine.LOAD_CORE, [
            "wrk", "-t1", "-c%d" % self.connections, "-d%ds" % seconds, "--timeout", "10s",
            "-s", os.path.join(HERE, "load", script), "http://127.0.0.1:%d%s" % (self.port, path),
        ], seconds + 30, env=dict(os.environ, **env))
        spent = self.server.cpu_seconds() - before
        self.server.pause()
        found = dict(re.findall(r"(\w+)=(\d+)", out[out.index("RESULT"):]))
        got = {name: int(value) for name, value in found.items()}
        bad = {k: got[k] for k in ("status", "connect", "read", "write", "timeout") if got[k]}
        if not keep:
            return 0
        if bad or got["requests"] == 0:
            self.broken.append("failed answers: %s" % (bad or "none came"))
        self.rates.append(got["requests"] * 1e6 / got["micros"])
        self.busy.append(spent * 1e6 / got["micros"])
        return got["requests"] - got["status"]

    def close(self):
        if self.server:
            self.server.stop()


class Nginx(Subject):
    """a. The HTTP floor of the machine: parse a POST, answer 200 with a little JSON."""
    name, title = "nginx", "nginx return 200"
    body = json.dumps({"client_id": "7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b",
                       "client_secret": "s" * 43, "grant_type": "client_credentials"})

    def prepare(self):
        need("nginx", "wrk")
        folder = self.bench.folder("nginx")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(os.path.join(HERE, "nginx.conf"), encoding="utf-8") as file:
            text = file.read().replace("@PORT@", str(self.port))
        conf = os.path.join(folder, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write(text)
        self.server = machine.Server(self.name, [
            "nginx", "-p", folder, "-e", "stderr", "-c", conf], self.bench.log("nginx"))
        self.server.wait_for(self.answers, 10)
        self.server.pause()

    def answers(self):
        try:
            return post(self.port, "/", self.body, {"Content-Type": JSON})[0] == 200
        except OSError:
            return False

    def warm_up(self):
        self.load("same.lua", "/", self.env(), 1, keep=False)

    def env(self):
        return {"BENCH_BODY": self.body, "BENCH_TYPE": JSON}

    def measure(self):
        self.load("same.lua", "/", self.env(), self.bench.seconds)


class Sign(Subject):
    """b. ES256 signatures of one core, by OpenSSL's own benchmark, wall clock like the rest."""
    name, title, unit = "sign", "openssl ES256 signing", "signs/s"

    def prepare(self):
        need("openssl")

    def measure(self):
        seconds = min(self.bench.seconds, 3)
        out = machine.run_pinned(machine.SERVER_CORE, [
            "openssl", "speed", "-elapsed", "-seconds", str(seconds), "ecdsap256"], 60)
        found = re.search(r"^\s*256 bits ecdsa .*?([\d.]+)\s+([\d.]+)\s*$", out, re.M)
        self.rates.append(float(found.group(1)))


class Sqlite(Subject):
    """c. The same two rows by bare SQLite, in groups, durable."""
    name, title, unit = "sqlite", "bare SQLite row pairs", "pairs/s"
    group = GROUP

    def prepare(self):
        need(self.bench.compiler)
        build = os.path.join(ROOT, "build", "bench")
        self.program = os.path.join(build, "sqlite_floor")
        machine.run_pinned(machine.LOAD_CORE, [
            self.bench.compiler, "-std=c++23", "-O2", "-Wall", "-Wextra",
            os.path.join(HERE, "sqlite_floor.cpp"), "-o", self.program, "-lsqlite3"], 120)
        self.folder = self.bench.folder(self.name)
        self.template = os.path.join(self.folder, "template.db")
        migrations = os.path.join(ROOT, "src", "store", "migrations")
        files = sorted(os.path.join(migrations, n) for n in (
            os.listdir(migrations) if os.path.isdir(migrations) else []) if n.endswith(".sql"))
        if self.bench.limen_store and sqlite_template.from_limen(
                self.template, self.bench.limen_store):
            self.notes.append("rows: as Limen wrote them for one onboarding token")
        elif files:
            sqlite_template.from_schema(self.template, files)
            self.notes.append("rows: guessed from src/store/migrations")
        else:
            raise Unavailable("src/store/migrations holds no schema")
        self.tuning = self.tuned()
        self.notes.append("pragmas: %s" % (", ".join(self.tuning) or "SQLite's defaults"))

    def tuned(self):
        """The settings of the store's own writer: the limit must not be the slower for lack of
        them. Where the store checkpoints by itself, SQLite does it here after as many frames."""
        text = machine.read_or(os.path.join(ROOT, "src", "store", "sqlite.cpp"), "")
        frames = re.search(r"checkpoint_frames = (\d+);", text)
        for literal in re.findall(r'(?:"[^"\n]*"\s*)+;', text):
            if "synchronous=FULL" in literal:
                found = [s.replace(" ", "") for s in TUNING.findall(literal)]
                if "wal_autocheckpoint=0" in found:
                    found.remove("wal_autocheckpoint=0")
                    if frames:
                        found.append("wal_autocheckpoint=" + frames.group(1))
                return found
        return []

    def measure(self):
        """Each round begins with an empty file: the strict reading of a limit."""
        target = os.path.join(self.folder, "floor.db")
        out = machine.run_pinned(machine.SERVER_CORE, [
            self.program, self.template, target, str(self.bench.seconds), str(self.group),
            *self.tuning],
            self.bench.seconds + 60)
        for end in ("", "-wal", "-shm"):
            if os.path.exists(target + end):
                os.unlink(target + end)
        got = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", out)}
        self.rates.append(got["pairs"] * 1e6 / got["micros"])


class SmallSqlite(Sqlite):
    """The same in groups as small as those that come during one sync: the floor of a wait at half
    load."""
    name, title = "small", "bare SQLite row pairs, by four"
    group = 4


class Oidc(Subject):
    """d. node-oidc-provider, in memory: the same kind of token by the same kind of request."""
    name, title = "oidc", "node-oidc-provider tokens"

    def prepare(self):
        need("node", "npm", "wrk")
        folder = os.path.join(ROOT, "build", "bench-peers")
        self.install(folder)
        client = {"PEER_CLIENT_ID": "bench", "PEER_CLIENT_SECRET": secrets.token_urlsafe(32)}
        self.server = machine.Server(
            self.name, ["node", "oidc_peer.mjs"], self.bench.log("oidc"), cwd=folder,
            env=dict(os.environ, NODE_ENV="production", **client))
        ready = self.server.wait_for(lambda: re.search(r"ready (\d+)", self.server.said()), 30)
        self.port = int(ready.group(1))
        self.body = urllib.parse.urlencode({
            "client_id": client["PEER_CLIENT_ID"], "client_secret": client["PEER_CLIENT_SECRET"],
            "grant_type": "client_credentials", "scope": "onboarding:write"})
        for _ in range(3):
            status, answer = post(self.port, "/token", self.body, {"Content-Type": FORM})
            if status != 200 or algorithm((answer or {}).get("access_token", "")) != "ES256":
                raise RuntimeError("node-oidc-provider answered %d %s" % (status, answer))
        if machine.node_major() < 22:
            self.notes.append("unsupported runtime: it asks for Node 22 or later")
        self.server.pause()

    def install(self, folder):
        """`npm ci` beside a copy of bench/peers, unless that very lock is installed already."""
        os.makedirs(folder, exist_ok=True)
        source = os.path.join(HERE, "peers")
        with open(os.path.join(source, "package-lock.json"), encoding="utf-8") as file:
            lock = file.read()
        self.version = json.loads(lock)["packages"]["node_modules/oidc-provider"]["version"]
        for name in ("package.json", "package-lock.json", ".npmrc", "oidc_peer.mjs"):
            shutil.copyfile(os.path.join(source, name), os.path.join(folder, name))
        stamp = os.path.join(folder, "installed.lock")
        if machine.read_or(stamp, "") == lock.strip():
            return
        try:
            machine.run_pinned(machine.LOAD_CORE, ["npm", "ci", "--ignore-scripts"], 300,
                               cwd=folder)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            raise Unavailable("npm ci failed (--no-peers leaves it out): %s" % error) from error
        shutil.copyfile(os.path.join(source, "package-lock.json"), stamp)

    def env(self):
        return {"BENCH_BODY": self.body, "BENCH_TYPE": FORM}

    def warm_up(self):
        self.load("same.lua", "/token", self.env(), 3, keep=False)

    def measure(self):
        self.load("same.lua", "/token", self.env(), self.bench.seconds)


class Token(Subject):
    """e. Limen's client credentials, by the server that also answers (f)."""
    name, title = "token", "Limen client_credentials"

    def prepare(self):
        need("wrk")
        self.limen = self.bench.limen()
        self.server, self.port = self.limen.server, self.limen.port
        for _ in range(3):
            token = self.limen.access_token()
        self.notes.append("signed with %s" % algorithm(token))
        if algorithm(token) not in ("ES256", "EdDSA"):
            self.broken.append("the token is signed with %s" % algorithm(token))
        self.server.pause()

    def env(self):
        return {"BENCH_BODY": self.limen.token_body, "BENCH_TYPE": JSON}

    def warm_up(self):
        self.load("same.lua", "/v1/oauth/token", self.env(), 1, keep=False)

    def measure(self):
        self.load("same.lua", "/v1/oauth/token", self.env(), self.bench.seconds)

    def close(self):
        pass  # the server belongs to the bench


class Onboarding(Subject):
    """f. Limen's durable onboarding tokens, with the mail held back: another person each."""
    name, title = "onboarding", "Limen onboarding tokens"
    connections = DURABLE_CONNECTIONS

    def prepare(self):
        need("wrk")
        self.limen = self.bench.limen()
        self.server, self.port = self.limen.server, self.limen.port
        self.created, self.groups = self.limen.refuse_mail(), []
        for _ in range(3):
            self.limen.onboard()
            self.created += 1
        self.server.pause()

    def env(self):
        self.server.resume()
        return {"BENCH_TOKEN": self.limen.access_token(),
                "BENCH_PREFIX": "b" + secrets.token_hex(6) + "."}

    def measure(self):
        self.server.resume()
        jobs, commits = self.limen.commits()
        self.created += self.load("onboarding.lua", "/v1/onboarding-token", self.env(),
                                  self.bench.seconds)
        self.server.resume()
        more_jobs, more_commits = self.limen.commits()
        self.server.pause()
        self.groups.append((more_jobs - jobs) / max(more_commits - commits, 1))

    def close(self):
        """Stops Limen and counts: what was answered with 201 must be in the file."""
        if getattr(self, "groups", None):
            self.notes.append("%.0f requests a commit" % (sum(self.groups) / len(self.groups)))
        if not hasattr(self, "created"):
            self.bench.stop_limen()
            return
        folder = self.limen.data
        if not self.bench.stop_limen():
            self.broken.append("limen left SIGTERM with status %s (negative: a signal)" %
                               self.limen.server.process.returncode)
        kept = sqlite_template.count_letters(folder)
        if kept is None:
            self.notes.append("no table `letters` found to count")
        elif kept < self.created:
            self.broken.append("%d answers of 201, only %d letters on disk" % (
                self.created, kept))
        else:
            self.notes.append("%d letters on disk for %d answers" % (kept, self.created))


class Limen:
    """One `limen dev` on the server core, with its data beside the bench's other files, or on a
    folder that another one has left."""

    def __init__(self, bench, number, data=None):
        if not os.path.exists(bench.binary):
            raise Unavailable("build/release/limen is not there: make release")
        folder = bench.folder("limen%d" % number)
        self.data = data or os.path.join(folder, "data")
        os.makedirs(self.data, exist_ok=True)
        self.credentials = file = os.path.join(folder, "credentials.json")
        started = time.monotonic()
        self.server = machine.Server("limen", [
            bench.binary, "dev", "--listen", "127.0.0.1:0", "--data", self.data,
            "--credentials", file], bench.log("limen%d" % number))
        try:
            self.server.wait_for(lambda: os.path.exists(file), 20)
        except RuntimeError:
            self.server.stop()
            raise
        self.start_ms = (time.monotonic() - started) * 1000
        with open(file, encoding="utf-8") as text:
            credentials = json.load(text)
        self.port = urllib.parse.urlsplit(credentials["base_url"]).port
        client = credentials["organisations"]["demo"]["oauth"]
        self.token_body = json.dumps({
            "client_id": client["client_id"], "client_secret": client["client_secret"],
            "grant_type": "client_credentials"})

    def access_token(self):
        status, answer = post(self.port, "/v1/oauth/token", self.token_body,
                              {"Content-Type": JSON})
        if status != 200 or not (answer or {}).get("access_token"):
            raise RuntimeError("POST /v1/oauth/token answered %d %s" % (status, answer))
        return answer["access_token"]

    def metric(self, name):
        """One line of /metrics."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        found = re.search("^(?:limen_)?" + re.escape(name) + r" ([-\d.e+]+)$", text, re.M)
        return float(found.group(1))

    def commits(self):
        """What the writer has done so far: jobs, and commits that made them durable."""
        return (self.metric('jobs_total{lane="writer"}'),
                self.metric('batches_total{lane="writer"}'))

    def refuse_mail(self):
        """Letters stay queued from here on. Answers 0: so many has this server sent."""
        status, answer = post(self.port, "/dev/fault", '{"mail":"refusing"}',
                              {"Content-Type": JSON})
        if status != 204:
            raise RuntimeError("POST /dev/fault answered %d %s" % (status, answer))
        return 0

    def onboard(self):
        status, answer = post(self.port, "/v1/onboarding-token", json.dumps({
            "email": "s%s@example.com" % secrets.token_hex(8), "first_name": "Ada",
            "last_name": "Lovelace"}), {
                "Content-Type": JSON, "Authorization": "Bearer " + self.access_token()})
        if status != 201 or not (answer or {}).get("onboarding_token"):
            raise RuntimeError("POST /v1/onboarding-token answered %d %s" % (status, answer))
