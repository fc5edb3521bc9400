"""The engine adapter (docs/wire/engine.md): an engine of the operator's looks at faces, at once or
later, over real sockets; the calls are verified and signed with npm standardwebhooks.

Time moves by dev mode's clock: back-off, deadline and the repeat of an accepted check are reached
by moving it, not by waiting.
"""
import base64
import contextlib
import json
import sqlite3
import threading
import time
import unittest

import engine as engines
import flows
import limen

FORM = {"firstName": "John", "lastName": "Doe", "dateOfBirth": "2004-07-09"}
NAMES = ("Face presence", "Face verification", "Face liveness")


def at_once(call, _):
    return 200, {"Content-Type": "application/json"}, engines.result(call.check)


def accept(*_):
    return 202, {}, ""


class EngineCase(limen.Case):
    own_server = True
    more = {}

    def setUp(self):
        self.engine = engines.Engine(at_once)
        self.addCleanup(self.engine.stop)
        self.server = limen.Server()
        self.addCleanup(self.server.close)
        self.begin(**self.more)

    def begin(self, **more):
        self.server.options = ["--engine", str(self.engine.settings(self.server.home, **more))]
        self.server.start()

    @classmethod
    def setUpClass(cls):
        cls.server = None

    @classmethod
    def tearDownClass(cls):
        pass

    def status(self, session):
        return self.expect_json(flows.data(self.server, session, "status"), 200)["status"]

    def decided(self, session, within=20.0):
        """The results once there is a decision."""
        until = time.monotonic() + within
        while True:
            results = self.expect_json(flows.data(self.server, session, "decision/results"), 200)
            if results["decision"] is not None:
                return results
            if time.monotonic() > until:
                raise AssertionError(f"no decision after {within} s: {self.server.log()[-2000:]}")
            time.sleep(0.02)

    def levels(self, results):
        return [flows.factor(results, name) for name in NAMES]

    def answer(self, check, value, headers=None, message="msg_1"):
        body = value if isinstance(value, str) else json.dumps(value)
        signed = headers or self.engine.signed(body, self.server.now(), message)
        return self.server.call("POST", f"/engine/v1/checks/{check}", body.encode(),
                                headers=signed)

    def wait_attempts(self, count):
        """The engine's answer is recorded a moment after it was given."""
        return self.wait_metric("limen_check_retries_total", count)

    def wait_metric(self, name, least):
        until = time.monotonic() + 20
        while True:
            lines = [line for line in self.server.get("/metrics").text.splitlines()
                     if line.startswith(name + " ")]
            if lines and float(lines[0].split()[1]) >= least:
                return
            if time.monotonic() > until:
                raise AssertionError(f"{name}: {lines}")
            time.sleep(0.02)


class AtOnce(EngineCase):
    def test_a_result_at_once_decides(self):
        session = flows.enrolled(self.server, applicantForm=FORM)
        results = self.decided(session)
        self.assertEqual(self.levels(results), ["HIGH"] * 3, results)
        scores = {f["name"]: f["score"] for f in results["trustFactors"]}
        self.assertEqual([scores[name] for name in NAMES], [99, 97, 91])
        call = self.engine.wait_calls(1)[0]
        # With the library an engine's author would take.
        verdict = limen.node("webhook.mjs", {"secret": self.engine.secret, "verify": [
            {"headers": call.headers, "body": call.body},
            {"headers": call.headers, "body": call.body.replace("selfie", "selfi3") + " "}]})
        self.assertEqual(verdict["verified"][0], True)
        self.assertNotEqual(verdict["verified"][1], True)
        self.assertEqual(call.headers["webhook-id"], call.check)
        shown = {picture["shows"] for picture in call.data["pictures"]}
        self.assertEqual(shown, {"face", "document"})
        for word in ("John", "Doe", "2004-07-09"):
            self.assertNotIn(word, call.body)
        self.assertNotIn(call.data["pictures"][0]["content"][:40], self.server.log())

    def test_what_is_no_result_is_asked_for_again(self):
        self.engine.script = lambda call, n: at_once(call, n) if n > 1 else (200, {}, "<html>")
        session = flows.enrolled(self.server)
        self.wait_metric("limen_check_attempts_total", 1)
        self.server.advance(5)
        self.assertEqual(self.levels(self.decided(session)), ["HIGH"] * 3)
        self.assertNotIn("<html>", self.server.log())

    def test_500_twice_then_a_result(self):
        # Its Retry-After is none: that is 429's and 503's.
        self.engine.script = lambda call, n: at_once(call, n) if n > 2 \
            else (500, {"Retry-After": "3000"}, "oops")
        session = flows.enrolled(self.server)
        for done in (1, 2):
            self.wait_attempts(done)
            self.assertEqual(self.status(session), "PENDING")
            self.server.advance(10)
        self.assertEqual(self.levels(self.decided(session)), ["HIGH"] * 3)
        self.assertEqual(len({call.check for call in self.engine.calls}), 1)

    def test_429_says_how_long(self):
        self.engine.script = lambda call, n: at_once(call, n) if n > 1 \
            else (429, {"Retry-After": "100"}, "")
        session = flows.enrolled(self.server)
        self.wait_attempts(1)
        self.server.advance(60)
        time.sleep(0.3)  # long enough for a call that must not be made
        self.assertEqual(len(self.engine.calls), 1)
        self.server.advance(45)
        self.assertEqual(self.levels(self.decided(session)), ["HIGH"] * 3)

    def test_another_4xx_is_the_end(self):
        # However long it is about it: more than a result may have.
        for status, words in ((400, "no"), (404, "no" * 20_000), (410, ""), (302, "no")):
            with self.subTest(status):
                self.engine.script = lambda *_, s=status, w=words: (s, {"Location": "/other"}, w)
                before = len(self.engine.calls)
                results = self.decided(flows.enrolled(self.server))
                self.assertEqual(self.levels(results), ["UNAVAILABLE"] * 3)
                self.assertEqual(len(self.engine.calls), before + 1)
        self.assertEqual(self.engine.followed, [])

    def test_an_engine_taken_out_leaves_nobody_waiting(self):
        self.engine.script = accept
        session = flows.enrolled(self.server)
        self.engine.wait_calls(1)
        self.server.stop()
        self.server.options = []
        self.server.start()
        self.assertEqual(self.status(session), "PENDING")
        self.server.advance(181)
        self.assertEqual(self.levels(self.decided(session)), ["UNAVAILABLE"] * 3)

    def test_a_server_that_was_down_asks_before_it_says_late(self):
        self.engine.script = accept
        session = flows.enrolled(self.server)
        self.engine.wait_calls(1)
        self.server.stop()
        self.engine.script = at_once
        with contextlib.closing(sqlite3.connect(self.server.data / "limen.db")) as ledger:
            ledger.execute("INSERT OR REPLACE INTO settings (name, value) VALUES "
                           "('dev_clock_offset_s', '400')")
            ledger.commit()
        self.server.start()
        self.assertEqual(self.levels(self.decided(session)), ["HIGH"] * 3)

    def test_never_ends_with_the_deadline(self):
        self.engine.stop()
        session = flows.enrolled(self.server)
        self.wait_attempts(1)
        self.assertEqual(self.status(session), "PENDING")
        self.expect(flows.data(self.server, session, "receipt"), 409)
        self.server.advance(181)
        results = self.decided(session)
        self.assertEqual(self.levels(results), ["UNAVAILABLE"] * 3)
        self.assertIn("in time", json.dumps(results))
        self.expect(flows.data(self.server, session, "receipt"), 200)

    def test_the_skills_door_hands_over_without_waiting(self):
        self.engine.script = accept
        session, nonce, two = flows.card_to_document(self.server)
        flows.accepted(flows.upload(self.server, two["step_id"], nonce, "document_front"), 200, 201)
        three = flows.accepted(flows.step(self.server, session["session_id"], two["nonce"],
                                          flows.CARD, "selfie", {}))
        last = flows.accepted(flows.upload(self.server, three["step_id"], two["nonce"], "selfie"),
                              200, 201)
        token = (last.get("result") or last).get("temp_token")
        self.assertTrue(token, last)
        self.expect(flows.exchange(self.server, token), 200)
        self.engine.wait_calls(1)


class Slow(EngineCase):
    more = {"time": "1s"}

    def test_a_slow_engine_is_asked_again(self):
        def script(call, number):
            if number > 1:
                return at_once(call, number)
            time.sleep(2.5)
            return None
        self.engine.script = script
        session = flows.enrolled(self.server)
        self.wait_attempts(1)
        self.server.advance(5)
        self.assertEqual(self.levels(self.decided(session)), ["HIGH"] * 3)
        self.assertEqual(len({call.check for call in self.engine.calls}), 1)


class Stopping(EngineCase):
    def test_a_stop_waits_for_the_calls_in_hand_and_begins_none(self):
        released = [threading.Event() for _ in range(2)]
        # An engine that accepts is not asked again by itself.
        self.engine.script = lambda call, n: (n > 2 or released[n - 1].wait(30)) and accept()
        sessions = [flows.enrolled(self.server) for _ in range(4)]
        self.engine.wait_calls(2)
        for number, event in enumerate(released):
            threading.Timer(0.5 + number, event.set).start()
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(len(self.engine.calls), 2)
        self.server.start()
        self.engine.wait_calls(4)
        for session in sessions:
            self.assertEqual(self.status(session), "PENDING")


class Tls(EngineCase):
    def setUp(self):
        self.server = limen.Server()
        self.addCleanup(self.server.close)

    def ask(self, subject, authority):
        tls = engines.certificate(self.server.home, "engine", subject)
        engines.certificate(self.server.home, "other", subject)
        self.engine = engines.Engine(at_once, tls)
        self.addCleanup(self.engine.stop)
        more = {"ca_file": self.server.home / authority} if authority else {}
        self.begin(**more)
        return flows.enrolled(self.server)

    def test_a_certificate_of_the_own_authority_is_believed(self):
        session = self.ask("IP:127.0.0.1", "engine-ca.pem")
        self.assertEqual(self.levels(self.decided(session)), ["HIGH"] * 3)

    def test_a_wrong_name_gets_no_picture(self):
        self.ask("DNS:other.example.org", "engine-ca.pem")
        self.wait_attempts(1)
        self.assertEqual(self.engine.calls, [])

    def test_an_unknown_authority_gets_no_picture(self):
        for authority in (None, "other-ca.pem"):
            with self.subTest(authority):
                self.ask("IP:127.0.0.1", authority)
                self.wait_attempts(1)
                self.assertEqual(self.engine.calls, [])
                self.server.stop()


class Changing(EngineCase):
    """While the secret is changed there are two, and the engine may have either."""
    new = "whsec_" + base64.b64encode(b"7" * 32).decode()
    more = {"secrets_before": [new]}

    def test_both_sign_and_either_is_believed(self):
        self.engine.script = accept
        session = flows.enrolled(self.server)
        call = self.engine.wait_calls(1)[0]
        for secret in (self.engine.secret, self.new):
            verdict = limen.node("webhook.mjs", {"secret": secret, "verify": [
                {"headers": call.headers, "body": call.body}]})
            self.assertEqual(verdict["verified"], [True])
        self.expect(self.answer(call.check, engines.result(call.check)), 200)
        self.decided(session)
        second = flows.enrolled(self.server)
        check = self.engine.wait_calls(2)[1].check
        self.engine.key = b"7" * 32
        self.expect(self.answer(check, engines.result(check)), 200)
        self.decided(second)


class Later(EngineCase):
    def setUp(self):
        super().setUp()
        self.engine.script = accept

    def accepted(self):
        """A session whose check the engine has accepted; (session, check)."""
        before = len(self.engine.calls)
        session = flows.enrolled(self.server)
        check = self.engine.wait_calls(before + 1)[before].check
        return session, check

    def test_a_result_later_decides_and_only_the_first(self):
        session, check = self.accepted()
        self.assertEqual(self.status(session), "PENDING")
        first = json.dumps(engines.result(check))
        self.expect(self.answer(check, first), 200)
        results = self.decided(session)
        self.assertEqual(self.levels(results), ["HIGH"] * 3)
        self.expect(self.answer(check, first, message="msg_2"), 200)
        self.expect_problem(self.answer(check, engines.result(check, "LOW")), 409)
        self.assertEqual(self.decided(session), results)

    def test_signed_with_npm_standardwebhooks(self):
        session, check = self.accepted()
        body, at = json.dumps(engines.result(check, "LOW")), int(self.server.now())
        signature = limen.node("webhook.mjs", {"secret": self.engine.secret, "sign": [
            {"id": "msg_9", "body": body, "at": at}]})["signed"][0]
        self.expect(self.answer(check, body, {
            "webhook-id": "msg_9", "webhook-timestamp": str(at),
            "webhook-signature": signature}), 200)
        self.assertEqual(self.decided(session)["decision"], "LOW")

    def test_unsigned_and_unknown_look_alike(self):
        session, check = self.accepted()
        other, body = "01931c1b-8d2a-7000-8000-000000000001", json.dumps(engines.result(check))
        now = self.server.now()
        right = self.engine.signed(body, now)
        answers = [self.answer(check, body, {**right, "webhook-id": "msg_2"}),
                   self.answer(check, body, self.engine.signed(body, now - 302)),
                   self.answer(check, body, self.engine.signed(body, now + 310)),
                   self.answer(check, body + " ", right),
                   self.answer(check, body, {"webhook-id": "msg_1"}),
                   self.answer(other, engines.result(other)),
                   self.answer("x", engines.result("x"))]
        bodies = set()
        for answer in answers:
            problem = self.expect_problem(answer, 401)
            bodies.add(json.dumps({k: v for k, v in problem.items() if k != "instance"}))
        self.assertEqual(len(bodies), 1, bodies)
        self.assertEqual(self.status(session), "PENDING")

    def test_a_result_that_is_none_is_refused_by_name(self):
        _, check = self.accepted()
        for value in (engines.result(check, "SURE"), engines.result("0"), {}, [],
                      engines.result(check, age={"level": "HIGH"})):
            self.expect_problem(self.answer(check, value), 400)
        # Our own call, sent back to us with our own signature.
        call = self.engine.calls[0]
        self.expect_problem(self.answer(check, call.body, {
            name: call.headers[name] for name in ("webhook-id", "webhook-timestamp",
                                                  "webhook-signature")}), 400, 413)

    def test_an_accepted_check_may_have_a_long_word_for_it(self):
        self.engine.script = lambda *_: (202, {}, "yes" * 20_000)
        _, check = self.accepted()
        self.wait_metric("limen_check_attempts_total", 1)
        self.server.advance(40)
        time.sleep(0.3)  # long enough for a call that must not be made
        self.assertEqual(len(self.engine.calls), 1)
        self.expect(self.answer(check, engines.result(check)), 200)

    def test_too_late_is_a_conflict(self):
        session, check = self.accepted()
        self.server.advance(200)
        self.decided(session)
        self.expect_problem(self.answer(check, engines.result(check)), 409)

    def test_an_engine_that_lost_it_is_asked_again(self):
        session, check = self.accepted()
        self.engine.stop()
        self.engine.script = at_once
        self.engine.start()
        self.wait_metric("limen_check_attempts_total", 1)
        self.server.advance(61)
        self.assertEqual(self.levels(self.decided(session)), ["HIGH"] * 3)
        self.assertEqual({call.check for call in self.engine.calls}, {check})

    def test_kill_9_loses_no_check_and_doubles_no_effect(self):
        session, check = self.accepted()
        second = flows.enrolled(self.server)
        self.engine.wait_calls(2)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.status(session), "PENDING")
        self.expect(self.answer(check, engines.result(check)), 200)
        results = self.decided(session)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.decided(session), results)
        self.expect(self.answer(check, engines.result(check)), 200)
        self.expect_problem(self.answer(check, engines.result(check, "LOW")), 409)
        self.engine.script = at_once
        self.server.advance(62)
        self.assertEqual(self.levels(self.decided(second)), ["HIGH"] * 3)
        trail = self.server.get("/operator/v1/audit?what=session_decided",
                                auth=self.server.operator_basic())
        self.assertEqual(len(self.expect_json(trail, 200)["items"]), 2)


if __name__ == "__main__":
    unittest.main()
