"""One-time means once: 64 concurrent uses of one secret, each kind, hundreds of secrets.

Eight threads hold eight keep-alive connections each; a barrier starts them, each writes its eight
requests before it reads an answer, so 64 requests are in flight at once. Sizes: LIMEN_RACE_SECRETS
(secrets of each kind, default 200), LIMEN_RACE_CODES (default 10000). Several nodes and injected
latency are not tested here.
"""
import collections
import json
import os
import threading
import unittest
import uuid

import flows
import limen
import pages
from test_limits import read_answer, status_of

SECRETS = int(os.environ.get("LIMEN_RACE_SECRETS", "200"))
CODES = int(os.environ.get("LIMEN_RACE_CODES", "10000"))
THREADS, EACH = 8, 8
RACERS = THREADS * EACH


def raw_post(path, body, auth=None, media="application/json", origin=None):
    head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media}\r\n"
            f"Content-Length: {len(body)}\r\n")
    if origin:
        head += f"Origin: {origin}\r\n"
    if auth:
        head += f"Authorization: {auth}\r\n"
    return head.encode() + b"\r\n" + body


class Track:
    """Eight threads that run rounds of 64 simultaneous requests over the same connections."""

    def __init__(self, server):
        self.server, self.rounds, self.answers = server, [], []

    def run(self, rounds):
        """rounds: lists of 64 raw requests; returns for each the list of (status, body)."""
        self.rounds = rounds
        self.answers = [[None] * RACERS for _ in rounds]
        self.barrier = threading.Barrier(THREADS)
        threads = [threading.Thread(target=self.race, args=(i,)) for i in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.answers

    def race(self, lane):
        wires = [self.server.open_socket(30) for _ in range(EACH)]
        try:
            for requests, answers in zip(self.rounds, self.answers):
                self.barrier.wait(60)
                for i, wire in enumerate(wires):
                    wire.sendall(requests[lane * EACH + i])
                for i, wire in enumerate(wires):
                    raw = read_answer(wire)
                    answers[lane * EACH + i] = (status_of(raw), raw.partition(b"\r\n\r\n")[2])
        except BaseException:
            self.barrier.abort()
            raise
        finally:
            for wire in wires:
                wire.close()


class Races(limen.Case):
    own_server = True

    def race(self, rounds):
        found = Track(self.server).run(rounds)
        for answers in found:
            self.assertNotIn(None, answers, "a racer got no answer")
        return found

    def expect_one_winner(self, answers, won, lost):
        tally = collections.Counter(status for status, _ in answers)
        self.assertEqual((tally[won], tally[lost]), (1, RACERS - 1), dict(tally))
        return next(limen.strict_json(body) for status, body in answers if status == won)

    def steps(self, session, bodies):
        path = f"/sessions/{session['session_id']}/steps"
        return [raw_post(path, json.dumps(body).encode()) for body in bodies]

    def test_B12_nonce_submits_once(self):
        sessions = [flows.accepted(flows.begin(self.server)) for _ in range(SECRETS)]
        rounds = []
        for session in sessions:
            base = flows.step_body(self.server, session["nonce"], flows.LOAN, "product_form", None)
            rounds.append(self.steps(session, [
                {**base, "data": {**flows.PRODUCT, "value": str(i)}} for i in range(RACERS)]))
        for session, answers in zip(sessions, self.race(rounds)):
            won = self.expect_one_winner(answers, 200, 400)
            self.expect(flows.step(self.server, session["session_id"], won["nonce"], flows.LOAN,
                                   "confirmation", {"accepted": True}), 200)

    def test_B12_identical_bodies_get_one_answer(self):
        sessions = [flows.accepted(flows.begin(self.server)) for _ in range(SECRETS)]
        rounds = [self.steps(s, [flows.step_body(self.server, s["nonce"], flows.LOAN,
                                                 "product_form", flows.PRODUCT)] * RACERS)
                  for s in sessions]
        for answers in self.race(rounds):
            self.assertEqual({status for status, _ in answers}, {200})
            self.assertEqual(len({body for _, body in answers}), 1)

    def test_B24_temp_token_exchanges_once(self):
        held = self.server.of("demo", "skills")
        rounds = []
        for _ in range(SECRETS):
            body = json.dumps({"client_id": held["client_id"], "client_secret":
                               held["client_secret"],
                               "temp_token": flows.aisp_to_end(self.server)}).encode()
            rounds.append([raw_post("/token", body + b" " * i) for i in range(RACERS)])
        for answers in self.race(rounds):
            pair = self.expect_one_winner(answers, 200, 401)
            self.assertTrue(pair["access_token"] and pair["credentials_id"])

    def test_B24_identical_exchanges_get_one_pair(self):
        held = self.server.of("demo", "skills")
        bodies = [json.dumps({"client_id": held["client_id"], "client_secret":
                              held["client_secret"],
                              "temp_token": flows.aisp_to_end(self.server)}).encode()
                  for _ in range(SECRETS)]
        for answers in self.race([[raw_post("/token", b)] * RACERS for b in bodies]):
            self.assertEqual({status for status, _ in answers}, {200})
            self.assertEqual(len({body for _, body in answers}), 1)

    def test_A29_one_address_is_invited_once(self):
        emails = [limen.fresh_email() for _ in range(SECRETS)]
        auth = self.server.bearer()
        rounds = [[raw_post("/v1/onboarding-token", json.dumps({
            "email": e, "first_name": "John", "last_name": "Smith"}).encode(), auth)] * RACERS
            for e in emails]
        for answers in self.race(rounds):
            self.expect_one_winner(answers, 201, 409)
        for email in (emails[0], emails[-1]):
            self.assertEqual(len(self.server.wait_mails(email)), 1)

    def test_A26_opening_gives_one_connection(self):
        emails = [limen.fresh_email() for _ in range(SECRETS)]
        last = "Smith" + uuid.uuid4().hex[:8]
        codes = [flows.code_of(self.server, e, "John", last) for e in emails]
        opens = [[raw_post("/v1/connections", json.dumps({
            "onboarding_token": code, "email": email}).encode())] * RACERS
            for email, code in zip(emails, codes)]
        consents = []
        for answers in self.race(opens):
            self.assertEqual({status for status, _ in answers}, {201})
            opened = [limen.strict_json(body) for _, body in answers]
            self.assertEqual(len({o["connection_id"] for o in opened}), 1)
            self.assertEqual(len({o["connection_token"] for o in opened}), RACERS)
            consents.append([raw_post(f"/v1/connections/{o['connection_id']}/consent",
                                      b'{"data_sharing_agreed":true}',
                                      "Bearer " + o["connection_token"]) for o in opened])
        # Everybody agrees at once: whoever is answered 200 is told the one truth.
        for answers in self.race(consents):
            self.assertIn(200, {status for status, _ in answers})
            self.assertLess(max(status for status, _ in answers), 500)
            self.assertEqual({body for status, body in answers if status == 200},
                             {next(b for s, b in answers if s == 200)})
        found = flows.accepted(flows.people(self.server, {"filters": {"last_name": last}}))
        self.assertEqual(found["pagination"]["total"], SECRETS)
        for email, code in zip(emails[:5], codes):
            self.expect(flows.connect(self.server, code, email), 404)

    def test_D08_one_session_id_wins_once(self):
        auth, rounds = self.server.enrolment_basic(), []
        ids = [str(uuid.uuid4()) for _ in range(SECRETS)]
        for session_id in ids:
            body = json.dumps({"sessionId": session_id, "returnUrl": flows.RETURN_URL}).encode()
            rounds.append([raw_post("/api/v1/enrolment/initialize", body, auth)] * RACERS)
        for session_id, answers in zip(ids, self.race(rounds)):
            won = self.expect_one_winner(answers, 200, 409)
            self.expect(flows.wanted(self.server, "Bearer " + won["accessToken"], session_id), 200)

    def test_one_phone_takes_over_by_one_link(self):
        rounds, desktops = [], []
        for _ in range(SECRETS):
            browser, _ = pages.desktop(self.server)
            link = pages.hand_over(browser)
            rounds.append([raw_post("/continue", link.split("?")[1].encode(), None,
                                    "application/x-www-form-urlencoded",
                                    self.server.base_url)] * RACERS)
            desktops.append(browser)
        for browser, answers in zip(desktops, self.race(rounds)):
            tally = collections.Counter(status for status, _ in answers)
            self.assertEqual(tally, {303: 1, 410: RACERS - 1})
            state = self.server.get(browser.path.rsplit("/", 1)[0] + "/state",
                                    headers={"Cookie": browser.cookie_header()})
            self.assertEqual(self.expect_json(state, 200)["phone"], "connected")


class Codes(limen.Case):
    """On a server of its own: ten thousand letters keep an outbox busy for a while."""
    own_server = True

    def test_A23_ten_thousand_distinct_codes(self):
        auth = self.server.bearer()
        codes, lock, left = [], threading.Lock(), iter(range(CODES))

        def work():
            found = []
            with self.server.open_socket(30) as wire:
                while True:
                    with lock:
                        if next(left, None) is None:
                            break
                    wire.sendall(raw_post("/v1/onboarding-token", json.dumps({
                        "email": limen.fresh_email("many"), "first_name": "John",
                        "last_name": "Smith"}).encode(), auth))
                    raw = read_answer(wire)
                    if status_of(raw) != 201:
                        found.append(raw)
                        break
                    found.append(json.loads(raw.partition(b"\r\n\r\n")[2])["onboarding_token"])
            with lock:
                codes.extend(found)
        threads = [threading.Thread(target=work) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([c for c in codes if isinstance(c, bytes)], [])
        self.assertEqual((len(codes), len(set(codes))), (CODES, CODES))


if __name__ == "__main__":
    unittest.main()
