"""Webhooks (docs/wire/webhooks.md): a back end's receiver over real sockets and TLS. What comes is
verified with npm standardwebhooks, and X-Signature by this script from its definition.

Time moves by dev mode's clock: a back-off is reached by moving it, not by waiting.
"""
import base64
import hashlib
import hmac
import time
import unittest

import engine as engines
import flows
import limen

WAITING = ["INITIALIZED", "STARTED", "WAITING_FOR_MANUAL_APPROVE"]


def take(*_):
    return 204, {}, ""


class WebhookCase(limen.Case):
    own_server = True

    @classmethod
    def setUpClass(cls):
        cls.server = None

    @classmethod
    def tearDownClass(cls):
        pass

    def setUp(self):
        self.server = limen.Server()
        self.addCleanup(self.server.close)
        tls = engines.certificate(self.server.home, "shop", "IP:127.0.0.1")
        settings = self.server.home / "webhooks.toml"
        settings.write_text(f'[webhooks]\nca_file = "{self.server.home}/shop-ca.pem"\n'
                            'time = "2s"\n', encoding="utf-8")
        self.server.options = ["--webhooks", str(settings)]
        self.receiver = engines.Engine(take, tls)
        self.addCleanup(self.receiver.stop)
        self.server.start()

    def url(self, path="/limen", receiver=None, scheme="https"):
        return f"{scheme}://127.0.0.1:{(receiver or self.receiver).port}{path}"

    def add(self, url=None, **more):
        return self.expect_json(self.operate("POST", "/webhooks", {"url": url or self.url(),
                                                                   **more}), 201)

    def operate(self, method, path, body=None):
        return self.server.call(method, "/operator/v1" + path, body,
                                auth=self.server.operator_basic())

    def begin(self):
        answer = self.expect_json(flows.initialize(self.server), 200)
        return answer["sessionId"], answer

    def notices(self, query=""):
        return self.expect_json(self.operate("GET", "/notices?limit=100" + query), 200)["items"]

    def wait_notices(self, is_done, within=20.0):
        until = time.monotonic() + within
        while True:
            found = self.notices()
            if is_done(found):
                return found
            if time.monotonic() > until:
                raise AssertionError(f"{found}\n{self.server.log()[-2000:]}")
            time.sleep(0.02)

    def verified(self, secret, calls):
        return limen.node("webhook.mjs", {"secret": secret, "verify": [
            {"headers": call.headers, "body": call.body} for call in calls]})["verified"]


class Told(WebhookCase):
    def test_VC6_VD6_VD8_each_event_in_its_order_signed_for_a_library(self):
        secret = self.add()["secret"]
        session = flows.enrolled(self.server, externalId="53421526A")
        self.receiver.wait_calls(3)
        review = self.operate("POST", f"/sessions/{session}/review",
                              {"verdict": "approve", "reason": "seen in person"})
        self.assertEqual(review.status, 200, review)
        calls = self.receiver.wait_calls(4)
        self.assertEqual([call.json["status"] for call in calls], WAITING + ["MANUAL_APPROVED"])
        for call in calls:
            self.assertEqual(call.json, {
                "sessionId": session, "status": call.json["status"],
                "projectId": self.server.of("demo", "enrolment")["customer"],
                "externalId": "53421526A"})
        self.assertEqual(self.verified(secret, calls), [True] * 4)
        self.assertEqual(len({call.headers["webhook-id"] for call in calls}), 4)
        calls[0].body = calls[0].body.replace("INITIALIZED", "AUTO_APPROVED")
        self.assertNotEqual(self.verified(secret, calls[:1]), [True])
        found = self.wait_notices(lambda all_: all(n["state"] == "sent" for n in all_))
        self.assertEqual({n["event"] for n in found}, set(WAITING + ["MANUAL_APPROVED"]))
        self.assertNotIn(secret, self.server.log())

    def test_VD4_signed_with_the_api_password(self):
        held = self.server.of("demo", "enrolment")
        made = self.add(username=held["username"], password=held["password"])
        self.assertTrue(made["signsWithPassword"])
        self.begin()
        call = self.receiver.wait_calls(1)[0]
        mac = hmac.new(held["password"].encode(), call.body.encode(), hashlib.sha256).digest()
        self.assertEqual(call.headers["x-signature"], base64.b64encode(mac).decode())
        stored = b"".join(file.read_bytes() for file in self.server.data.glob("limen.db*"))
        for word in (held["password"], held["password"][-40:], made["secret"][6:]):
            self.assertNotIn(word.encode(), stored)

    def test_VD5_each_status_goes_to_its_own_url(self):
        self.add(self.url("/waiting"), events=["WAITING_FOR_MANUAL_APPROVE"])
        self.add(self.url("/begun"), events=["INITIALIZED"])
        flows.enrolled(self.server)
        self.wait_notices(lambda all_: len(all_) == 2 and all(n["state"] == "sent" for n in all_))
        self.assertEqual({call.path: call.json["status"] for call in self.receiver.calls},
                         {"/begun": "INITIALIZED", "/waiting": "WAITING_FOR_MANUAL_APPROVE"})
        for url in ("http://shop.example.com/", "https://10.0.0.1/", "https://a.example.com:22/"):
            self.assertEqual(self.operate("POST", "/webhooks", {"url": url}).status, 400, url)

    def test_VD6_opening_the_page_is_told_once(self):
        self.add(events=["STARTED"])
        _, answer = self.begin()
        page = answer["webEnrolmentUrl"][len(self.server.base_url):]
        for _ in range(3):
            self.assertEqual(self.server.get(page).status, 200)
        self.assertEqual(self.receiver.wait_calls(1)[0].json["status"], "STARTED")
        self.assertEqual(len(self.notices()), 1)

    def test_VC6_a_session_of_the_device_door_with_its_numbers(self):
        self.add()
        token, made = flows.device_session(self.server)
        flows.capture_all(self.server, token, made, last="selfie")
        calls = self.receiver.wait_calls(3)
        self.assertEqual([call.json["status"] for call in calls], [0, 0, 4])
        self.assertEqual({call.json["sessionId"] for call in calls}, {made})

    def test_by_command(self):
        held = self.server.of("demo", "enrolment")
        file = self.server.home / "password"
        file.write_text(held["password"] + "\n", encoding="utf-8")
        made = self.server.command("webhook", "add", "--url", self.url(), "--event", "INITIALIZED",
                                   "--username", held["username"], "--password-file", str(file))
        self.begin()
        self.receiver.wait_calls(1)
        notice = self.wait_notices(lambda all_: all_ and all_[0]["state"] == "sent")[0]
        self.server.command("notice", "retry", notice["id"])
        calls = self.receiver.wait_calls(2)
        self.assertEqual(calls[0].headers["webhook-id"], calls[1].headers["webhook-id"])
        rotated = self.server.command("webhook", "rotate", made["id"], "--overlap", "0")
        self.begin()
        calls = self.receiver.wait_calls(3)
        self.assertEqual(self.verified(rotated["secret"], calls[2:]), [True])
        self.assertNotEqual(self.verified(made["secret"], calls[2:]), [True])
        self.server.command("webhook", "change", made["id"], "--state", "paused")
        self.begin()
        self.server.command("webhook", "remove", made["id"])
        self.assertEqual(self.server.command("webhook", "list")["items"], [])
        self.assertEqual(len(self.receiver.calls), 3)

    def test_while_a_secret_is_rotated_both_fit(self):
        made = self.add(events=["INITIALIZED"])
        new = self.expect_json(self.operate("POST", f"/webhooks/{made['id']}/rotate", {}), 201)
        self.begin()
        call = self.receiver.wait_calls(1)
        for secret in (made["secret"], new["secret"]):
            self.assertEqual(self.verified(secret, call), [True])


class Failing(WebhookCase):
    def wait_error(self, word):
        found = self.wait_notices(lambda all_: all_ and all_[0]["error"])
        self.assertIn(word, found[0]["error"])
        self.assertEqual(found[0]["state"], "queued")

    def test_what_is_not_taken_comes_again(self):
        self.receiver.script = lambda _, n: (500, {}, "secret of theirs") if n < 3 else take()
        self.add(events=["INITIALIZED"])
        self.begin()
        for done in (1, 2):
            self.wait_notices(lambda all_, done=done: all_[0]["attempts"] == done)
            self.server.advance(20)
        found = self.wait_notices(lambda all_: all_[0]["state"] == "sent")
        self.assertEqual(found[0]["attempts"], 3)
        calls = self.receiver.calls
        self.assertEqual(len({(c.headers["webhook-id"], c.body) for c in calls}), 1)
        self.assertNotIn("secret of theirs", self.server.log())

    def test_a_redirect_is_not_followed(self):
        other = engines.Engine(take)
        self.addCleanup(other.stop)
        for target in (self.url("/there", other, "http"), "http://169.254.169.254/latest"):
            self.receiver.script = lambda *_, to=target: (302, {"Location": to}, "")
            hook = self.add(events=["INITIALIZED"])
            self.begin()
            self.wait_error("status 302")
            self.operate("DELETE", f"/webhooks/{hook['id']}")
        self.assertEqual((other.calls, other.followed, self.receiver.followed), ([], [], []))

    def test_a_certificate_of_somebody_else_is_told_nothing(self):
        for name, subject in (("other", "IP:127.0.0.2"), ("shop2", "IP:127.0.0.1")):
            other = engines.Engine(take, engines.certificate(self.server.home, name, subject))
            self.addCleanup(other.stop)
            hook = self.add(self.url("/", other), events=["INITIALIZED"])
            self.begin()
            self.wait_error("SSL")
            self.assertEqual(other.calls, [])
            self.operate("DELETE", f"/webhooks/{hook['id']}")

    def test_one_that_says_nothing_keeps_no_other_waiting(self):
        silent = engines.Engine(lambda *_: time.sleep(30))
        self.addCleanup(silent.stop)
        self.add(self.url("/", silent, "http"), events=["INITIALIZED"])
        self.add(events=["INITIALIZED"])
        began = time.monotonic()
        for _ in range(20):
            self.begin()
        self.receiver.wait_calls(20)
        self.assertLess(time.monotonic() - began, 15)
        self.assertLess(len(silent.calls), 5)

    def test_an_answer_without_end_is_an_answer(self):
        self.receiver.script = lambda *_: (200, {}, "x" * 10_000_000)
        self.add(events=["INITIALIZED"])
        self.begin()
        self.wait_notices(lambda all_: all_ and all_[0]["state"] == "sent")

    def test_429_says_how_long(self):
        self.receiver.script = lambda _, n: take() if n > 1 else (429, {"Retry-After": "100"}, "")
        self.add(events=["INITIALIZED"])
        self.begin()
        self.wait_error("status 429")
        self.server.advance(60)
        time.sleep(0.3)  # long enough for a call that must not be made
        self.assertEqual(len(self.receiver.calls), 1)
        self.server.advance(60)
        self.receiver.wait_calls(2)

    def test_410_ends_it_until_somebody_says_otherwise(self):
        self.receiver.script = lambda *_: (410, {}, "")
        hook = self.add(events=["INITIALIZED"])
        self.begin()
        self.wait_notices(lambda all_: all_ and all_[0]["state"] == "dead")
        self.begin()
        self.assertEqual(len(self.notices()), 1)
        alarms = self.expect_json(self.operate("GET", "/alarms"), 200)["items"]
        self.assertEqual(alarms[0]["what"], "webhook_gone")
        self.receiver.script = take
        self.operate("PATCH", f"/webhooks/{hook['id']}", {"state": "active"})
        self.begin()
        self.receiver.wait_calls(2)

    def test_nothing_is_lost_when_the_server_is_killed(self):
        self.add(events=["INITIALIZED"])
        self.receiver.script = lambda *_: (time.sleep(0.01), take())[1]
        sessions = set()
        for _ in range(6):
            sessions |= {self.begin()[0] for _ in range(15)}
            self.server.kill()
            self.server.start()
        self.server.advance(60)  # what was claimed when it was killed is free again
        self.wait_notices(lambda all_: all_ and all(n["state"] == "sent" for n in all_))
        self.assertEqual({call.json["sessionId"] for call in self.receiver.calls}, sessions)
        self.assertLessEqual(len(self.receiver.calls), len(sessions) + 6, "one in hand each time")

    def test_erased_and_never_told(self):
        self.receiver.script = lambda *_: (503, {}, "")
        self.add()
        session = flows.enrolled(self.server)
        self.wait_notices(lambda all_: len(all_) == 3)
        listed = self.expect_json(self.operate("GET", "/sessions"), 200)["items"]
        self.assertEqual(listed[0]["sessionId"], session)
        self.assertEqual(self.operate("DELETE", f"/sessions/{listed[0]['id']}").status, 204)
        self.assertEqual(self.notices(), [], "with the answer, not with the next sweep")


if __name__ == "__main__":
    unittest.main()
