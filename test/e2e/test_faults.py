"""Disks that fail, fill up or are pulled away under the real binary (trust 2.B-1, 2.B-3, 2.B-4).

The first class is test_crash once more, but the SIGKILL strikes at a named point: before, after or
in the middle of one kind of file call on one kind of file. The others fail calls instead. What is
judged is the same: nothing acknowledged is lost, nothing one-time works twice.
"""
import errno
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

import faults
import flows
import limen
import pictures
import test_crash

LONG = test_crash.KILLS > 100
SEED = test_crash.SEED

# Where the data folder changes under load, and while the log is copied back at the end.
UNDER_LOAD = [(faults.WRITES, faults.LOG), (faults.SYNCS, faults.LOG),
              (faults.OPENS, faults.UPLOAD), (faults.WRITES, faults.UPLOAD),
              (faults.SYNCS, faults.UPLOAD), (faults.RENAMES, faults.UPLOAD),
              (faults.SYNCS, faults.FOLDER)]
AT_THE_END = [(faults.WRITES, faults.DATABASE), (faults.SYNCS, faults.DATABASE),
              (faults.SYNCS, faults.LOG), (faults.UNLINKS, faults.LOG)]


def points():
    for is_end, places in ((False, UNDER_LOAD), (True, AT_THE_END)):
        for verb, part in places:
            for action in (faults.KILL_BEFORE, faults.KILL_AFTER):
                yield is_end, verb, part, action
            if verb == faults.WRITES:
                yield is_end, verb, part, faults.HALVE_AND_KILL


def soundness(data):
    """What is wrong in a data folder nobody uses: the database, the digest of every upload."""
    wrong = []
    with sqlite3.connect(data / "limen.db") as db:
        wrong += [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        for name, sha256 in db.execute("SELECT file, sha256 FROM uploads"):
            file = data / "uploads" / name[:2] / name
            if not file.exists():
                wrong.append(f"{name} is not there")
            elif hashlib.sha256(file.read_bytes()).digest() != sha256:
                wrong.append(f"{name} is not what its row says")
    db.close()
    return wrong


class Points(test_crash.Crash):
    """kill -9 at named points, in turn."""

    @classmethod
    def setUpClass(cls):
        cls.server = faults.Server().start()
        cls.all, cls.turn, cls.hit, cls.dice = list(points()), 0, {}, random.Random(SEED)

    def load(self, limit):
        self.point = self.all[self.turn % len(self.all)]
        Points.turn += 1
        is_end, verb, part, action = self.point
        if is_end:
            return super().load(limit)
        strike = self.dice.randrange(1, 200 if part == faults.LOG else 6)
        self.server.faults.arm(action, strike, verb, part)
        return super().load(10 ** 9)  # until it is struck

    def wait(self, journal):
        """Until the server was struck, or has said enough."""
        until = time.monotonic() + 20
        while self.server.is_running() and not journal.full.wait(0.005):
            if time.monotonic() > until:
                return False
        return True

    def end(self):
        is_end, verb, part, action = self.point
        if is_end and self.server.is_running():
            strike = self.dice.randrange(1, 6) if verb == faults.WRITES else 1
            self.server.faults.arm(action, strike, verb, part)
            self.server.process.send_signal(signal.SIGTERM)
            try:
                self.server.process.wait(10)
            except subprocess.TimeoutExpired:
                self.fail("neither ended nor killed")
        if self.server.faults.get("struck"):
            Points.hit[self.point] = self.hit.get(self.point, 0) + 1
        self.server.faults.disarm()
        super().end()

    def rounds(self):
        return max(test_crash.KILLS, len(self.all))

    def test_kill_9_under_load(self):
        super().test_kill_9_under_load()
        missed = [point for point in self.all if point not in self.hit]
        self.assertLess(len(missed), 4 if not LONG else 1, f"points never struck: {missed}")
        if LONG:
            self.assertGreaterEqual(min(self.hit.values()), 20, "each point 20 times")
            print("     | strikes:", sorted(self.hit.values()))


class Start(limen.Case):
    """kill -9 in the first start: folders, keys, schema, the first organisations."""

    @classmethod
    def setUpClass(cls):
        cls.server = None

    def tearDown(self):
        if self.server is not None:
            self.server.kill()

    def first_start(self, strike, action):
        self.server = faults.Server()
        self.server.faults.arm(action, strike)
        self.server.spawn()
        try:
            until = time.monotonic() + 20
            while (self.server.process.poll() is None
                   and not self.server.credentials_file.exists()):
                self.assertLess(time.monotonic(), until)
                time.sleep(0.002)
        finally:
            self.server.kill()
        return self.server.faults.get("seen")

    def test_kill_9_in_the_first_start(self):
        calls = self.first_start(0, faults.PASS)
        self.assertGreater(calls, 300)
        dice = random.Random(SEED)
        strikes = range(1, calls + 1)
        for strike in strikes if LONG else sorted(dice.sample(strikes, 12)):
            action = dice.choice((faults.KILL_BEFORE, faults.KILL_AFTER, faults.HALVE_AND_KILL))
            with self.subTest(strike=strike, action=action, of=calls):
                self.first_start(strike, action)
                self.server.faults.disarm()
                self.server.start()
                self.assertLess(self.server.started_in, 2.0)
                flows.join(self.server, limen.fresh_email())
                self.assertEqual(self.server.stop(), 0)
                self.assertEqual(soundness(self.server.data), [])
                shutil.rmtree(self.server.home, ignore_errors=True)


class Operator(limen.Case):
    """kill -9 and failing calls while the signing key is rotated and a backup is made."""

    def setUp(self):
        self.server = faults.Server().start()

    def tearDown(self):
        self.server.kill()

    @classmethod
    def setUpClass(cls):
        cls.server = None

    def auth(self):
        held = self.server.credentials["installation_operator"]
        return limen.basic(held["username"], held["password"])

    def do(self, what):
        return self.server.post(f"/operator/v1/{what}", {}, auth=self.auth())

    def check_backups(self, told):
        """Whatever bears a backup's name is one, and what was told is there."""
        folder = self.server.data / "backups"
        there = sorted(folder.glob("*.db")) if folder.exists() else []
        for file in there:
            with sqlite3.connect(file) as db:
                self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)], file)
                self.assertGreater(db.execute("SELECT count(*) FROM organisations").fetchone()[0],
                                   0, file)
            db.close()
        for file in told:
            self.assertIn(os.path.basename(file), [path.name for path in there])

    def test_kill_9_in_backup_and_key_rotation(self):
        dice = random.Random(SEED)
        told = []
        for what in ("backups", "signing-keys"):
            self.server.faults.arm(faults.PASS, 0)
            self.expect(self.do(what), 201)
            calls = self.server.faults.get("seen")
            self.assertGreater(calls, 3)
            for strike in range(1, calls + 1) if LONG else sorted(dice.sample(
                    range(1, calls + 1), min(4, calls))):
                action = dice.choice((faults.KILL_BEFORE, faults.KILL_AFTER,
                                      faults.HALVE_AND_KILL))
                with self.subTest(what=what, strike=strike, action=action, of=calls):
                    self.server.faults.arm(action, strike)
                    try:
                        answer = self.do(what)
                        if what == "backups":
                            told.append(answer.json()["file"])
                    except limen.LOST:
                        pass
                    self.server.kill()
                    self.server.faults.disarm()
                    self.server.start()
                    self.assertLess(self.server.started_in, 2.0)
                    self.check_backups(told)
                    flows.join(self.server, limen.fresh_email())


class Sync(limen.Case):
    """A sync that fails once: nothing that rests on it is acknowledged, now or later."""

    @classmethod
    def setUpClass(cls):
        cls.server = None

    def tearDown(self):
        self.server.kill()

    def until_it_ends(self):
        """Invites until the server dies; what it acknowledged, and how many it was asked."""
        told, bearer = [], self.server.bearer()
        for _ in range(200):
            email = limen.fresh_email()
            had_failed = self.server.faults.get("struck") > 0
            try:
                answer = self.server.post("/v1/onboarding-token", {
                    "email": email, "first_name": "John", "last_name": "Smith"}, auth=bearer)
            except limen.LOST:
                break
            if answer.status == 201:
                self.assertFalse(had_failed, "acknowledged after a sync had failed")
                told.append((email, answer.json()["onboarding_token"]))
            else:
                self.expect(answer, 503)
        return told

    def test_a_failed_sync_of_the_log_ends_the_server(self):
        self.server = faults.Server().start()
        for strike in (1, 2, 7):
            with self.subTest(strike=strike):
                self.server.faults.arm(faults.FAIL, strike, faults.SYNCS, faults.LOG, errno.EIO)
                told = self.until_it_ends()
                self.assertEqual(self.server.process.wait(10), -signal.SIGABRT)
                self.assertIn("store_broken", self.server.log())
                self.server.faults.disarm()
                self.server.start()
                for email, code in told:
                    self.expect(flows.connect(self.server, code, email), 201)

    def test_a_failed_sync_of_an_upload_folder_ends_the_server(self):
        self.server = faults.Server().start()
        token, session_id = flows.device_session(self.server)
        one = flows.accepted(flows.submit(self.server, token, session_id, "document",
                                          flows.PASSPORT))
        self.server.faults.arm(faults.FAIL, 1, faults.SYNCS, faults.FOLDER, errno.EIO)
        try:
            answer = flows.attach(self.server, token, session_id, one["stepId"], "document_front")
            self.expect(answer, 503)
        except limen.LOST:
            pass
        self.assertEqual(self.server.process.wait(10), -signal.SIGABRT)
        self.assertIn("store_broken", self.server.log())
        self.server.faults.disarm()
        self.server.start()
        self.expect(flows.attach(self.server, token, session_id, one["stepId"],
                                 "document_front"), 201)

    def test_a_failed_sync_of_a_file_costs_that_upload(self):
        self.server = faults.Server().start()
        token, session_id = flows.device_session(self.server)
        one = flows.accepted(flows.submit(self.server, token, session_id, "document",
                                          flows.PASSPORT))
        self.server.faults.arm(faults.FAIL, 1, faults.SYNCS, faults.UPLOAD, errno.EIO)
        self.expect(flows.attach(self.server, token, session_id, one["stepId"],
                                 "document_front"), 503)
        self.assertEqual(list((self.server.data / "uploads/incoming").iterdir()), [])
        self.expect(flows.attach(self.server, token, session_id, one["stepId"],
                                 "document_front"), 201)


class Full(limen.Case):
    """No room: refusals that say so, reads that go on, nothing half, and life when room returns."""

    @classmethod
    def setUpClass(cls):
        cls.server = None

    def setUp(self):
        self.server = faults.Server()
        self.mounted = False

    def tearDown(self):
        self.server.kill()
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.server.data)], check=False)

    def mount(self, options):
        """A small file system of its own, where the machine lets us."""
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "limen-full",
                               str(self.server.data)], check=False, capture_output=True)
        self.mounted = done.returncode == 0
        return self.mounted

    def capture(self):
        token, session_id = flows.device_session(self.server)
        one = flows.accepted(flows.submit(self.server, token, session_id, "document",
                                          flows.PASSPORT))
        return token, session_id, one["stepId"]

    def fill(self, picture, most):
        """Uploads until there is no room; the captures that were acknowledged, and the refusal."""
        told = []
        for _ in range(most):
            try:
                token, session_id, step_id = self.capture()
            except flows.Refused as refused:
                self.assertIn("<503", str(refused))
                return told, None
            answer = flows.attach(self.server, token, session_id, step_id, "document_front",
                                  picture)
            if answer.status != 201:
                return told, answer
            told.append((token, session_id))
        self.fail(f"never full after {most} uploads")
        return told, None

    def check(self, told, make_room):
        self.expect(self.server.get("/healthz"), 200)
        for token, session_id in told[-5:]:  # reads go on
            want = flows.accepted(flows.wanted(self.server, token, session_id))
            self.assertEqual(want["step"], "selfie")
        self.assertEqual(list((self.server.data / "uploads/incoming").iterdir()), [])
        for _ in range(3):  # and it goes on saying so
            try:
                token, session_id, step_id = self.capture()
                self.assertIn(flows.attach(self.server, token, session_id, step_id,
                                           "document_front", pictures.png() + bytes(900_000))
                              .status, (503, 507))
            except flows.Refused as refused:
                self.assertIn("<503", str(refused))
        self.assertTrue(self.server.is_running())
        make_room()
        flows.join(self.server, limen.fresh_email())
        token, session_id, step_id = self.capture()
        self.expect(flows.attach(self.server, token, session_id, step_id, "document_front"), 201)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(soundness(self.server.data), [])

    def test_no_room(self):
        is_real = self.mount("size=32m")
        self.server.start()
        print(f"     | disk full: {'tmpfs of 32 MiB' if is_real else 'ENOSPC by the interposer'}")
        ballast = self.server.data / "ballast"
        if is_real:
            ballast.write_bytes(bytes(16 << 20))
            room = ballast.unlink
        else:
            self.server.faults.arm(faults.FAIL_ON, 200, faults.WRITES, faults.LOG | faults.UPLOAD
                                   | faults.DATABASE, errno.ENOSPC)
            room = self.server.faults.disarm
        told, answer = self.fill(pictures.png() + bytes(900_000), 60)
        if answer is not None:
            self.expect(answer, 503, 507)
        self.check(told, room)

    def test_no_inodes(self):
        is_real = self.mount("size=64m,nr_inodes=340")
        self.server.start()
        print(f"     | no inodes: {'tmpfs of 340' if is_real else 'ENOSPC by the interposer'}")
        if not is_real:
            self.server.faults.arm(faults.FAIL_ON, 10, faults.OPENS, faults.UPLOAD, errno.ENOSPC)
        told, answer = self.fill(pictures.png(), 400)
        self.expect(answer, 503, 507)

        def room():
            if not is_real:
                return self.server.faults.disarm()
            return subprocess.run(["mount", "-o", "remount,nr_inodes=800",
                                   str(self.server.data)], check=True)
        self.check_reads_and(told, room)

    def check_reads_and(self, told, make_room):
        for token, session_id in told[-5:]:
            want = flows.accepted(flows.wanted(self.server, token, session_id))
            self.assertEqual(want["step"], "selfie")
        flows.join(self.server, limen.fresh_email())  # what needs no new file goes on
        make_room()
        token, session_id, step_id = self.capture()
        self.expect(flows.attach(self.server, token, session_id, step_id, "document_front"), 201)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(soundness(self.server.data), [])


class Memory(limen.Case):
    """The Nth allocation fails anywhere in the server, the loop included: one answer, not all."""

    @classmethod
    def setUpClass(cls):
        cls.server = faults.Server().start()
        cls.control = cls.server.faults
        held = cls.server.of("demo", "skills")
        cls.opening = {"client_id": held["client_id"], "client_app_key": held["client_app_key"],
                       "skill": flows.LOAN}

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def ask(self, strike, question):
        """One request on a connection of its own; None when it got no answer."""
        client = limen.Client(self.server.port, timeout=10, retry=False)
        self.control.set(allocations=0, allocations_struck=0)
        self.control.set(allocation_strike=strike)
        try:
            return client.send(*question)
        except limen.LOST:
            return None
        finally:
            self.control.disarm()
            client.close()

    def walk(self, name, make, wanted):
        """`make` gives a question that was not asked before."""
        strike, outages = 1, 0
        while True:
            question = make()
            answer = self.ask(strike, question)
            is_struck = self.control.get("allocations_struck") > 0
            self.assertTrue(self.server.is_running(),
                            f"{name}: ended at allocation {strike}\n{self.server.log()[-800:]}")
            if answer is None or answer.status >= 500:
                self.assertTrue(is_struck, repr(answer))
                outages += 1
                try:
                    self.expect(self.server.client.send(*question), wanted, 409)
                except ConnectionRefusedError:
                    self.fail(f"{name}: deaf after allocation {strike}\n"
                              f"{self.server.process.poll()} {self.server.log()[-800:]}")
            else:
                self.expect(answer, wanted)
            if not is_struck:
                break
            strike += 1
        self.assertGreater(outages, 3, name)

    def test_allocations(self):
        kind = {"Content-Type": "application/json"}
        bearer = {**kind, "Authorization": self.server.bearer()}
        token, session_id = flows.device_session(self.server)

        def invitation():
            return ("POST", "/v1/onboarding-token", json.dumps({
                "email": limen.fresh_email(), "first_name": "A", "last_name": "B"}), bearer)
        self.walk("invite", invitation, 201)
        self.walk("begin", lambda: ("POST", "/sessions", json.dumps(self.opening), kind), 200)
        self.walk("next", lambda: ("GET", f"/api/sessions/{session_id}/next", None,
                                   {"Authorization": token}), 200)

    def test_allocations_of_an_upload(self):
        token, session_id = flows.device_session(self.server)
        one = flows.accepted(flows.submit(self.server, token, session_id, "document",
                                          flows.PASSPORT))
        form, body = limen.multipart([("type", "document_front")], [
            ("file", "a.png", "image/png", pictures.png())])
        question = ("POST", f"/api/sessions/{session_id}/steps/{one['stepId']}/files", body,
                    {"Content-Type": form, "Authorization": token})
        self.walk("upload", lambda: question, 201)


if __name__ == "__main__":
    unittest.main()
