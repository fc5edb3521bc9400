"""Operating the server: health, metrics, signals, restart, footprint, logs, dev calls, faults.

Everything here is promised by docs/operating.md and docs/wire/dev.md or by the house's goals for
start and memory. Production mode, its configuration file and backups are not tested here.
"""
import json
import re
import subprocess
import threading
import time
import unittest

import flows
import limen


class Health(limen.Case):
    def test_healthz_readyz(self):
        self.expect(self.server.get("/healthz"), 200)
        self.expect(self.server.get("/readyz"), 200)

    def test_metrics_are_prometheus_text(self):
        answer = self.expect(self.server.get("/metrics"), 200)
        self.assertTrue(answer.header("content-type").startswith("text/plain"))
        samples = 0
        for line in answer.text.splitlines():
            if line and not line.startswith("#"):
                self.assertRegex(line, r"^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^}]*\})? "
                                       r"([-+0-9.eE]+|NaN|[+-]Inf)( \d+)?$")
                samples += 1
        self.assertGreater(samples, 0)

    def test_request_id(self):
        ids = set()
        for _ in range(3):
            answer = self.server.get("/healthz")
            found = [v for k, v in answer.headers if "request-id" in k.lower()]
            self.assertEqual(len(found), 1, repr(answer.headers))
            ids.add(found[0])
        self.assertEqual(len(ids), 3)

    def test_head_is_get_without_its_body(self):
        got, head = self.server.get("/skills"), self.server.call("HEAD", "/skills")
        self.assertEqual((head.status, head.body), (200, b""))
        for name in ("content-type", "content-length"):
            self.assertEqual(head.header(name), got.header(name))

    def test_wrong_method_elsewhere(self):
        for method, path in (("GET", "/api/device/ephemeral"), ("DELETE", "/sessions"),
                             ("PUT", "/api/v1/enrolment/initialize"), ("POST", "/skills")):
            with self.subTest(f"{method} {path}"):
                answer = self.server.call(method, path)
                self.expect(answer, 405)
                self.assertTrue(answer.header("allow"))
                self.assertNotIn(method, answer.header("allow").replace(" ", "").split(","))


class DevCalls(limen.Case):
    own_server = True

    def test_credentials_file(self):
        found = self.server.credentials
        self.assertRegex(found["base_url"], r"^http://127\.0\.0\.1:\d+$")
        self.assertEqual(set(found["organisations"]), {"demo", "other"})
        secret = {"client_id", "client_secret"}
        for org in found["organisations"].values():
            for door, names in {"oauth": secret, "oauth_readonly": secret,
                                "skills": secret | {"client_app_key"},
                                "device": {"api_key", "api_key_reader", "api_key_without"},
                                "enrolment": {"username", "password", "customer"},
                                "operator": {"username", "password"}}.items():
                self.assertLessEqual(names, set(org[door]))
            self.assertRegex(org["enrolment"]["customer"], limen.UUID)
        self.assertNotEqual(found["organisations"]["demo"], found["organisations"]["other"])

    def test_clock(self):
        answer = self.server.get("/dev/clock")
        self.assertRegex(self.expect_json(answer, 200)["now"], limen.STAMP)
        before = self.server.now()
        moved = self.expect_json(self.server.post("/dev/clock", {"advance_seconds": 3600}), 200)
        self.server.advanced += 3600  # access tokens fetched before are stale now
        self.assertLess(abs(limen.parse_stamp(moved["now"]) - before - 3600), 2)
        self.assertLess(abs(self.server.now() - before - 3600), 2)
        for bad in ({}, {"advance_seconds": 1.5}, {"advance_seconds": "5"}, []):
            self.expect(self.server.post("/dev/clock", bad), 400)

    def test_inbox(self):
        email = limen.fresh_email()
        self.expect(flows.issue(self.server, email), 201)
        mail = self.server.wait_mails(email)[0]
        self.assertEqual(set(mail) & {"id", "to", "from", "subject", "text", "html",
                                      "received_at"}, {"id", "to", "from", "subject", "text",
                                                       "html", "received_at"})
        limen.parse_stamp(mail["received_at"])
        later = limen.fresh_email()
        self.expect(flows.issue(self.server, later), 201)
        self.server.wait_mails(later)
        newest = self.server.get("/dev/inbox").json()["messages"]
        self.assertIn(later, str(newest[0]["to"]), "newest first")
        self.expect(self.server.call("DELETE", "/dev/inbox"), 204)
        self.assertEqual(self.server.get("/dev/inbox").json(), {"messages": []})

    def test_keys(self):
        body = self.expect_json(self.server.get("/dev/keys"), 200)
        self.assertRegex(body["enrolment_hs256"], r"^[A-Za-z0-9_-]{43,}$")  # 256 bits at least

    def test_A19_every_door_says_unavailable(self):
        bearer = self.server.bearer()
        self.server.fault("store", "unavailable")
        try:
            self.expect(self.server.get("/healthz"), 200)
            self.expect(self.server.get("/readyz"), 503)
            answers = [self.server.post("/v1/onboarding-token", {
                "email": limen.fresh_email(), "first_name": "John", "last_name": "Smith"},
                auth=bearer), flows.begin(self.server), flows.lend(self.server),
                flows.initialize(self.server)]
        finally:
            self.server.fault("store", "ok")
        for answer in answers:
            self.expect(answer, 503)
        self.expect(self.server.get("/readyz"), 200)
        self.expect(flows.begin(self.server), 200)

    def test_no_429_in_dev_mode(self):
        for _ in range(60):
            self.expect(self.server.post("/v1/oauth/token", {
                "client_id": "x", "client_secret": "y", "grant_type": "client_credentials"}), 401)
        self.assertTrue(self.server.bearer())

    def test_tour(self):
        for _ in range(5):  # again and again on the same server, at whatever pace it has
            done = subprocess.run([limen.binary(), "tour", "--credentials",
                                   str(self.server.credentials_file)], capture_output=True,
                                  text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stdout[-300:] + done.stderr[-300:])
            self.assertTrue(done.stdout.strip())

    def test_misuse_exits_2(self):
        for words in (["no-such-noun"], ["dev", "--no-such-option"], ["serve"]):
            done = subprocess.run([limen.binary(), *words], capture_output=True, timeout=20,
                                  check=False)
            self.assertEqual(done.returncode, 2, words)


class Logs(limen.Case):
    own_server = True

    def test_log_tells_requests_and_no_secret(self):
        held = self.server.credentials["organisations"]["demo"]
        bearer = self.server.bearer()
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        connection = flows.accepted(flows.connect(self.server, code, email), 201)
        self.expect(flows.consent(self.server, connection), 200)
        session, temp_token = flows.loan_to_end(self.server)
        pair = flows.accepted(flows.exchange(self.server, temp_token))
        token, device_session = flows.device_session(self.server)
        self.server.get(flows.hand_off(self.server, token, device_session))
        self.server.get(f"/mobile?authorization={token}&sessionId={device_session}")
        enrolment = flows.accepted(flows.initialize(self.server))
        self.server.get(enrolment["webEnrolmentUrl"].removeprefix(self.server.base_url))
        log = self.server.log()
        self.assertIn("/v1/onboarding-token", log)
        secrets = {
            "access token": bearer.split()[1], "code": code, "nonce": session["nonce"],
            "connection_token": connection["connection_token"], "temp_token": temp_token,
            "credential": pair["access_token"], "ephemeral": token,
            "accessToken": enrolment["accessToken"],
            "reference": enrolment["webEnrolmentUrl"].split("token=")[1],
            **{f"{door} {name}": value for door, of in held.items() for name, value in of.items()
               if name not in ("client_id", "username", "customer")}}
        for name, secret in secrets.items():
            self.assertNotIn(secret, log, f"{name} is in the log")
        self.assertNotIn(self.server.enrolment_basic().split()[1], log)
        self.assertNotIn("\x1b", log)


class Life(unittest.TestCase):
    """Servers that this class starts and ends itself."""

    def tearDown(self):
        for server in limen.SERVERS:
            if getattr(server, "owner", None) is self:
                server.kill()
                server.close()

    def new(self):
        server = limen.Server()
        server.owner = self
        return server

    def test_starts_within_a_second(self):
        times = []
        for _ in range(3):
            server = self.new().start()
            times.append(server.started_in)
            server.close()
        self.assertLess(min(times), 1.0, f"{times}")

    def test_idle_memory(self):
        server = self.new().start()
        self.assertEqual(server.get("/healthz").status, 200)
        with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
            resident = int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])
        self.assertLessEqual(resident, 24 * 1024, "KiB resident after start")

    def test_sigterm_exits_0_with_open_connections(self):
        server = self.new().start()
        wires = [server.open_socket() for _ in range(5)]
        wires[0].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        wires[0].recv(65536)
        wires[1].sendall(b"GET /hea")
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 12)
        for wire in wires:
            wire.close()

    def test_sigterm_finishes_what_is_in_hand(self):
        """Whatever was acknowledged around the signal is there afterwards."""
        server = self.new().start()
        bearer, codes, started = server.bearer(), [], threading.Event()

        def work():
            client = limen.Client(server.port, retry=False)
            for _ in range(100000):
                email = limen.fresh_email()
                body = json.dumps({"email": email, "first_name": "John", "last_name": "Smith"})
                try:
                    answer = client.send("POST", "/v1/onboarding-token", body.encode(), {
                        "Authorization": bearer, "Content-Type": "application/json"})
                except OSError:
                    return
                if answer.status != 201:
                    return
                codes.append((email, answer.json()["onboarding_token"]))
                if len(codes) >= 20:
                    started.set()
        thread = threading.Thread(target=work)
        thread.start()
        self.assertTrue(started.wait(20))
        self.assertEqual(server.stop(), 0)
        thread.join(20)
        server.start()
        for email, code in codes[-40:]:
            self.assertEqual(flows.connect(server, code, email).status, 201)

    def test_restart_keeps_everything(self):
        server = self.new().start()
        credentials = server.credentials
        email = limen.fresh_email()
        code = flows.code_of(server, email)
        bearer = server.bearer()
        session = flows.accepted(flows.begin(server))
        token, device_session = flows.device_session(server)
        enrolment = flows.accepted(flows.initialize(server))
        self.assertEqual(len(server.wait_mails(email)), 1)
        now = server.advance(1000)
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual({**server.credentials, "base_url": ""}, {**credentials, "base_url": ""})
        self.assertGreaterEqual(server.now(), now)
        self.assertLess(server.now(), now + 30)
        self.assertEqual(flows.connect(server, code, email).status, 201)
        one = flows.step(server, session["session_id"], session["nonce"], flows.LOAN,
                         "product_form", flows.PRODUCT)
        self.assertEqual(one.status, 200)
        self.assertEqual(flows.wanted(server, token, device_session).status, 200)
        self.assertEqual(flows.data(server, enrolment["sessionId"], "status").status, 200)
        keys = server.get("/dev/keys")
        self.assertEqual(keys.status, 200)
        # The issuer is the address, and port 0 may have picked another one: a token issued before
        # is honoured only when the address is the same.
        answer = server.post("/v1/user-status", {}, auth=bearer)
        if server.credentials["base_url"] == credentials["base_url"]:
            self.assertEqual(answer.status, 200)
        self.assertEqual(server.stop(), 0)

    def test_restart_keeps_a_letter_that_was_not_sent(self):
        server = self.new().start()
        email = limen.fresh_email()
        server.fault("mail", "refusing")
        flows.code_of(server, email)
        self.assertEqual(server.stop(), 0)
        server.start()
        server.fault("mail", "ok")
        server.advance(3600)
        self.assertEqual(len(server.wait_mails(email)), 1)


if __name__ == "__main__":
    unittest.main()
