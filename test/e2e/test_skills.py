"""The skills door, first half: sessions, steps, nonces (B01-B15, B20, B21, B26, B27).

Envelope and codes are those of the contract's "Errors" list. Uploads, the token exchange, consents
and key separation are in test_skills_server.py; races for one nonce are in test_races.py.
"""
import json
import unittest
import uuid

import flows
import limen
from flows import AISP, CARD, LOAN, PRODUCT


class Sessions(limen.Case):
    def test_B01_create_session(self):
        body = self.expect_json(flows.begin(self.server, AISP), 200)
        self.assertEqual(body["status"], "SESSION_CREATED")
        self.assertRegex(body["session_id"], limen.UUID)
        self.assertIsInstance(body["nonce"], str)
        self.assertGreaterEqual(len(body["nonce"]), 22)  # 128 bits
        self.assertRegex(body["nonce"], r"^[A-Za-z0-9._~-]+$")  # "opaque and url-safe"

    def test_B02_three_elements(self):
        held = self.server.of("demo", "skills")
        whole = {"client_id": held["client_id"], "client_app_key": held["client_app_key"],
                 "skill": AISP}
        for missing in whole:
            with self.subTest(missing):
                body = {k: v for k, v in whole.items() if k != missing}
                self.expect_refusal(self.server.post("/sessions", body), 400, "missing_fields")
        self.expect_refusal(self.server.post("/sessions", {}), 400, "missing_fields")

    def test_B03_client_id(self):
        key = self.server.of("demo", "skills")["client_app_key"]
        for client_id in (str(uuid.uuid4()), "nobody"):
            answer = self.server.post("/sessions", {"client_id": client_id, "client_app_key": key,
                                                    "skill": AISP})
            self.expect_refusal(answer, 400, "invalid_client_id")

    def test_B04_client_app_key(self):
        held, other = (self.server.of(org, "skills") for org in ("demo", "other"))
        for name, key in (("wrong", "x"), ("cut", held["client_app_key"][:-1]),
                          ("secret", held["client_secret"]), ("foreign", other["client_app_key"])):
            with self.subTest(name):
                answer = self.server.post("/sessions", {
                    "client_id": held["client_id"], "client_app_key": key, "skill": AISP})
                self.expect_refusal(answer, 401, "invalid_client_app_key")

    def test_B05_catalogue(self):
        body = self.expect_json(self.server.get("/skills"), 200)
        listed = {s["skill"]: s for s in body["skills"]}
        self.assertLessEqual({AISP, LOAN, CARD}, set(listed))
        for skill in (AISP, LOAN, CARD):
            self.expect(flows.begin(self.server, skill), 200)
        for unknown in ("xyz_aisp_sbx_#9.9", "xyz_aisp_sbx_", "nothing", "XYZ_AISP_SBX_#1.0"):
            with self.subTest(unknown):
                self.expect_refusal(flows.begin(self.server, unknown), 400, "invalid_skill_name")

    def test_B05_catalogue_definitions(self):
        skills = self.expect_json(self.server.get("/skills"), 200)["skills"]
        shape = {s["skill"]: [(t["step"], {f["name"] for f in t["fields"]},
                               {(u["type"], u["required"]) for u in t["uploads"]})
                              for t in s["steps"]] for s in skills}
        self.assertEqual(shape[AISP], [("consent", {"consent"}, set())])
        self.assertEqual(shape[LOAN], [("product_form", {"value", "currency", "period"}, set()),
                                       ("confirmation", {"accepted"}, set())])
        self.assertEqual([name for name, _, _ in shape[CARD]],
                         ["personal_data", "document", "selfie"])
        self.assertEqual(shape[CARD][1][2], {("document_front", True), ("document_back", False)})
        self.assertEqual(shape[CARD][2][2], {("selfie", True)})
        for skill in skills:
            self.assertIsInstance(skill["title"], str)
            for field in (f for t in skill["steps"] for f in t["fields"]):
                self.assertLessEqual({"name", "type", "required"}, set(field))

    def test_B06_session_id(self):
        ids = {self.expect_json(flows.begin(self.server), 200)["session_id"] for _ in range(20)}
        self.assertEqual(len(ids), 20)
        nonce = self.expect_json(flows.begin(self.server), 200)["nonce"]
        for unknown in (str(uuid.uuid4()), "nothing"):
            answer = flows.step(self.server, unknown, nonce, LOAN, "product_form", PRODUCT)
            self.expect(answer, 400, 404)
            self.expect_refusal(answer, answer.status, "invalid_session_id")

    def test_VB1_tenant_user_id_prefix_and_status(self):
        body = self.expect_json(flows.begin(self.server, LOAN, prefix="/v1",
                                            tenant_user_id="user-42"), 200)
        self.assertEqual(body["status"], "SESSION_CREATED")
        one = self.expect_json(flows.step(self.server, body["session_id"], body["nonce"], LOAN,
                                          "product_form", PRODUCT, prefix="/v1"), 200)
        self.assertEqual(one["status"], "SESSION_IN_PROGRESS")
        self.expect(flows.step(self.server, body["session_id"], one["nonce"], LOAN,
                               "confirmation", {"accepted": True}), 200)


class Steps(limen.Case):
    def begin(self, skill=LOAN, org="demo"):
        return self.expect_json(flows.begin(self.server, skill, org), 200)

    def product(self, session, nonce=None, data=None, **options):
        return flows.step(self.server, session["session_id"], nonce or session["nonce"], LOAN,
                          "product_form", PRODUCT if data is None else data, **options)

    def confirm(self, session, nonce, **options):
        return flows.step(self.server, session["session_id"], nonce, LOAN, "confirmation",
                          {"accepted": True}, **options)

    def test_B07_nonce_lives_until_29_59(self):
        def attempt():
            session = self.begin()
            self.server.advance(29 * 60 + 59)
            answer = self.product(session)
            return lambda: self.expect(answer, 200)
        self.punctual(attempt)

    def test_B07_nonce_dead_at_30_01(self):
        session = self.begin()
        self.server.advance(30 * 60 + 1)
        self.expect_refusal(self.product(session), 401, "invalid_api_keys")

    def test_B07_next_nonce_lives_its_own_30_minutes(self):
        session = self.begin()
        self.server.advance(20 * 60)
        one = self.expect_json(self.product(session), 200)
        self.server.advance(20 * 60)
        self.expect(self.confirm(session, one["nonce"]), 200)

    def test_B08_nonce_alone_opens_nothing_else(self):
        session, held = self.begin(), self.server.of("demo", "skills")
        nonce, client = session["nonce"], held["client_id"]
        self.expect(self.server.post("/sessions", {"client_id": client, "client_app_key": nonce,
                                                   "skill": LOAN}), 401)
        self.expect(self.server.post("/token", {"client_id": client, "client_secret": nonce,
                                                "temp_token": nonce}), 401)
        self.expect(self.server.post("/token", {"client_id": client, "temp_token": nonce,
                                                "client_secret": held["client_secret"]}), 401)
        self.expect(flows.consents(self.server, "get", {
            "credentials_id": str(uuid.uuid4()), "access_token": nonce}), 400, 401, 404)
        for auth in (nonce, "Token " + nonce, "Bearer " + nonce, "ApiKey " + nonce):
            self.expect(self.server.get(f"/api/sessions/{session['session_id']}", auth=auth),
                        401, 403)
            self.expect(self.server.post("/v1/user-status", {}, auth=auth), 401)

    def test_B09_submit_step(self):
        session = self.begin()
        body = self.expect_json(self.product(session), 200)
        self.assertRegex(body["step_id"], limen.UUID)
        self.assertIsInstance(body["nonce"], str)
        self.assertNotEqual(body["nonce"], session["nonce"])

    def test_B10_step_fields_required(self):
        session = self.begin()
        whole = flows.step_body(self.server, session["nonce"], LOAN, "product_form", PRODUCT)
        for missing in whole:
            with self.subTest(missing):
                body = {k: v for k, v in whole.items() if k != missing}
                answer = self.server.post(f"/sessions/{session['session_id']}/steps", body)
                self.expect_refusal(answer, 400, "missing_fields")
        self.expect(self.product(session), 200)

    def test_B11_data_of_the_step(self):
        session = self.begin()
        cases = {"unknown": ({**PRODUCT, "colour": "red"}, "colour"),
                 "missing": ({"value": "1", "currency": "EUR"}, "period"),
                 "ill-typed": ({**PRODUCT, "value": 100000}, "value"),
                 "null": ({**PRODUCT, "currency": None}, "currency")}
        for name, (data, told) in cases.items():
            with self.subTest(name):
                answer = self.product(session, data=data)
                self.assertIn(told, self.expect_json(answer, 400)["message"])
        for data in ([], "x", 7, None):
            with self.subTest(data=data):
                self.expect(flows.step(self.server, session["session_id"], session["nonce"], LOAN,
                                       "product_form", data), 400)
        # "A 400 for bad data spends nothing."
        self.expect(self.product(session), 200)

    def test_B11_boolean_fields(self):
        session = self.begin(AISP)
        for wrong in ("true", 1, None):
            with self.subTest(wrong):
                self.expect(flows.step(self.server, session["session_id"], session["nonce"], AISP,
                                       "consent", {"consent": wrong}), 400)

    def test_B12_nonce_chain(self):
        session = self.begin()
        first = self.product(session)
        one = self.expect_json(first, 200)
        self.expect_refusal(self.confirm(session, session["nonce"]), 400, "invalid_step")
        self.expect_refusal(self.product(session, one["nonce"]), 400, "invalid_step")
        self.expect_refusal(self.product(session, data={**PRODUCT, "value": "1"}), 400,
                            "invalid_step")
        again = self.product(session)
        self.assertEqual((again.status, again.body), (200, first.body))
        self.expect(self.confirm(session, one["nonce"]), 200)

    def test_B12_identical_body_only_until_the_next_nonce_is_used(self):
        session = self.begin()
        one = self.expect_json(self.product(session), 200)
        last = self.confirm(session, one["nonce"])
        self.expect(last, 200)
        self.expect(self.product(session), 400, 401)
        again = self.confirm(session, one["nonce"])
        self.assertEqual((again.status, again.body), (200, last.body))

    def test_B12_identical_means_byte_for_byte(self):
        session = self.begin()
        body = flows.step_body(self.server, session["nonce"], LOAN, "product_form", PRODUCT)
        path = f"/sessions/{session['session_id']}/steps"
        one = self.expect_json(self.server.post(path, json.dumps(body).encode()), 200)
        answer = self.server.post(path, json.dumps(body).encode() + b" ")
        self.expect_refusal(answer, 400, "invalid_step")
        self.expect(self.confirm(session, one["nonce"]), 200)

    def test_B12_nonce_has_one_spelling(self):
        session = self.begin()
        nonce = session["nonce"]
        swapped = nonce[:-1] + ("A" if nonce[-1] != "A" else "B")
        for wrong in (nonce + "=", nonce + "A", nonce[:-1], swapped, nonce.swapcase(),
                      " " + nonce, nonce + "\n", nonce.replace("-", "+").replace("_", "/") + "=="):
            with self.subTest(wrong):
                self.expect_refusal(self.product(session, wrong), 401, "invalid_api_keys")
        self.expect(self.product(session), 200)

    def test_B13_bound_to_session_and_client(self):
        mine, second, foreign = self.begin(), self.begin(), self.begin(org="other")
        self.expect_refusal(self.product(mine, second["nonce"]), 401, "invalid_api_keys")
        self.expect_refusal(self.product(mine, foreign["nonce"]), 401, "invalid_api_keys")
        self.expect_refusal(self.product(foreign, mine["nonce"], org="other"), 401,
                            "invalid_api_keys")
        # "another client's session: 404 invalid_session_id"
        self.expect_refusal(self.product(mine, org="other"), 404, "invalid_session_id")
        self.expect_refusal(self.product(mine, foreign["nonce"], org="other"), 404,
                            "invalid_session_id")
        for session, org in ((mine, "demo"), (second, "demo"), (foreign, "other")):
            self.expect(self.product(session, org=org), 200)

    def test_B14_order(self):
        session = self.begin()
        self.expect_refusal(self.confirm(session, session["nonce"]), 400, "invalid_step")
        answer = flows.step(self.server, session["session_id"], session["nonce"], LOAN,
                            "no_such_step", {})
        self.expect_refusal(answer, 400, "invalid_step")
        self.expect(self.product(session), 200)

    def test_B15_skill_mismatch(self):
        session = self.begin(AISP)  # the seed's own pair of skills
        answer = flows.step(self.server, session["session_id"], session["nonce"], LOAN,
                            "product_form", PRODUCT)
        self.expect_refusal(answer, 400, "invalid_skill_name")
        self.expect(flows.step(self.server, session["session_id"], session["nonce"], AISP,
                               "consent", {"consent": True}), 200)

    def test_order_of_checks(self):
        # "missing fields, session exists, client, nonce, skill, step, data"
        session, foreign = self.begin(), str(uuid.uuid4())
        body = flows.step_body(self.server, "x", "y", "z", {})
        path = f"/sessions/{session['session_id']}/steps"
        self.expect_refusal(self.server.post(f"/sessions/{foreign}/steps", {}), 400,
                            "missing_fields")
        unknown = self.server.post(f"/sessions/{foreign}/steps", body)
        self.expect_refusal(unknown, unknown.status, "invalid_session_id")
        self.expect_refusal(self.server.post(path, body), 401, "invalid_api_keys")
        body["nonce"] = session["nonce"]
        self.expect_refusal(self.server.post(path, body), 400, "invalid_skill_name")
        body["skill"] = LOAN
        self.expect_refusal(self.server.post(path, body), 400, "invalid_step")
        body["step"] = "product_form"
        self.expect(self.server.post(path, body), 400)
        body["data"] = PRODUCT
        self.expect(self.server.post(path, body), 200)

    def test_B20_temp_token_at_the_end_only(self):
        session = self.begin()
        one = self.expect_json(self.product(session), 200)
        self.assertNotIn("temp_token", session)
        self.assertNotIn("temp_token", one)
        two = self.expect_json(self.confirm(session, one["nonce"]), 200)
        self.assertTrue(two["temp_token"])
        self.assertRegex(two["step_id"], limen.UUID)
        self.assertFalse(two.get("nonce"))

    def test_B21_one_step_and_several(self):
        self.assertTrue(flows.aisp_to_end(self.server))
        self.assertTrue(flows.loan_to_end(self.server)[1])

    def test_B26_status(self):
        session = self.begin()
        one = self.expect_json(self.product(session), 200)
        two = self.expect_json(self.confirm(session, one["nonce"]), 200)
        self.assertEqual((session["status"], one["status"]),
                         ("SESSION_CREATED", "SESSION_IN_PROGRESS"))
        self.assertIsInstance(two["status"], str)
        self.assertTrue(two["status"])

    def test_B27_finished(self):
        session = self.begin()
        one = self.expect_json(self.product(session), 200)
        self.expect(self.confirm(session, one["nonce"]), 200)
        for nonce in (session["nonce"], one["nonce"]):
            self.expect(self.product(session, nonce, {**PRODUCT, "value": "2"}), 400, 401)
            answer = flows.step(self.server, session["session_id"], nonce, LOAN, "confirmation",
                                {"accepted": False})
            self.expect(answer, 400, 401)


if __name__ == "__main__":
    unittest.main()
