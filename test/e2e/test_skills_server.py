"""The skills door, second half: uploads, the exchange, consents, separation of keys.

Rows B16-B19, B22-B25, B28, VB2-VB4, VB6, VB8, VB10. The back end's part is played with
client_secret, the client app's part never touches it. Concurrent exchanges are in test_races.py.
"""
import hashlib
import json
import unittest
import uuid

import flows
import limen
import pictures
from flows import AISP, CARD, LOAN


class Uploads(limen.Case):
    def refused_upload(self, step_id, nonce, *statuses, **options):
        return self.expect(flows.upload(self.server, step_id, nonce, "document_front", **options),
                           *statuses)

    def test_B16_upload_is_stored_with_its_step(self):
        _, nonce, document = flows.card_to_document(self.server)
        for kind, picture in (("document_front", pictures.jpeg()),
                              ("document_back", pictures.webp())):
            body = self.expect_json(flows.upload(self.server, document["step_id"], nonce, kind,
                                                 picture), 201)
            self.assertEqual((body["step_id"], body["type"], body["bytes"]),
                             (document["step_id"], kind, len(picture)))
            self.assertEqual(body["sha256"], hashlib.sha256(picture).hexdigest())
            self.assertTrue(body["upload_id"])
            self.assertNotIn("temp_token", body)

    def test_B16_any_decodable_picture(self):
        for name, picture in (("png", pictures.png(1, 1)), ("jpeg", pictures.jpeg()),
                              ("webp", pictures.webp()), ("wide png", pictures.png(300, 1))):
            with self.subTest(name):
                _, nonce, document = flows.card_to_document(self.server)
                self.refused_upload(document["step_id"], nonce, 201, data=picture)

    def test_B16_what_is_no_picture(self):
        _, nonce, document = flows.card_to_document(self.server)
        for name, data in (("text", b"hello"), ("html", b"<html></html>"),
                           ("zeros", b"\0" * 400)):
            with self.subTest(name):
                self.refused_upload(document["step_id"], nonce, 400, 415, 422, data=data)
        self.refused_upload(document["step_id"], nonce, 201)

    def test_B17_same_nonce_for_all_calls_of_the_step(self):
        session, nonce, document = flows.card_to_document(self.server)
        for kind in ("document_front", "document_back"):
            self.expect(flows.upload(self.server, document["step_id"], nonce, kind), 201)
        self.expect(flows.step(self.server, session["session_id"], document["nonce"], CARD,
                               "selfie", {}), 200)

    def test_B18_binding(self):
        _, nonce, document = flows.card_to_document(self.server)
        _, _, second = flows.card_to_document(self.server)
        for step_id in (second["step_id"], str(uuid.uuid4()), "nothing"):
            with self.subTest(step_id):
                self.refused_upload(step_id, nonce, 404)
        for wrong in (document["nonce"], "x", nonce + "="):
            with self.subTest(wrong):
                self.refused_upload(document["step_id"], wrong, 401)
        self.refused_upload(document["step_id"], nonce, 201)

    def test_B18_foreign_tenant(self):
        _, nonce, document = flows.card_to_document(self.server)
        _, foreign, _ = flows.card_to_document(self.server, "other")
        # "A forged, expired or foreign nonce: 401", "step_id of another session: 404": both hold.
        self.refused_upload(document["step_id"], foreign, 401, 404, org="other")
        self.refused_upload(document["step_id"], foreign, 401, 404)
        self.refused_upload(document["step_id"], nonce, 401, 404, org="other")

    def test_B18_empty(self):
        _, nonce, document = flows.card_to_document(self.server)
        self.refused_upload(document["step_id"], nonce, 400, data=b"")
        client_id = self.server.of("demo", "skills")["client_id"]
        for fields in ([("client_id", client_id), ("nonce", nonce), ("type", "document_front")],
                       [], [("nonce", nonce)]):
            body = limen.multipart(fields)
            answer = self.server.post(f"/steps/{document['step_id']}/upload", body)
            self.expect(answer, 400)
        self.refused_upload(document["step_id"], nonce, 201)

    def test_B18_unknown_type(self):
        _, nonce, document = flows.card_to_document(self.server)
        for kind in ("selfie", "passport_photo", ""):
            with self.subTest(kind):
                self.expect(flows.upload(self.server, document["step_id"], nonce, kind), 400)

    def test_uploads_before_going_on(self):
        # "The next step can be submitted only when the required uploads of the one before are in
        # (400 invalid_step, the message names the upload)."
        session, nonce, document = flows.card_to_document(self.server)

        def selfie():
            return flows.step(self.server, session["session_id"], document["nonce"], CARD,
                              "selfie", {})
        refusal = self.expect_refusal(selfie(), 400, "invalid_step")
        self.assertIn("document_front", refusal["message"])
        self.expect(flows.upload(self.server, document["step_id"], nonce, "document_back"), 201)
        self.expect_refusal(selfie(), 400, "invalid_step")
        self.expect(flows.upload(self.server, document["step_id"], nonce, "document_front"), 201)
        self.expect(selfie(), 200)

    def test_B19_credit_card(self):
        session, nonce, document = flows.card_to_document(self.server)
        self.expect(flows.upload(self.server, document["step_id"], nonce, "document_front"), 201)
        selfie = self.expect_json(flows.step(self.server, session["session_id"],
                                             document["nonce"], CARD, "selfie", {}), 200)
        self.assertNotIn("temp_token", selfie)  # a required upload is still missing
        done = self.expect_json(flows.upload(self.server, selfie["step_id"], document["nonce"],
                                             "selfie"), 201)
        self.assertTrue(done["temp_token"])
        pair = self.expect_json(flows.exchange(self.server, done["temp_token"]), 200)
        self.assertTrue(pair["access_token"])

    def test_B19_uploads_under_v1(self):
        _, nonce, document = flows.card_to_document(self.server)
        self.expect(flows.upload(self.server, document["step_id"], nonce, "document_front",
                                 prefix="/v1"), 201)


class Exchange(limen.Case):
    def pair(self, org="demo"):
        return self.expect_json(flows.exchange(self.server, flows.aisp_to_end(self.server, org),
                                               org), 200)

    def refused(self, answer):
        return self.expect_refusal(answer, 401, "invalid_temp_token")

    def test_B22_exchange(self):
        for path in ("/token", "/v1/tokens"):
            with self.subTest(path):
                body = self.expect_json(flows.exchange(
                    self.server, flows.aisp_to_end(self.server), path=path), 200)
                self.assertIsInstance(body["access_token"], str)
                self.assertGreaterEqual(len(body["access_token"]), 22)
                self.assertRegex(body["credentials_id"], limen.UUID)

    def test_B22_all_three_required(self):
        held = self.server.of("demo", "skills")
        whole = {"client_id": held["client_id"], "client_secret": held["client_secret"],
                 "temp_token": flows.aisp_to_end(self.server)}
        for missing in whole:
            body = {k: v for k, v in whole.items() if k != missing}
            self.expect_refusal(self.server.post("/token", body), 400, "missing_fields")
        self.expect(self.server.post("/token", whole), 200)

    def test_B23_exchange_auth(self):
        held, other = (self.server.of(org, "skills") for org in ("demo", "other"))
        temp_token = flows.aisp_to_end(self.server)
        for name, secret in (("wrong", "x"), ("app key", held["client_app_key"]),
                             ("foreign", other["client_secret"])):
            with self.subTest(name):
                answer = self.server.post("/token", {
                    "client_id": held["client_id"], "client_secret": secret,
                    "temp_token": temp_token})
                self.expect_refusal(answer, 401, "invalid_client_secret")
        self.expect(flows.exchange(self.server, temp_token), 200)

    def test_B24_second_use(self):
        temp_token = flows.aisp_to_end(self.server)
        first = flows.exchange(self.server, temp_token)
        self.expect(first, 200)
        self.server.advance(50)
        again = flows.exchange(self.server, temp_token)
        self.assertEqual((again.status, again.body), (200, first.body))
        self.refused(flows.exchange(self.server, temp_token, padding=1))

    def alarms(self):
        """How many alarms the operator sees; no document names the list's place or members."""
        answer = self.server.get("/operator/v1/alarms?limit=100",
                                 auth=self.server.operator_basic())
        body = self.expect_json(answer, 200)
        return len({str(alarm) for alarm in next(v for v in body.values()
                                                 if isinstance(v, list))})

    def test_B24_second_use_raises_an_alarm(self):
        server_alarms = self.alarms()
        self.assertLess(server_alarms, 100, "more than a page: this test needs another server")
        temp_token = flows.aisp_to_end(self.server)
        self.expect(flows.exchange(self.server, temp_token), 200)
        self.expect(flows.exchange(self.server, temp_token), 200)  # the same request: no misuse
        self.assertEqual(self.alarms(), server_alarms)
        self.refused(flows.exchange(self.server, temp_token, padding=1))
        self.assertGreater(self.alarms(), server_alarms)

    def test_B12_misused_nonce_raises_an_alarm(self):
        server_alarms = self.alarms()
        self.assertLess(server_alarms, 100, "more than a page: this test needs another server")
        session = self.expect_json(flows.begin(self.server, LOAN), 200)
        for value, wanted in (("1", 200), ("2", 400)):
            answer = flows.step(self.server, session["session_id"], session["nonce"], LOAN,
                                "product_form", {**flows.PRODUCT, "value": value})
            self.expect(answer, wanted)
        self.assertGreater(self.alarms(), server_alarms)

    def test_B24_identical_only_within_60_seconds(self):
        temp_token = flows.aisp_to_end(self.server)
        self.expect(flows.exchange(self.server, temp_token), 200)
        self.server.advance(61)
        self.refused(flows.exchange(self.server, temp_token))

    def test_B24_expired(self):
        # "[R] 10 min, single use"
        temp_token = flows.aisp_to_end(self.server)
        self.server.advance(601)
        self.refused(flows.exchange(self.server, temp_token))

    def test_B24_another_tenant(self):
        temp_token = flows.aisp_to_end(self.server)
        self.refused(flows.exchange(self.server, temp_token, "other"))
        self.expect(flows.exchange(self.server, temp_token), 200)

    def test_B24_forged_and_misspelt(self):
        temp_token = flows.aisp_to_end(self.server)
        for wrong in ("x", temp_token + "=", temp_token[:-1], temp_token + "A"):
            with self.subTest(wrong):
                self.refused(flows.exchange(self.server, wrong))
        self.expect(flows.exchange(self.server, temp_token), 200)

    def test_B25_credentials_id(self):
        one, two = self.pair(), self.pair()
        self.assertNotEqual(one["credentials_id"], two["credentials_id"])
        self.assertNotEqual(one["access_token"], two["access_token"])
        for pair in (one, two):
            body = self.expect_json(flows.consents(self.server, "get", pair), 200)
            self.assertEqual(body["result"]["credentials_id"], pair["credentials_id"])

    def test_B28_server_side_only(self):
        held = self.server.of("demo", "skills")
        answers = [flows.begin(self.server, LOAN)]
        session = answers[0].json()
        answers.append(flows.step(self.server, session["session_id"], session["nonce"], LOAN,
                                  "product_form", flows.PRODUCT))
        answers.append(flows.step(self.server, session["session_id"], answers[1].json()["nonce"],
                                  LOAN, "confirmation", {"accepted": True}))
        temp_token = answers[2].json()["temp_token"]
        pair = self.expect_json(flows.exchange(self.server, temp_token), 200)
        answers.append(flows.step(self.server, session["session_id"], answers[1].json()["nonce"],
                                  LOAN, "confirmation", {"accepted": False}))
        log = self.server.log()
        for secret in (held["client_secret"], pair["access_token"]):
            for answer in answers:
                self.assertNotIn(secret, answer.text)
                self.assertNotIn(secret, str(answer.headers))
            self.assertNotIn(secret, log)

    def test_VB2_expiry_and_retention(self):
        pair = self.pair()
        for name in ("consent_exp", "max_data_retention"):
            self.assertRegex(pair[name], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        expires, kept = (limen.parse_stamp(pair[n]) for n in ("consent_exp", "max_data_retention"))
        self.assertGreater(expires, self.server.now())
        self.assertGreaterEqual(kept, expires)

    # --- consents ---
    def test_VB3_consents_get(self):
        pair = self.pair()
        body = self.expect_json(flows.consents(self.server, "get", pair), 200)
        self.assertEqual({k: body[k] for k in ("op_type", "code", "http", "message")},
                         {"op_type": "read", "code": "credentials_info", "http": 200,
                          "message": "Consent info retrieved"})
        result = body["result"]
        self.assertEqual(result["status"], "ACTIVE")
        self.assertEqual(result["originator"]["skill"], AISP)
        self.assertLessEqual({"country", "servicer", "skill"}, set(result["originator"]))
        self.assertEqual(result["tenant_app_info"]["client_id"],
                         self.server.of("demo", "skills")["client_id"])
        self.assertIn("name", result["tenant_app_info"])
        for name in ("utc_created", "utc_last_update", "consent_exp", "max_data_retention"):
            limen.parse_stamp(result[name])
        self.assertEqual((result["consent_exp"], result["max_data_retention"]),
                         (pair["consent_exp"], pair["max_data_retention"]))

    def test_VB3_expired(self):
        pair = self.pair()
        self.server.advance(limen.parse_stamp(pair["consent_exp"]) - self.server.now() + 2)
        body = self.expect_json(flows.consents(self.server, "get", pair), 200)
        self.assertEqual(body["result"]["status"], "EXPIRED")

    def test_VB4_consents_delete(self):
        pair = self.pair()
        for _ in range(2):  # idempotent
            body = self.expect_json(flows.consents(self.server, "delete", pair), 200)
            self.assertEqual({k: body[k] for k in ("op_type", "code", "http", "message")},
                             {"op_type": "delete", "code": "credentials_deleted", "http": 200,
                              "message": "Consent deleted"})
            self.assertEqual((body["result"]["credentials_id"], body["result"]["client_id"]),
                             (pair["credentials_id"], self.server.of("demo", "skills")[
                                 "client_id"]))
        body = self.expect_json(flows.consents(self.server, "get", pair), 200)
        self.assertEqual(body["result"]["status"], "DELETED")

    def test_VB4_retention_minutes(self):
        for bad in (-1, -60):
            self.expect_refusal(flows.consents(self.server, "delete", self.pair(),
                                               pcd_data_retention=bad),
                                400, "invalid_pcd_data_retention")
        pair = self.pair()
        self.expect_refusal(flows.consents(self.server, "delete", pair, pcd_data_retention=-1),
                            400, "invalid_pcd_data_retention")
        body = self.expect_json(flows.consents(self.server, "get", pair), 200)
        self.assertEqual(body["result"]["status"], "ACTIVE", "a refusal changes nothing")
        self.expect(flows.consents(self.server, "delete", pair, pcd_data_retention=60), 200)

    # --- separation ---
    def test_VB6_key_separation(self):
        held = self.server.of("demo", "skills")
        temp_token, pair = flows.aisp_to_end(self.server), self.pair()
        session = self.expect_json(flows.begin(self.server, AISP), 200)
        secrets = {"client_app_key": held["client_app_key"], "nonce": session["nonce"],
                   "client_secret": held["client_secret"], "temp_token": temp_token,
                   "access_token": pair["access_token"]}
        places = {
            "client_app_key": lambda s: self.server.post("/sessions", {
                "client_id": held["client_id"], "client_app_key": s, "skill": AISP}),
            "nonce": lambda s: flows.step(self.server, session["session_id"], s, AISP, "consent",
                                          {"consent": True}),
            "client_secret": lambda s: self.server.post("/token", {
                "client_id": held["client_id"], "client_secret": s,
                "temp_token": flows.aisp_to_end(self.server)}),
            "temp_token": lambda s: flows.exchange(self.server, s),
            "access_token": lambda s: flows.consents(self.server, "get",
                                                     {**pair, "access_token": s})}
        for place, use in places.items():
            for kind, secret in secrets.items():
                with self.subTest(f"{kind} as {place}"):
                    answer = use(secret)
                    self.expect(answer, *((200,) if kind == place else (401, 400)))
        for kind, secret in secrets.items():
            with self.subTest(f"{kind} elsewhere"):
                self.expect(self.server.post("/v1/user-status", {}, auth="Bearer " + secret), 401)
                self.expect(self.server.post("/api/device/ephemeral", {}, auth=secret),
                            401, 403)

    def test_VB6_client_secret_guards_consents(self):
        pair, held = self.pair(), self.server.of("demo", "skills")
        for wrong in (held["client_app_key"], "x"):
            answer = self.server.post("/consents/get", {
                "client_id": held["client_id"], "client_secret": wrong, **{
                    k: pair[k] for k in ("credentials_id", "access_token")}})
            self.expect_refusal(answer, 401, "invalid_client_secret")
        self.expect(flows.consents(self.server, "get", pair, "other"), 400, 401, 404)

    def test_VB8_skills_registered_per_tenant(self):
        # No document names the command that registers; `limen organisation --help` does.
        every = [s["skill"] for s in self.expect_json(self.server.get("/skills"), 200)["skills"]]
        handle = "demo"

        def register(skills):
            options = [word for skill in skills for word in ("--skill", skill)]
            self.server.command("organisation", "skills", handle, *options)
        register([LOAN])
        try:
            self.expect_refusal(flows.begin(self.server, AISP, handle), 401,
                                "unauthorized_tenant")
            self.expect(flows.begin(self.server, LOAN, handle), 200)
            self.expect(flows.begin(self.server, AISP, "other"), 200)
        finally:
            register(every)
        self.expect(flows.begin(self.server, AISP, handle), 200)

    def test_VB10_many_pairs(self):
        one, two = self.pair(), self.pair()
        mixed = {"credentials_id": two["credentials_id"], "access_token": one["access_token"]}
        for verb in ("get", "delete"):
            body = json.loads(self.expect(flows.consents(self.server, verb, mixed),
                                          400, 401, 404).text)
            self.assertIn(body["code"], ("invalid_access_token", "invalid_credentials_id"))
        for pair in (one, two):
            body = self.expect_json(flows.consents(self.server, "get", pair), 200)
            self.assertEqual(body["result"]["status"], "ACTIVE")


if __name__ == "__main__":
    unittest.main()
