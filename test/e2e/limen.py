"""What every end-to-end test needs: a server process, a client, its clock, its inbox.

The tests speak to the real binary over loopback and know it only through its documents. This file
starts and ends servers (by process id, never by name), keeps connections alive, builds multipart
bodies and hands out access tokens. It holds no expectation about any door: those are in test_*.py,
and the calls several of them share are in flows.py.
"""
import base64
import calendar
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.I)
LOST = (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest)
SERVERS = []  # every server ever started, so that test/e2e/run can end what a test left behind


def binary():
    return os.environ.get("LIMEN") or str(ROOT / "build/release/limen")


def strict_json(text):
    """Parses JSON as a careful receiver does: no duplicate members, no NaN, no trailing data."""
    def members(pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise ValueError(f"duplicate member in {names}")
        return dict(pairs)

    def constant(name):
        raise ValueError(f"{name} is not JSON")
    return json.loads(text, object_pairs_hook=members, parse_constant=constant)


class Answer:
    """Status, headers and body of one response."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return strict_json(self.text)

    def __repr__(self):
        return f"<{self.status} {self.header('content-type')} {self.body[:400]!r}>"


class Client:
    """One keep-alive connection. A connection the server closed while idle is opened again."""

    def __init__(self, port, timeout=20.0, retry=True):
        self.port, self.timeout, self.retry, self.wire = port, timeout, retry, None

    def send(self, method, path, body=None, headers=()):
        for is_last in (not self.retry or self.wire is None, True):
            if self.wire is None:
                self.wire = http.client.HTTPConnection("127.0.0.1", self.port,
                                                       timeout=self.timeout)
            try:
                self.wire.request(method, path, body=body, headers=dict(headers))
                response = self.wire.getresponse()
                return Answer(response.status, response.getheaders(), response.read())
            except LOST:
                self.close()
                if is_last:
                    raise
            except BaseException:
                self.close()
                raise
        raise AssertionError("unreachable")

    def close(self):
        if self.wire is not None:
            self.wire.close()
            self.wire = None


def basic(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def multipart(fields, files=()):
    """(content type, body): fields are (name, value); files (name, filename, type, bytes)."""
    boundary = "limen-" + uuid.uuid4().hex
    out = []
    for name, value in fields:
        out.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                   .encode() + value.encode() + b"\r\n")
    for name, filename, kind, data in files:
        out.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
                   f'filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'.encode()
                   + data + b"\r\n")
    out.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(out)


def fresh_email(tag="john"):
    return f"{tag}.{uuid.uuid4().hex[:12]}@example.com"


class Server:
    """One `limen dev` process and its data folder; may be stopped and started again on it."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="limen-e2e-"))
        self.data = self.home / "data"
        self.data.mkdir(mode=0o700)
        self.credentials_file = self.home / "credentials.json"
        self.log_file = self.home / "log"  # standard error; the words for a person go to `told`
        self.process, self.port, self.credentials = None, None, None
        self.started_in, self.advanced = None, 0
        self.tokens, self.local = {}, threading.local()
        self.env = None  # of the process; None: ours
        self.options = []  # more words for `limen dev`
        self.started_by = []  # words before all of them

    # --- life ---
    def spawn(self):
        self.credentials_file.unlink(missing_ok=True)
        with open(self.log_file, "ab") as log, open(self.home / "told", "ab") as told:
            self.process = subprocess.Popen(
                [*self.started_by, binary(), "dev", "--listen", "127.0.0.1:0",
                 "--data", str(self.data), "--credentials", str(self.credentials_file),
                 *self.options],
                stdin=subprocess.DEVNULL, stdout=told, stderr=log, env=self.env)
        if self not in SERVERS:
            SERVERS.append(self)

    def start(self, within=15.0):
        """Starts and waits for the credentials file, which appears once the server answers."""
        began = time.monotonic()
        self.spawn()
        while not self.credentials_file.exists():
            if self.process.poll() is not None:
                raise AssertionError(f"server ended with {self.process.returncode}:\n{self.log()}")
            if time.monotonic() - began > within:
                self.kill()
                raise AssertionError(f"no credentials file after {within} s:\n{self.log()}")
            time.sleep(0.005)
        self.started_in = time.monotonic() - began
        self.credentials = strict_json(self.credentials_file.read_text(encoding="utf-8"))
        self.base_url = self.credentials["base_url"]
        self.port = urllib.parse.urlsplit(self.base_url).port
        self.hang_up()
        return self

    def hang_up(self):
        """Forgets this thread's connection and all access tokens."""
        if getattr(self.local, "client", None) is not None:
            self.local.client.close()
        self.tokens, self.local = {}, threading.local()

    def stop(self, within=15.0):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {within} s after SIGTERM") from None

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def close(self):
        """Ends the server, removes its data, and insists on exit code 0."""
        code = self.stop() if self.is_running() else None
        self.hang_up()
        shutil.rmtree(self.home, ignore_errors=True)
        if code not in (0, None):
            raise AssertionError(f"exit code {code} after SIGTERM, 0 expected")

    def log(self):
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    # --- calls ---
    @property
    def client(self):
        if getattr(self.local, "client", None) is None:
            self.local.client = Client(self.port)
        return self.local.client

    def call(self, method, path, body=None, auth=None, headers=None):
        """body: None, bytes, a JSON value, or ("type/subtype", bytes). auth: Authorization."""
        sent = {} if auth is None else {"Authorization": auth}
        if isinstance(body, tuple):
            sent["Content-Type"], body = body
        elif body is not None and not isinstance(body, bytes):
            sent["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        elif isinstance(body, bytes):
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        return self.client.send(method, path, body, sent)

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, body, **options)

    def open_socket(self, timeout=20.0):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    # --- credentials ---
    def of(self, org, door):
        return self.credentials["organisations"][org][door]

    def command(self, *words):
        """Runs an operator command against this server; asserts that it was done."""
        done = subprocess.run([binary(), *words, "--credentials", str(self.credentials_file),
                               "--json"], capture_output=True, text=True, timeout=20,
                              check=False)
        if done.returncode != 0:
            raise AssertionError(f"{words}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return strict_json(done.stdout) if done.stdout.strip() else None

    def bearer(self, org="demo", door="oauth"):
        """An Authorization value with a live access token, fetched again when time has moved."""
        key = (org, door, self.advanced)
        if key not in self.tokens:
            client = self.of(org, door)
            answer = self.post("/v1/oauth/token", {
                "client_id": client["client_id"], "client_secret": client["client_secret"],
                "grant_type": "client_credentials"})
            if answer.status != 200:
                raise AssertionError(f"no access token: {answer}")
            self.tokens[key] = "Bearer " + answer.json()["access_token"]
        return self.tokens[key]

    def enrolment_basic(self, org="demo"):
        held = self.of(org, "enrolment")
        return basic(held["username"], held["password"])

    def operator_basic(self, org="demo"):
        held = self.of(org, "operator")
        return basic(held["username"], held["password"])

    # --- what only dev mode has ---
    def now(self):
        """The server's time as seconds since 1970, from its own words."""
        return parse_stamp(self.get("/dev/clock").json()["now"])

    def advance(self, seconds):
        answer = self.post("/dev/clock", {"advance_seconds": int(seconds)})
        if answer.status != 200:
            raise AssertionError(f"the clock did not move: {answer}")
        self.advanced += int(seconds)
        return parse_stamp(answer.json()["now"])

    def fault(self, part, state):
        # "`"ok"` to end it" is read as the value of the same member: {"store":"ok"}.
        answer = self.post("/dev/fault", {part: state})
        if answer.status != 204:
            raise AssertionError(f"fault {part}={state}: {answer}")

    def mails(self, to):
        found = self.get("/dev/inbox").json()["messages"]
        return [mail for mail in found if to.lower() in str(mail["to"]).lower()]

    def wait_mails(self, to, count=1):
        """Mail is asynchronous: polls the inbox for up to 5 s at 20 ms."""
        until = time.monotonic() + 5.0
        while True:
            found = self.mails(to)
            if len(found) >= count or time.monotonic() > until:
                return found
            time.sleep(0.02)


def parse_stamp(text):
    """Seconds since 1970 of an ISO 8601 UTC time that ends in Z."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z", text)
    if not match:
        raise AssertionError(f"{text!r} is no UTC time")
    whole = time.strptime(match[1], "%Y-%m-%dT%H:%M:%S")
    return calendar.timegm(whole) + float(match[2] or 0)


# --- the server most tests share ---
_shared = []


def shared():
    """The one server of all tests that need no data of their own; test/e2e/run closes it."""
    if not _shared:
        server = Server().start()
        server.idle = IdleWatch(server)
        _shared.append(server)
    return _shared[0]


def close_shared():
    if _shared:
        _shared.pop().close()


class IdleWatch(threading.Thread):
    """Holds one idle keep-alive connection and notes when the server closes it (test_limits)."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.closed_after, self.is_open = None, True
        self.wire = server.open_socket(timeout=100)
        self.wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self.began = None
        self.start()

    def run(self):
        try:
            self.wire.recv(65536)
            self.began = time.monotonic()
            while self.wire.recv(65536):
                pass
            self.closed_after = time.monotonic() - self.began
        except OSError as error:
            self.closed_after = error


class Case(unittest.TestCase):
    """A test class on the shared server, or on one of its own when it says own_server."""
    own_server = False

    @classmethod
    def setUpClass(cls):
        cls.server = Server().start() if cls.own_server else shared()

    @classmethod
    def tearDownClass(cls):
        if cls.own_server:
            cls.server.close()

    def expect(self, answer, *statuses):
        self.assertIn(answer.status, statuses, repr(answer))
        return answer

    def expect_json(self, answer, *statuses):
        self.expect(answer, *statuses)
        kind = (answer.header("content-type") or "").split(";")[0].strip()
        self.assertTrue(kind == "application/json" or kind.endswith("+json"), repr(answer))
        return answer.json()

    def expect_six(self, answer, status, error, message, method, path):
        """The six-key error of s1: exactly these keys, `path` without the query."""
        body = self.expect_json(answer, status)
        stamp = body.pop("timestamp", None)
        self.assertRegex(str(stamp), STAMP)
        self.assertLess(abs(parse_stamp(stamp) - self.server.now()), 5)
        self.assertEqual(body, {"code": status, "error": error, "message": message,
                                "method": method, "path": path})

    def expect_unauthorized(self, answer, method="POST", path="/v1/onboarding-token"):
        self.expect_six(answer, 401, "UNAUTHORIZED", "Unauthorized", method, path)

    def expect_problem(self, answer, *statuses):
        """RFC 9457 under /api/: the media type and the status repeated in the body."""
        self.expect(answer, *statuses)
        self.assertEqual((answer.header("content-type") or "").split(";")[0],
                         "application/problem+json", repr(answer))
        body = answer.json()
        self.assertEqual(body.get("status"), answer.status, repr(answer))
        self.assertIsInstance(body.get("title"), str)
        return body

    def expect_refusal(self, answer, status, code, kind=None):
        """The skills door's envelope, one shape everywhere: id, type, http, code, message."""
        body = self.expect_json(answer, status)
        self.assertEqual((body.get("http"), body.get("code")), (status, code), repr(answer))
        self.assertRegex(str(body.get("id")), UUID)
        self.assertIsInstance(body.get("message"), str)
        self.assertEqual(body.get("type"),
                         kind or ("unauthorized" if status == 401 else "invalid_request"))
        return body

    def punctual(self, attempt, slack=0.9, tries=5):
        """Runs an attempt that must finish within `slack` real seconds to mean anything.

        A boundary one second wide is only met when this machine was not slower than that; a slow
        attempt is repeated with new secrets, a quick one is judged.
        """
        for is_last in [False] * (tries - 1) + [True]:
            began = time.monotonic()
            judge = attempt()
            if time.monotonic() - began < slack or is_last:
                return judge()
        return None


def node(script, request):
    """Runs a script of test/e2e/node with a JSON request on standard input; returns its JSON."""
    done = subprocess.run(["node", str(HERE / "node" / script)], input=json.dumps(request),
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"node {script} failed: {done.stderr.strip()[:2000]}")
    return json.loads(done.stdout)


def exchange_raw(server, data, timeout=20.0):
    """Sends raw bytes, reads until the server closes; returns every byte it sent."""
    with server.open_socket(timeout) as wire:
        try:
            wire.sendall(data)
        except OSError:
            pass  # refused before all was sent: the answer is what counts
        return read_all(wire)


def read_all(wire):
    out = []
    try:
        while chunk := wire.recv(65536):
            out.append(chunk)
    except OSError:
        pass
    return b"".join(out)
