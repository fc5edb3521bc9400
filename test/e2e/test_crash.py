"""kill -9 under load, again and again, on one data folder (trust 2.B-1, I1-I3, I11).

Workers walk the doors and write down what was acknowledged. The server is killed when a random
number of acknowledgements is reached, sometimes once more while it starts, and started again on
the same data: nothing acknowledged may be missing, nothing one-time may work twice, and it must be
ready within 2 s. LIMEN_KILLS rounds (default 12; 200 for the long run), LIMEN_SEED to repeat one.
A killed process proves nothing about power loss; that is another test.
"""
import http.client
import json
import os
import random
import subprocess
import threading
import time
import unittest
import uuid

import flows
import limen

KILLS = int(os.environ.get("LIMEN_KILLS", "12"))
SEED = int(os.environ.get("LIMEN_SEED", "0")) or random.SystemRandom().randrange(1, 2 ** 31)


class Journal:
    """What the workers were told, and what they asked without being told an outcome."""

    def __init__(self, limit):
        self.lock, self.full = threading.Lock(), threading.Event()
        self.acknowledged, self.doubts, self.limit, self.wrong = [], [], limit, []

    def note(self, kind, **facts):
        with self.lock:
            self.acknowledged.append((kind, facts))
            if len(self.acknowledged) >= self.limit:
                self.full.set()


class Worker(threading.Thread):
    """Repeats one walk until the server dies under it."""

    def __init__(self, server, journal, walk):
        super().__init__(daemon=True)
        self.server, self.journal, self.walk = server, journal, walk
        self.client = limen.Client(server.port, timeout=10, retry=False)
        self.asked = None

    def run(self):
        try:
            for _ in range(1000000):
                self.walk(self)
        except (http.client.HTTPException, OSError):
            if self.asked:
                with self.journal.lock:
                    self.journal.doubts.append(self.asked)
        except AssertionError as error:
            with self.journal.lock:
                self.journal.wrong.append(error)
        finally:
            self.client.close()

    def ask(self, kind, path, body, auth, *wanted, **facts):
        """One request; in doubt while no answer has come. Facts are noted with the answer."""
        raw = json.dumps(body).encode()
        self.asked = (kind, path, raw, auth, facts)
        headers = {"Content-Type": "application/json"}
        if auth:
            headers["Authorization"] = auth
        answer = self.client.send("POST", path, raw, headers)
        self.asked = None
        if answer.status not in wanted:
            raise AssertionError(f"{kind}: {answer}")
        return raw, answer


def invite(worker):
    email = limen.fresh_email()
    body = {"email": email, "first_name": "John", "last_name": "Smith"}
    _, answer = worker.ask("invite", "/v1/onboarding-token", body, worker.server.load_bearer, 201)
    code = answer.json()["onboarding_token"]
    worker.journal.note("invited", email=email, code=code)
    _, answer = worker.ask("open", "/v1/connections", {"onboarding_token": code, "email": email},
                           None, 201)
    opened = answer.json()
    worker.ask("consent", f"/v1/connections/{opened['connection_id']}/consent",
               {"data_sharing_agreed": True}, "Bearer " + opened["connection_token"], 200,
               email=email)
    worker.journal.note("connected", email=email, code=code)


def loan(worker):
    held = worker.server.of("demo", "skills")
    _, answer = worker.ask("begin", "/sessions", {
        "client_id": held["client_id"], "client_app_key": held["client_app_key"],
        "skill": flows.LOAN}, None, 200)
    session = answer.json()
    path = f"/sessions/{session['session_id']}/steps"
    worker.journal.note("begun", path=path, nonce=session["nonce"])
    one = flows.step_body(worker.server, session["nonce"], flows.LOAN, "product_form",
                          flows.PRODUCT)
    raw, answer = worker.ask("step", path, one, None, 200, other={
        **one, "data": {**flows.PRODUCT, "value": "2"}})
    first = answer.json()
    worker.journal.note("stepped", path=path, raw=raw, told=answer.body, nonce=first["nonce"],
                        other={**one, "data": {**flows.PRODUCT, "value": "2"}})
    two = flows.step_body(worker.server, first["nonce"], flows.LOAN, "confirmation",
                          {"accepted": True})
    raw, answer = worker.ask("step", path, two, None, 200, other={
        **two, "data": {"accepted": False}})
    temp_token = answer.json()["temp_token"]
    worker.journal.note("finished", path=path, raw=raw, told=answer.body, temp_token=temp_token)
    _, answer = worker.ask("exchange", "/token", {
        "client_id": held["client_id"], "client_secret": held["client_secret"],
        "temp_token": temp_token}, None, 200, temp_token=temp_token)
    worker.journal.note("exchanged", temp_token=temp_token, pair=answer.json())


def enrol(worker):
    session_id = str(uuid.uuid4())
    _, answer = worker.ask("enrol", "/api/v1/enrolment/initialize", {
        "sessionId": session_id, "returnUrl": flows.RETURN_URL}, worker.server.enrolment_basic(),
        200, session_id=session_id)
    worker.journal.note("enrolled", session_id=session_id, token=answer.json()["accessToken"])


def capture(worker):
    _, answer = worker.ask("lend", "/api/device/ephemeral", {"ttl": 3600},
                           worker.server.of("demo", "device")["api_key"], 200)
    token = answer.json()["authorization"]
    _, answer = worker.ask("start", "/api/sessions?workflowId=identity", {}, token, 201)
    session_id = answer.json()["id"]
    worker.journal.note("started", token=token, session_id=session_id)
    _, answer = worker.ask("submit", f"/api/sessions/{session_id}/steps", {
        "step": "document", "data": flows.PASSPORT}, token, 200)
    kind, body = limen.multipart([("type", "document_front")], [
        ("file", "a.png", "image/png", flows.pictures.png())])
    path = f"/api/sessions/{session_id}/steps/{answer.json()['stepId']}/files"
    answer = worker.client.send("POST", path, body, {"Content-Type": kind,
                                                     "Authorization": token})
    if answer.status != 201:
        raise AssertionError(f"upload: {answer}")
    worker.journal.note("uploaded", token=token, session_id=session_id)


class Crash(limen.Case):
    own_server = True

    def load(self, limit):
        """Runs the workers until so many acknowledgements, then kills the server under them."""
        self.server.load_bearer = self.server.bearer()
        journal = Journal(limit)
        workers = [Worker(self.server, journal, walk)
                   for walk in (invite, loan, loan, enrol, capture)]
        for worker in workers:
            worker.start()
        reached = self.wait(journal)
        self.end()
        for worker in workers:
            worker.join(20)
        self.assertEqual(journal.wrong, [])
        self.assertTrue(reached, f"{len(journal.acknowledged)} acknowledgements in 20 s")
        return journal

    # What test_faults does otherwise: when it is over, how the server ends, and how often.
    def wait(self, journal):
        return journal.full.wait(20)

    def end(self):
        self.server.kill()

    def rounds(self):
        return KILLS

    def restart(self, dice):
        if dice.random() < 0.25:  # killed while it starts
            self.server.spawn()
            try:
                self.server.process.wait(dice.random() * 0.05)
            except subprocess.TimeoutExpired:
                self.server.kill()
        began = time.monotonic()
        self.server.start()
        self.expect(self.server.get("/readyz"), 200)
        self.assertLess(time.monotonic() - began, 2.0, "ready again within 2 s")

    def step(self, path, body):
        return self.server.post(path, body if isinstance(body, bytes)
                                else json.dumps(body).encode())

    # --- what was acknowledged ---
    def check_invited(self, email, code):
        answer = flows.connect(self.server, code, email)
        if email not in self.decided:
            self.expect(answer, 201)

    def check_connected(self, email, code):
        found = flows.accepted(flows.people(self.server, {"filters": {"email": email}}))
        self.assertEqual(found["pagination"]["total"], 1, "an acknowledged consent is lost")
        self.expect(flows.connect(self.server, code, email), 404)

    def check_begun(self, path, nonce):
        if path not in self.stepped:
            body = flows.step_body(self.server, nonce, flows.LOAN, "product_form", flows.PRODUCT)
            self.expect(self.step(path, body), 200)

    def check_stepped(self, path, raw, told, nonce, other):
        if path not in self.confirmed:
            again = self.step(path, raw)
            self.assertEqual((again.status, again.body), (200, told))
        self.expect(self.step(path, other), 400, 401)
        if path not in self.confirmed:
            self.expect(self.step(path, flows.step_body(self.server, nonce, flows.LOAN,
                                                        "confirmation", {"accepted": True})), 200)

    def check_finished(self, path, raw, told, temp_token):
        if temp_token not in self.exchanged:
            again = self.step(path, raw)
            self.assertEqual((again.status, again.body), (200, told))
            self.expect(flows.exchange(self.server, temp_token), 200)
            self.expect(flows.exchange(self.server, temp_token, padding=1), 401)

    def check_exchanged(self, temp_token, pair):
        body = flows.accepted(flows.consents(self.server, "get", pair))
        self.assertEqual(body["result"]["status"], "ACTIVE")
        self.expect(flows.exchange(self.server, temp_token, padding=2), 401)

    def check_enrolled(self, session_id, token):
        status = flows.accepted(flows.data(self.server, session_id, "status"))
        self.assertEqual(status["status"], "PENDING")
        self.expect(flows.wanted(self.server, "Bearer " + token, session_id), 200)
        self.expect(flows.initialize(self.server, sessionId=session_id), 409)

    def check_started(self, token, session_id):
        self.expect(flows.wanted(self.server, token, session_id), 200)

    def check_uploaded(self, token, session_id):
        want = flows.accepted(flows.wanted(self.server, token, session_id))
        self.assertEqual(want["step"], "selfie", "an acknowledged upload is lost")

    # --- what was asked and never answered: it is done or it is not, and a repeat settles it ---
    def settle(self, doubt):
        kind, path, raw, auth, facts = doubt
        if kind == "invite":
            auth = self.server.bearer()
        again = self.server.post(path, raw, auth=auth)
        if kind in ("invite", "enrol"):
            self.expect(again, 200, 201, 409)
            self.expect(self.server.post(path, raw, auth=auth), 409)
        elif kind == "step":
            self.expect(again, 200)
            self.assertEqual(self.server.post(path, raw, auth=auth).body, again.body)
            self.expect(self.step(path, facts["other"]), 400, 401)
        elif kind == "exchange":
            self.expect(again, 200)
            self.expect(flows.exchange(self.server, facts["temp_token"], padding=3), 401)
        else:
            self.assertLess(again.status, 500, repr(again))

    def verify(self, journal):
        said = journal.acknowledged
        doubts = journal.doubts
        self.decided = {f["email"] for k, f in said if k == "connected"} | {
            d[4]["email"] for d in doubts if d[0] == "consent"}
        in_doubt = {d[1]: d for d in doubts if d[0] == "step"}
        self.stepped = {f["path"] for k, f in said if k == "stepped"} | set(in_doubt)
        self.confirmed = {f["path"] for k, f in said if k == "finished"} | set(in_doubt)
        self.exchanged = {f["temp_token"] for k, f in said if k == "exchanged"} | {
            d[4]["temp_token"] for d in doubts if d[0] == "exchange"}
        for kind, facts in said:
            getattr(self, "check_" + kind)(**facts)
        for doubt in doubts:
            self.settle(doubt)

    def test_kill_9_under_load(self):
        dice, kept = random.Random(SEED), []
        for number in range(self.rounds()):
            with self.subTest(round=number, seed=SEED):
                journal = self.load(dice.randrange(10, 160))
                self.restart(dice)
                self.verify(journal)
                lasting = [a for a in journal.acknowledged
                           if a[0] in ("connected", "enrolled", "uploaded")]
                kept += dice.sample(lasting, min(5, len(lasting)))
        for kind, facts in kept[-300:]:  # and what earlier rounds were told is still true
            getattr(self, "check_" + kind)(**facts)
        self.assertTrue(self.server.is_running())


if __name__ == "__main__":
    unittest.main()
