"""The console's back end over real HTTP: signing in, roles, cross-site calls, what lists show.

A member of staff here is a browser's worth of cookies and headers; the pages themselves are tested
in test/browser. What each answer looks like to the letter is in test/transcripts/operator.
"""
import base64
import hashlib
import hmac
import struct
import threading
import time
import unittest

import limen


def totp(secret, at, step=30):
    """RFC 6238 with SHA-1 and six digits, written anew so that it is not our own word for it."""
    padded = secret + "=" * (-len(secret) % 8)
    mac = hmac.new(base64.b32decode(padded), struct.pack(">Q", int(at) // step), hashlib.sha1)
    digest = mac.digest()
    offset = digest[19] & 15
    number = struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


class Desk:
    """One browser at the console: cookies, and the header its script sends."""

    def __init__(self, server):
        self.server, self.cookies = server, {}

    def call(self, method, path, body=None, **headers):
        sent = {"X-Limen-Console": "1", "Sec-Fetch-Site": "same-origin",
                "Origin": self.server.base_url}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        sent = {name: value for name, value in sent.items() if value is not None}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        answer = self.server.call(method, path, body, headers=sent)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                pair, *attributes = value.split("; ")
                cookie, text = pair.split("=", 1)
                assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(attributes), value
                self.cookies[cookie] = text
        return answer


class ConsoleCase(limen.Case):
    own_server = True

    def code(self, secret):
        # A code works once; the next step has another.
        return totp(secret, self.server.advance(30))

    def sign_in(self, organisation="demo"):
        desk, owner = Desk(self.server), self.server.credentials["organisations"][organisation]
        owner = owner["console"]
        answer = desk.call("POST", "/operator/v1/session",
                           {"email": owner["email"], "password": owner["password"],
                            "code": self.code(owner["totp_secret"])})
        self.expect(answer, 200)
        return desk

    def member(self, owner, role):
        email = limen.fresh_email(role)
        made = self.expect(owner.call("POST", "/operator/v1/staff",
                                      {"email": email, "name": role, "role": role}), 201).json()
        token = made["link"].split("#")[1]
        desk = Desk(self.server)
        seed = self.expect(desk.call("POST", "/operator/v1/sign-up", {"token": token}),
                           200).json()["totp"]["secret"]
        self.expect(desk.call("POST", "/operator/v1/sign-up/finish",
                              {"token": token, "password": "correct horse battery",
                               "code": self.code(seed)}), 201)
        return desk


class Entrance(ConsoleCase):
    def test_a_password_alone_is_not_enough(self):
        owner = self.server.credentials["organisations"]["demo"]["console"]
        desk = Desk(self.server)
        begun = self.expect(desk.call("POST", "/operator/v1/session",
                                      {"email": owner["email"], "password": owner["password"]}),
                            200).json()
        self.assertEqual(begun["next"], "code")
        self.assertEqual(desk.cookies, {})
        self.expect(desk.call("GET", "/operator/v1/session"), 401)
        answer = desk.call("POST", "/operator/v1/session/code",
                           {"ticket": begun["ticket"], "code": self.code(owner["totp_secret"])})
        self.assertEqual(self.expect(answer, 200).json()["staff"]["role"], "owner")
        self.expect(desk.call("GET", "/operator/v1/session"), 200)

    def test_an_unknown_address_costs_the_time_of_a_wrong_password(self):
        owner = self.server.credentials["organisations"]["demo"]["console"]
        took = {}
        for email in (owner["email"], "nobody@demo.example") * 5:
            begin = time.monotonic()
            self.expect(Desk(self.server).call("POST", "/operator/v1/session",
                                               {"email": email, "password": "wrong password"}), 401)
            took.setdefault(email, []).append(time.monotonic() - begin)
        known, unknown = (min(times) for times in took.values())
        self.assertLess(max(known, unknown), 3 * min(known, unknown), took)

    def test_hashing_holds_up_nobody_else(self):
        stop = threading.Event()

        def guess():
            while not stop.is_set():
                Desk(self.server).call("POST", "/operator/v1/session",
                                       {"email": "nobody@demo.example", "password": "guess"})
        guessers = [threading.Thread(target=guess) for _ in range(4)]
        for one in guessers:
            one.start()
        worst = 0
        for _ in range(20):
            begin = time.monotonic()
            self.expect(self.server.get("/skills"), 200)
            worst = max(worst, time.monotonic() - begin)
        stop.set()
        for one in guessers:
            one.join()
        self.assertLess(worst, 1.5)

    def test_another_site_changes_nothing(self):
        desk = self.sign_in()
        body = {"email": limen.fresh_email(), "first_name": "A", "last_name": "B"}
        for crossing in ({"X_Limen_Console": None}, {"Origin": "https://evil.example"},
                         {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}):
            with self.subTest(crossing):
                answer = desk.call("POST", "/operator/v1/invitations", body, **crossing)
                self.assertEqual(self.expect(answer, 403).json()["code"], "cross_site")
        self.expect(desk.call("POST", "/operator/v1/invitations", body), 201)

    def test_a_password_that_a_browser_keeps_is_of_no_use_to_another_site(self):
        auth = self.server.operator_basic()
        for site, want in (("cross-site", 403), ("same-site", 403), ("none", 201), (None, 201)):
            with self.subTest(site):
                body = {"email": limen.fresh_email(), "first_name": "A", "last_name": "B"}
                answer = self.server.post("/operator/v1/invitations", body, auth=auth,
                                          headers={"Sec-Fetch-Site": site} if site else {})
                self.expect(answer, want)

    def test_no_browser_asks_for_a_password_by_itself(self):
        desk = Desk(self.server)
        for answer in (desk.call("GET", "/operator/v1/session"),
                       desk.call("GET", "/operator/v1/invitations")):
            self.assertNotIn("Basic", self.expect(answer, 401).header("www-authenticate"))
        answer = self.server.get("/operator/v1/invitations")
        self.assertIn("Basic", self.expect(answer, 401).header("www-authenticate"))

    def test_a_session_survives_a_restart_and_no_sign_out(self):
        desk = self.sign_in()
        self.server.stop()
        self.server.start()
        self.expect(desk.call("GET", "/operator/v1/session"), 200)
        before = dict(desk.cookies)
        self.expect(desk.call("DELETE", "/operator/v1/session"), 204)
        desk.cookies = before
        self.expect(desk.call("GET", "/operator/v1/session"), 401)


class Roles(ConsoleCase):
    def test_each_role_on_each_call(self):
        owner = self.sign_in()
        reviewer, reader = self.member(owner, "reviewer"), self.member(owner, "read_only")
        self.expect(owner.call("POST", "/operator/v1/session/confirm",
                               {"code": self.code(self.server.credentials["organisations"]["demo"]
                                                  ["console"]["totp_secret"])}), 200)
        nothing = "0197b000-0000-7000-8000-000000000000"
        everybody, handlers, owners = (owner, reviewer, reader), (owner, reviewer), (owner,)
        calls = [
            ("GET", "/operator/v1/overview", None, everybody),
            ("GET", "/operator/v1/invitations", None, everybody),
            ("GET", "/operator/v1/sessions?order=newest", None, everybody),
            ("GET", "/operator/v1/outbox", None, everybody),
            ("GET", "/operator/v1/keys", None, everybody),
            ("GET", "/operator/v1/clients", None, everybody),
            ("GET", "/operator/v1/skills", None, everybody),
            ("GET", "/operator/v1/themes", None, everybody),
            ("GET", "/operator/v1/alarms", None, everybody),
            ("GET", "/operator/v1/session", None, everybody),
            ("DELETE", f"/operator/v1/invitations/{nothing}", None, handlers),
            ("POST", f"/operator/v1/invitations/{nothing}/resend", {}, handlers),
            ("POST", f"/operator/v1/outbox/{nothing}/retry", {}, handlers),
            ("POST", f"/operator/v1/sessions/{nothing}/review", {}, handlers),
            ("GET", f"/operator/v1/sessions/{nothing}/files/{nothing}", None, handlers),
            ("GET", f"/operator/v1/sessions/{nothing}/receipt", None, handlers),
            ("POST", "/operator/v1/invitations", {}, handlers),
            ("POST", "/operator/v1/invitations/export", {}, handlers),
            ("GET", "/operator/v1/staff", None, owners),
            ("GET", "/operator/v1/audit", None, owners),
            ("GET", "/operator/v1/signed-in", None, owners),
            ("POST", "/operator/v1/keys", {}, owners),
            ("POST", "/operator/v1/clients", {}, owners),
            ("DELETE", f"/operator/v1/keys/{nothing}", None, owners),
            ("POST", f"/operator/v1/keys/{nothing}/rotate", {}, owners),
            ("DELETE", f"/operator/v1/sessions/{nothing}", None, owners),
            ("DELETE", f"/operator/v1/people/{nothing}", None, owners),
            ("PUT", "/operator/v1/themes/x", {}, owners),
            ("PATCH", "/operator/v1/organisations/demo", {}, owners),
            ("POST", "/operator/v1/backups", {}, ()),
            ("POST", "/operator/v1/signing-keys", {}, ()),
            ("POST", "/operator/v1/receipt-keys", {}, ()),
            ("DELETE", f"/operator/v1/receipt-keys/{nothing}", None, ()),
            ("POST", "/operator/v1/organisations", {}, ()),
        ]
        for method, path, body, allowed in calls:
            for desk, name in ((owner, "owner"), (reviewer, "reviewer"), (reader, "read_only")):
                with self.subTest(f"{name} {method} {path}"):
                    answer = desk.call(method, path, body)
                    if desk in allowed:
                        self.assertNotIn(answer.status, (401, 403), repr(answer))
                    else:
                        self.assertEqual(self.expect(answer, 403).json()["code"],
                                         "insufficient_scope")

    def test_C08_keys_at_the_device_door_are_no_business_of_the_console(self):
        """There the operator is Basic; the console's cookie, which every path of this server is
        sent, opens nothing: roles and second factors are asked at /operator/v1 alone."""
        owner = self.sign_in()
        desks = {"owner": owner, "reviewer": self.member(owner, "reviewer"),
                 "read_only": self.member(owner, "read_only")}
        body = {"name": "mine", "permissions": ["operator"]}
        basic = self.server.operator_basic()
        for path in ("/api/apikey", "/api/security/apikey"):
            there = self.expect(self.server.post(path, {**body, "organisation": "demo"},
                                                 auth=basic), 201).json()["id"]
            for name, desk in desks.items():
                for method, where, sent in (("POST", path, body), ("GET", path, None),
                                            ("DELETE", f"{path}/{there}", None)):
                    with self.subTest(f"{name} {method} {path}"):
                        self.expect(desk.call(method, where, sent), 401)
            self.expect(self.server.call("DELETE", f"{path}/{there}?organisation=demo",
                                         headers={"Authorization": basic}), 204)
            done = [(row["what"], row["about"]) for row in self.expect(
                owner.call("GET", "/operator/v1/audit?limit=100"), 200).json()["items"]]
            self.assertIn(("key_made", there), done)
            self.assertIn(("key_revoked", there), done)

    def test_what_matters_asks_for_the_second_factor_again(self):
        owner = self.sign_in()
        self.server.advance(301)
        body = {"name": "device", "permissions": ["ephemeral_device:write"]}
        answer = owner.call("POST", "/operator/v1/keys", body)
        self.assertEqual(self.expect(answer, 403).json()["code"], "confirmation_needed")
        secret = self.server.credentials["organisations"]["demo"]["console"]["totp_secret"]
        self.expect(owner.call("POST", "/operator/v1/session/confirm",
                               {"code": self.code(secret)}), 200)
        self.expect(owner.call("POST", "/operator/v1/keys", body), 201)

    def test_no_organisation_sees_the_other(self):
        ours, theirs = self.sign_in("demo"), self.sign_in("other")
        body = {"email": limen.fresh_email(), "first_name": "A", "last_name": "B"}
        made = self.expect(ours.call("POST", "/operator/v1/invitations", body), 201).json()
        self.expect(theirs.call("GET", f"/operator/v1/invitations/{made['id']}"), 404)
        self.expect(theirs.call("DELETE", f"/operator/v1/invitations/{made['id']}"), 404)
        self.expect(theirs.call("GET", "/operator/v1/invitations?organisation=demo"), 404)
        self.assertEqual(theirs.call("GET", "/operator/v1/invitations").json()["items"], [])


class Lists(ConsoleCase):
    def test_a_table_goes_in_and_comes_out(self):
        desk = self.sign_in()
        table = "email,first_name,last_name\r\n" + "".join(
            f"person{i}@example.com,Ada,\"=1+{i}\"\r\n" for i in range(300))
        body = limen.multipart([], [("file", "people.csv", "text/csv", table.encode())])
        dry = self.expect(desk.call("POST", "/operator/v1/invitations/import?dryRun=true", body),
                          200).json()
        self.assertEqual((dry["rows"], dry["dryRun"]), (300, True))
        self.assertEqual(desk.call("GET", "/operator/v1/invitations").json()["items"], [])
        real = self.expect(desk.call("POST", "/operator/v1/invitations/import", body),
                           200).json()
        self.assertEqual((real["invited"], real["refused"]), (dry["invited"], dry["refused"]))
        seen, cursor = set(), None
        while True:
            page = desk.call("GET", "/operator/v1/invitations?limit=100"
                             + (f"&cursor={cursor}" if cursor else "")).json()
            seen |= {row["email"] for row in page["items"]}
            cursor = page["next"]
            if cursor is None:
                break
        self.assertEqual(len(seen), real["invited"])
        answer = self.expect(desk.call("POST", "/operator/v1/invitations/export", {}), 200)
        self.assertTrue(answer.header("content-type").startswith("text/csv"))
        lines = answer.text.strip().split("\r\n")
        self.assertEqual(len(lines), real["invited"] + 1)
        self.assertFalse([line for line in lines if ',"=' in line])
        trail = desk.call("GET", "/operator/v1/audit?what=invitations_exported").json()["items"]
        self.assertEqual(len(trail), 1)

    def test_the_overview_counts_what_happened(self):
        desk = self.sign_in()

        def invited(days):
            figures = self.expect(desk.call("GET", f"/operator/v1/overview?days={days}"),
                                  200).json()
            whole = figures["invitations"]["invited"]
            self.assertEqual(sum(one["invited"] for one in figures["rate"]), whole)
            return whole
        before = {days: invited(days) for days in (1, 7, 30, 90)}
        for _ in range(3):
            body = {"email": limen.fresh_email(), "first_name": "A", "last_name": "B"}
            self.expect(desk.call("POST", "/operator/v1/invitations", body), 201)
        for days, count in before.items():
            self.assertEqual(invited(days), count + 3)


if __name__ == "__main__":
    unittest.main()
