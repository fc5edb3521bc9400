"""One-time means once: 64 concurrent uses of one secret, each kind, hundreds of secrets.

Eight threads hold eight keep-alive connections each; a barrier starts them, each writes its eight
requests before it reads an answer, so 64 requests are in flight at once. Sizes: LIMEN_RACE_SECRETS
(secrets of each kind, default 200; of staff a twentieth, at most 50, for each costs 66 slow
hashes), LIMEN_RACE_CODES (default 10000). Several nodes and injected latency are not tested here.
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
from test_console import ConsoleCase, Desk, totp
from test_limits import read_answer, status_of

SECRETS = int(os.environ.get("LIMEN_RACE_SECRETS", "200"))
STAFF = max(3, min(SECRETS // 20, 50))
CODES = int(os.environ.get("LIMEN_RACE_CODES", "10000"))
THREADS, EACH = 8, 8
RACERS = THREADS * EACH
PASSWORD = "correct horse battery"


def raw_post(path, body, auth=None, media="application/json", origin=None, more=()):
    head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media}\r\n"
            f"Content-Length: {len(body)}\r\n")
    head += "".join(f"{name}: {value}\r\n" for name, value in more)
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


class Racing(limen.Case):
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


class Races(Racing):
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


class Repeats(Racing):
    """One Idempotency-Key, 64 at once: whoever asked the same is told the same, once made."""

    def sessions(self):
        """The ids of all sessions that the operator sees."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.expect_json(self.server.get(
                "/operator/v1/sessions?limit=100" + (f"&cursor={cursor}" if cursor else ""),
                auth=self.server.operator_basic()), 200)
            found += [row["id"] for row in page["items"]]
            cursor = page["next"]
        return found

    def expect_one_answer(self, answers, status):
        self.assertEqual({found for found, _ in answers}, {status})
        self.assertEqual(len({body for _, body in answers}), 1)
        return limen.strict_json(answers[0][1])

    def keyed(self, path, body, key, auth=None):
        return raw_post(path, json.dumps(body).encode(), auth, more=[("Idempotency-Key", key)])

    def test_one_invitation_and_one_letter(self):
        auth, emails = self.server.bearer(), [limen.fresh_email() for _ in range(SECRETS)]
        rounds = [[self.keyed("/v1/onboarding-token", {
            "email": e, "first_name": "John", "last_name": "Smith"}, e, auth)] * RACERS
            for e in emails]
        codes = [self.expect_one_answer(answers, 201)["onboarding_token"]
                 for answers in self.race(rounds)]
        self.assertEqual(len(set(codes)), SECRETS)
        for email, code in list(zip(emails, codes))[::max(1, SECRETS // 10)]:
            self.expect(flows.connect(self.server, code, email), 201)
            self.assertEqual(len(self.server.wait_mails(email)), 1)

    def test_one_session_of_a_back_end(self):
        held = self.server.of("demo", "skills")
        body = {"client_id": held["client_id"], "client_app_key": held["client_app_key"],
                "skill": flows.LOAN}
        before = self.sessions()
        made = [self.expect_one_answer(answers, 200)["session_id"] for answers in self.race(
            [[self.keyed("/sessions", body, str(uuid.uuid4()))] * RACERS for _ in range(SECRETS)])]
        self.assertEqual(sorted(self.sessions()), sorted(before + made))

    def test_one_session_of_a_device_and_one_enrolment(self):
        auth, before, made = self.server.enrolment_basic(), self.sessions(), []
        rounds = [[self.keyed("/api/v1/enrolment/initialize", {
            "sessionId": i, "returnUrl": flows.RETURN_URL}, i, auth)] * RACERS
            for i in (str(uuid.uuid4()) for _ in range(SECRETS))]
        for answers in self.race(rounds):
            self.expect_one_answer(answers, 200)
        self.assertEqual(len(self.sessions()), len(before) + SECRETS)
        before = self.sessions()
        rounds = [[self.keyed("/api/sessions?workflowId=identity", {}, "k",
                              flows.token_of(self.server))] * RACERS for _ in range(SECRETS)]
        for answers in self.race(rounds):
            made.append(self.expect_one_answer(answers, 201)["id"])
        self.assertEqual(sorted(self.sessions()), sorted(before + made))

    def test_whoever_asks_something_else_under_it_is_refused(self):
        auth, key = self.server.bearer(), str(uuid.uuid4())
        for answers in self.race([[self.keyed("/v1/onboarding-token", {
                "email": limen.fresh_email(), "first_name": "John", "last_name": "Smith"},
                f"{key}-{round_}", auth) for _ in range(RACERS)] for round_ in range(SECRETS)]):
            self.expect_one_winner(answers, 201, 422)


class Staff(Racing, ConsoleCase):
    """What lets a member of staff in lets one in: their link, their codes."""

    def setUp(self):
        self.owner = self.sign_in()

    def asked(self, path, body):
        return raw_post("/operator/v1/" + path, json.dumps(body).encode(),
                        origin=self.server.base_url,
                        more=[("X-Limen-Console", "1"), ("Sec-Fetch-Site", "same-origin")])

    def links(self):
        """(address, token, seed) of members who have not signed up."""
        found = []
        for _ in range(STAFF):
            email = limen.fresh_email("staff")
            made = self.expect(self.owner.call("POST", "/operator/v1/staff", {
                "email": email, "name": "A", "role": "reviewer"}), 201).json()
            token = made["link"].split("#")[1]
            seed = self.expect(Desk(self.server).call(
                "POST", "/operator/v1/sign-up", {"token": token}), 200).json()["totp"]["secret"]
            found.append((email, token, seed))
        return found

    def members(self):
        """(address, ticket of a right password, seed, recovery codes) of members who signed up."""
        found = []
        for email, token, seed in self.links():
            now = self.server.now()
            made = self.expect(Desk(self.server).call("POST", "/operator/v1/sign-up/finish", {
                "token": token, "password": PASSWORD, "code": totp(seed, now)}), 201).json()
            found.append((email, seed, made["recoveryCodes"]))
        self.server.advance(60)  # past the step whose code they signed up with
        return [(email, self.expect(Desk(self.server).call("POST", "/operator/v1/session", {
            "email": email, "password": PASSWORD}), 200).json()["ticket"], seed, codes)
            for email, seed, codes in found]

    def race_of(self, asked):
        """One round: a code is good for half a minute, and many rounds may take longer."""
        return self.race([asked])[0]

    def signed_in(self):
        """How often each address is signed in."""
        rows = self.expect(self.owner.call("GET", "/operator/v1/signed-in"), 200).json()["items"]
        return collections.Counter(row["staff"]["email"] for row in rows)

    def test_a_link_signs_one_member_up(self):
        for email, token, seed in self.links():
            code = totp(seed, self.server.now())
            answers = self.race_of([self.asked("sign-up/finish", {
                "token": token, "password": f"{PASSWORD} {i}", "code": code})
                for i in range(RACERS)])
            won = self.expect_one_winner(answers, 201, 404)
            self.assertEqual(won["staff"]["email"], email)
            self.expect(Desk(self.server).call("POST", "/operator/v1/sign-up", {"token": token}),
                        404)
            self.assertEqual(self.signed_in()[email], 1)
            # One password is theirs: the winner's.
            index = next(i for i, (status, _) in enumerate(answers) if status == 201)
            for i in (index, (index + 1) % RACERS):
                answer = Desk(self.server).call("POST", "/operator/v1/session", {
                    "email": email, "password": f"{PASSWORD} {i}"})
                self.expect(answer, 200 if i == index else 401)

    def test_a_code_lets_a_member_in_once(self):
        for email, ticket, seed, _ in self.members():
            code = totp(seed, self.server.now())
            answers = self.race_of(
                [self.asked("session/code", {"ticket": ticket, "code": code})] * RACERS)
            self.assertEqual(self.expect_one_winner(answers, 200, 401)["staff"]["email"], email)
            self.assertEqual(self.signed_in()[email], 2)  # signing up was the other

    def test_a_recovery_code_lets_a_member_in_once(self):
        for email, ticket, _, codes in self.members():
            answers = self.race_of([self.asked("session/code", {
                "ticket": ticket, "recovery_code": codes[0]})] * RACERS)
            won = self.expect_one_winner(answers, 200, 401)
            self.assertEqual(won["recoveryCodesLeft"], len(codes) - 1)
            self.assertEqual(self.signed_in()[email], 2)


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
