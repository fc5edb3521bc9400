"""The calls of the four doors that more than one test file makes, in the documents' words.

Each function makes one call and returns the answer unjudged, or walks a whole flow and asserts only
that every step of it was accepted. What exactly a door must answer is judged in test_*.py.
"""
import json
import urllib.parse
import uuid

import limen
import pictures

AISP = "xyz_aisp_sbx_#1.0"
LOAN = "xyz_sbx_#3.0"
CARD = "card_kyc_sbx_#1.0"
PRODUCT = {"value": "100000", "currency": "EUR", "period": "12"}
PERSON = {"first_name": "John", "last_name": "Smith", "date_of_birth": "1990-02-03"}
PASSPORT = {"document_type": "passport", "country": "AT"}
RETURN_URL = "https://app.example.com/waiting?ref=1"


class Refused(AssertionError):
    """A step of a flow that had to be accepted was not."""


def accepted(answer, *statuses):
    if answer.status not in (statuses or (200,)):
        raise Refused(repr(answer))
    return answer.json()


# --- invitation ---
def issue(server, email, first="John", last="Smith", org="demo"):
    return server.post("/v1/onboarding-token", {"email": email, "first_name": first,
                                                "last_name": last}, auth=server.bearer(org))


def code_of(server, email, first="John", last="Smith", org="demo"):
    return accepted(issue(server, email, first, last, org), 201)["onboarding_token"]


def connect(server, code, email):
    return server.post("/v1/connections", {"onboarding_token": code, "email": email})


def consent(server, connection, agreed=True):
    return server.post(f"/v1/connections/{connection['connection_id']}/consent",
                       {"data_sharing_agreed": agreed},
                       auth="Bearer " + connection["connection_token"])


def join(server, email, first="John", last="Smith", org="demo"):
    """Invites, opens and agrees; returns the connection."""
    connection = accepted(connect(server, code_of(server, email, first, last, org), email), 201)
    accepted(consent(server, connection))
    return connection


def people(server, body, org="demo"):
    return server.post("/v1/user-status", body, auth=server.bearer(org))


# --- skills ---
def begin(server, skill=LOAN, org="demo", prefix="", **more):
    held = server.of(org, "skills")
    return server.post(prefix + "/sessions", {
        "client_id": held["client_id"], "client_app_key": held["client_app_key"],
        "skill": skill, **more})


def step_body(server, nonce, skill, step, data, org="demo"):
    return {"client_id": server.of(org, "skills")["client_id"], "nonce": nonce, "skill": skill,
            "step": step, "data": data}


def step(server, session_id, nonce, skill, name, data, org="demo", prefix=""):
    return server.post(f"{prefix}/sessions/{session_id}/steps",
                       step_body(server, nonce, skill, name, data, org))


def upload(server, step_id, nonce, kind, data=None, org="demo", prefix="", client_id=None):
    body = limen.multipart(
        [("client_id", client_id or server.of(org, "skills")["client_id"]), ("nonce", nonce),
         ("type", kind)],
        [("file", "picture.png", "image/png", pictures.png() if data is None else data)])
    return server.post(f"{prefix}/steps/{step_id}/upload", body)


def loan_to_end(server, org="demo"):
    """Both steps of the two-step skill; returns the session and its temp_token."""
    session = accepted(begin(server, LOAN, org))
    one = accepted(step(server, session["session_id"], session["nonce"], LOAN, "product_form",
                        PRODUCT, org))
    two = accepted(step(server, session["session_id"], one["nonce"], LOAN, "confirmation",
                        {"accepted": True}, org))
    return session, two["temp_token"]


def aisp_to_end(server, org="demo"):
    """The one-step skill; returns its temp_token."""
    session = accepted(begin(server, AISP, org))
    return accepted(step(server, session["session_id"], session["nonce"], AISP, "consent",
                         {"consent": True}, org))["temp_token"]


def card_to_document(server, org="demo"):
    """The credit-card skill up to its submitted document step: (session, nonce, step answer)."""
    session = accepted(begin(server, CARD, org))
    one = accepted(step(server, session["session_id"], session["nonce"], CARD, "personal_data",
                        PERSON, org))
    two = accepted(step(server, session["session_id"], one["nonce"], CARD, "document", PASSPORT,
                        org))
    return session, one["nonce"], two


def exchange(server, temp_token, org="demo", path="/token", padding=0):
    """padding adds blanks behind the JSON: another request byte for byte, the same in meaning."""
    held = server.of(org, "skills")
    body = {"client_id": held["client_id"], "client_secret": held["client_secret"],
            "temp_token": temp_token}
    return server.post(path, json.dumps(body).encode() + b" " * padding)


def consents(server, verb, pair, org="demo", **more):
    held = server.of(org, "skills")
    return server.post(f"/consents/{verb}", {
        "client_id": held["client_id"], "client_secret": held["client_secret"],
        "credentials_id": pair["credentials_id"], "access_token": pair["access_token"], **more})


# --- device ---
def lend(server, ttl=3600, org="demo", key="api_key", body=None):
    return server.post("/api/device/ephemeral", {"ttl": ttl} if body is None else body,
                       auth=server.of(org, "device")[key])


def token_of(server, ttl=3600, org="demo"):
    return accepted(lend(server, ttl, org))["authorization"]


def begin_workflow(server, token, workflow="identity", body=None):
    return server.post("/api/sessions?workflowId=" + urllib.parse.quote(workflow, safe=""),
                       {} if body is None else body, auth=token)


def device_session(server, ttl=3600, org="demo", body=None):
    """(token, session id) of a session of the workflow `identity`."""
    token = token_of(server, ttl, org)
    return token, accepted(begin_workflow(server, token, body=body), 201)["id"]


def hand_off(server, token, session_id):
    inner = f"{server.base_url}/mobile?authorization={token}&sessionId={session_id}"
    return "/capture?url=" + urllib.parse.quote(inner, safe="")


# --- capture, by an ephemeral token or an accessToken ---
def wanted(server, auth, session_id):
    return server.get(f"/api/sessions/{session_id}/next", auth=auth)


def submit(server, auth, session_id, name, data):
    return server.post(f"/api/sessions/{session_id}/steps", {"step": name, "data": data},
                       auth=auth)


def attach(server, auth, session_id, step_id, kind, data=None):
    body = limen.multipart([("type", kind)], [
        ("file", "picture.png", "image/png", pictures.png() if data is None else data)])
    return server.post(f"/api/sessions/{session_id}/steps/{step_id}/files", body, auth=auth)


def capture_all(server, auth, session_id, document=None, last="face"):
    """Document with its front, then the last step with its picture, until nothing is wanted."""
    one = accepted(submit(server, auth, session_id, "document", document or PASSPORT))
    accepted(attach(server, auth, session_id, one["stepId"], "document_front"), 201)
    two = accepted(submit(server, auth, session_id, last, {}))
    accepted(attach(server, auth, session_id, two["stepId"], last), 201)
    rest = accepted(wanted(server, auth, session_id))
    if rest.get("finished") is not True:
        raise Refused(f"not finished: {rest}")


# --- enrolment ---
def initialize(server, org="demo", auth=None, body=None, **fields):
    sent = body if body is not None else {"sessionId": str(uuid.uuid4()),
                                          "returnUrl": RETURN_URL, **fields}
    return server.post("/api/v1/enrolment/initialize", sent,
                       auth=auth or server.enrolment_basic(org))


def enrolled(server, document=None, **fields):
    """A finished enrolment session; returns its id."""
    session = accepted(initialize(server, **fields))
    capture_all(server, "Bearer " + session["accessToken"], session["sessionId"], document)
    return session["sessionId"]


def passport(server, auth, session_id, **printed):
    """The document step's data with the zone `mrz` in the form that `next` asks for.

    "the lines as the app read them": a list if the field's type says so, else one text with the
    lines separated by a line feed.
    """
    lines = pictures.mrz(**printed)
    fields = {f["name"]: f["type"]
              for f in accepted(wanted(server, auth, session_id))["fields"]}
    kind = str(fields.get("mrz", "")).lower()
    as_list = any(word in kind for word in ("list", "array", "[]", "lines", "strings"))
    return {**PASSPORT, "mrz": lines if as_list else "\n".join(lines)}


def data(server, session_id, what, org="demo", auth=None):
    return server.get(f"/api/v1/data/{session_id}/{what}",
                      auth=auth or server.enrolment_basic(org))


def factor(results, name="Applicant integrity"):
    """The level of one trust factor, None when the factor was not made."""
    found = [f["level"] for f in results["trustFactors"] if f["name"] == name]
    return found[0] if found else None


def find_values(tree, name):
    """Every value of a member called `name`, anywhere in a JSON value."""
    if isinstance(tree, dict):
        own = [tree[name]] if name in tree else []
        return own + [v for child in tree.values() for v in find_values(child, name)]
    if isinstance(tree, list):
        return [v for child in tree for v in find_values(child, name)]
    return []
