"""Forged and mutated secrets of every class over HTTP: none is accepted (G1, Law 11).

Each class is one call with its secret in place. The genuine text is accepted; then mutations of it
are sent over pipelined connections: changed, swapped, dropped, doubled and added letters, other
tails, other spellings, unsigned JWTs, and the genuine texts of all other classes.
LIMEN_FORGERIES in all (default 6000; 200000 for the long run), LIMEN_SEED to repeat one.
"""
import base64
import json
import os
import random
import string
import urllib.parse

import flows
import limen
import pages
from test_console import ConsoleCase

FORGERIES = int(os.environ.get("LIMEN_FORGERIES", "6000"))
SEED = int(os.environ.get("LIMEN_SEED", "0")) or random.SystemRandom().randrange(1, 2 ** 31)
LETTERS = string.ascii_letters + string.digits + "-_."
PIPELINE = 32


def mutated(draws, text, others):
    """One forgery of `text`; never the text itself."""
    at = draws.randrange(len(text))
    letter = draws.choice(LETTERS)
    body = text.split("_")[-1]
    forms = (
        lambda: text[:at] + letter + text[at + 1:],
        lambda: text[:at] + letter + text[at:],
        lambda: text[:at] + text[at + 1:],
        lambda: text[:at] + text[at:at + 1] * 2 + text[at + 1:],
        lambda: text[:at] + text[at].swapcase() + text[at + 1:],
        lambda: text[:at] + "".join(draws.choices(LETTERS, k=len(text) - at)),
        lambda: text[:max(1, at)],
        lambda: text + draws.choice(("=", "A", ".", "_", text)),
        lambda: text.replace(body, "".join(draws.choices(LETTERS[:-1], k=len(body)))),
        lambda: unsigned(text),
        lambda: draws.choice(others),
        lambda: draws.choice((text.upper(), text.lower(), text[::-1])),
    )
    while (forged := draws.choice(forms)()) == text:
        at = draws.randrange(len(text))
    return forged


def unsigned(text):
    """A JWT with alg none, with and without its signature; another text with a letter less."""
    parts = text.split(".")
    if len(parts) != 3:
        return text[1:]
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return ".".join([head, parts[1], ""])


class Forgeries(ConsoleCase):
    def request(self, method, path, body=None, auth=None, **more):
        """A body that is a text is a form."""
        is_form = isinstance(body, str)
        raw = b"" if body is None else (body if is_form else json.dumps(body)).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(raw)}"]
        lines += [f"Authorization: {auth}"] if auth else []
        lines += ["Content-Type: application/" + ("x-www-form-urlencoded" if is_form else "json")
                  ] if raw else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw

    def of_pages_and_staff(self):
        """What browsers hold: the link that leads a phone into a journey, the phone's cookie, the
        console's, and the link by which a member of staff signs up."""
        ask, ours = self.request, {"Origin": self.server.base_url, "Sec_Fetch_Site": "same-origin"}
        desktop, _ = pages.desktop(self.server)
        link = pages.hand_over(desktop).split("token=")[1]
        desktop, _ = pages.desktop(self.server)
        phone = pages.Browser(self.server)
        phone.open(pages.hand_over(desktop))
        phone.send(phone.forms()[0])
        name, held = next((n, t) for n, t in phone.cookies.items() if t.startswith("lmn_phone"))
        owner = self.sign_in()
        console, cookie = next((n, t) for n, t in owner.cookies.items() if "console" in t)
        made = self.expect(owner.call("POST", "/operator/v1/staff", {
            "email": limen.fresh_email(), "name": "A", "role": "read_only"}), 201).json()
        ours["X_Limen_Console"] = "1"
        return {
            "link to a phone": (link, lambda t: ask(
                "POST", "/continue", urllib.parse.urlencode({"token": t}), **ours)),
            "phone's cookie": (held, lambda t: ask(
                "GET", phone.path, Cookie=f"{name}={t}")),
            "console's cookie": (cookie, lambda t: ask(
                "GET", "/operator/v1/session", Cookie=f"{console}={t}", **ours)),
            "link to sign up": (made["link"].split("#")[1], lambda t: ask(
                "POST", "/operator/v1/sign-up", {"token": t}, **ours)),
        }

    def classes(self):
        """By name: the genuine text and the request that shows a text in its place."""
        server, skills = self.server, self.server.of("demo", "skills")
        oauth, device = server.of("demo", "oauth"), server.of("demo", "device")
        enrol, operator = server.of("demo", "enrolment"), server.of("demo", "operator")
        pair = flows.accepted(flows.exchange(server, flows.aisp_to_end(server)))
        temp_token = flows.aisp_to_end(server)
        session = flows.accepted(flows.begin(server))
        email = limen.fresh_email()
        connection = flows.accepted(flows.connect(server, flows.code_of(server, email), email), 201)
        token, device_session = flows.device_session(server)
        enrolment = flows.accepted(flows.initialize(server))
        reference = enrolment["webEnrolmentUrl"].split("token=")[1]
        ask = self.request
        step = {**flows.step_body(server, "", flows.LOAN, "product_form", flows.PRODUCT)}
        consent = f"/v1/connections/{connection['connection_id']}/consent"
        enrol_next = f"/api/sessions/{enrolment['sessionId']}/next"
        held = {"client_id": skills["client_id"]}
        return {
            "client_secret of OAuth": (oauth["client_secret"], lambda t: ask(
                "POST", "/v1/oauth/token", {"client_id": oauth["client_id"], "client_secret": t,
                                            "grant_type": "client_credentials"})),
            "access token": (server.bearer().split()[1], lambda t: ask(
                "POST", "/v1/user-status", {}, "Bearer " + t)),
            "client_app_key": (skills["client_app_key"], lambda t: ask(
                "POST", "/sessions", {**held, "client_app_key": t, "skill": flows.LOAN})),
            "nonce": (session["nonce"], lambda t: ask(
                "POST", f"/sessions/{session['session_id']}/steps", {**step, "nonce": t})),
            "temp_token": (temp_token, lambda t: ask(
                "POST", "/token", {**held, "client_secret": skills["client_secret"],
                                   "temp_token": t})),
            "client_secret of skills": (skills["client_secret"], lambda t: ask(
                "POST", "/consents/get", {**held, "client_secret": t, **pair})),
            "credential": (pair["access_token"], lambda t: ask(
                "POST", "/consents/get", {**held, "client_secret": skills["client_secret"],
                                          "credentials_id": pair["credentials_id"],
                                          "access_token": t})),
            "connection_token": (connection["connection_token"], lambda t: ask(
                "POST", consent, {"data_sharing_agreed": True}, "Bearer " + t)),
            "API key": (device["api_key"], lambda t: ask(
                "POST", "/api/device/ephemeral", {"ttl": 60}, t)),
            "ephemeral token": (token, lambda t: ask(
                "GET", f"/api/sessions/{device_session}/next", None, "Token " + t)),
            "accessToken": (enrolment["accessToken"], lambda t: ask(
                "GET", enrol_next, None, "Bearer " + t)),
            "reference token": (reference, lambda t: ask("GET", "/web-enrolment/?token=" + t)),
            "Basic password": (enrol["password"], lambda t: ask(
                "GET", "/api/v1/data/session/list/", None, limen.basic(enrol["username"], t))),
            "operator's password": (operator["password"], lambda t: ask(
                "GET", "/operator/v1/alarms", None, limen.basic(operator["username"], t))),
            **self.of_pages_and_staff(),
        }

    def statuses(self, wire, requests):
        """One status for each, in order."""
        wire.sendall(b"".join(requests))
        found = []
        for _ in requests:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = wire.file.readline()
                self.assertTrue(line, "cut off")
                head += line
            length = [h for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")]
            wire.file.read(int(length[0].split(b":")[1]) if length else 0)
            found.append(int(head.split()[1]))
        return found

    def test_no_forged_secret_of_any_class_is_accepted(self):
        draws = random.Random(SEED)
        classes = self.classes()
        texts = {name: text for name, (text, _) in classes.items()}
        wire = Wire(self.server)
        sent = 0
        for name, (text, show) in classes.items():
            others = [t for n, t in texts.items() if n != name]
            for _ in range(0, FORGERIES // len(classes) + 1, PIPELINE):
                forged = [mutated(draws, text, others) for _ in range(PIPELINE)]
                for one, status in zip(forged, self.statuses(wire, [show(f) for f in forged])):
                    self.assertIn(status, (400, 401, 403, 404, 410),
                                  f"{name}: {one} for {text}, seed {SEED}")
                    sent += 1
            self.assertIn(self.statuses(wire, [show(text)])[0], (200, 201, 303),
                          f"{name}: the genuine one")
        self.assertGreaterEqual(sent, FORGERIES)
        wire.close()


class Wire:
    """A connection with a buffered reader."""

    def __init__(self, server):
        self.socket = server.open_socket()
        self.file = self.socket.makefile("rb")
        self.sendall = self.socket.sendall

    def close(self):
        self.file.close()
        self.socket.close()
