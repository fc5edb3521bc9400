"""The enrolment door's results: integrity, decision, data API (D16-D19, D26, D28, VD2, VD3).

A document is "read" here by the app: the data of the document step carries the lines of its
machine readable zone, made by pictures.mrz with right check digits. No picture is understood.
"""
import unittest
import uuid

import flows
import limen

FORM = {"firstName": "John", "lastName": "Doe", "additionalNames": "Michael",
        "dateOfBirth": "2004-07-09"}
STATUSES = {"HIGH": "AUTO_APPROVED", "MEDIUM": "WAITING_FOR_MANUAL_APPROVE",
            "LOW": "AUTO_REJECTED"}
LEVELS = {"HIGH", "MEDIUM", "LOW", "UNAVAILABLE", "UNKNOWN"}


class Results(limen.Case):
    def finish(self, printed=None, **fields):
        """Runs a session to its end with a passport that prints `printed`; its results."""
        session = self.expect_json(flows.initialize(self.server, **fields), 200)
        auth, session_id = "Bearer " + session["accessToken"], session["sessionId"]
        document = flows.passport(self.server, auth, session_id, **(printed or {}))
        flows.capture_all(self.server, auth, session_id, document)
        return self.results(session_id)

    def results(self, session_id):
        body = self.expect_json(flows.data(self.server, session_id, "decision/results"), 200)
        self.assertEqual(body["sessionId"], session_id)
        for factor in body["trustFactors"]:
            self.assertLessEqual({"name", "level", "score", "explanation"}, set(factor))
            self.assertIn(factor["level"], LEVELS)
        return body

    def status(self, session_id):
        return self.expect_json(flows.data(self.server, session_id, "status"), 200)["status"]

    def test_D16_without_applicant_form(self):
        self.assertIsNone(flows.factor(self.finish()))

    def test_D18_matching_document(self):
        results = self.finish(applicantForm=FORM)
        self.assertEqual(flows.factor(results), "HIGH", results)

    def test_D17_stored_fields_are_what_is_compared(self):
        for name, value in (("firstName", "Peter"), ("lastName", "Smith"),
                            ("dateOfBirth", "2004-07-10")):
            with self.subTest(name):
                results = self.finish(applicantForm={**FORM, name: value})
                self.assertNotEqual(flows.factor(results), "HIGH", results)

    def test_D18_different_last_name_or_birth_date(self):
        for printed in ({"last": "SMITH"}, {"born": "030709"}):
            with self.subTest(printed):
                results = self.finish(printed, applicantForm=FORM)
                self.assertEqual(flows.factor(results), "LOW", results)
                self.assertEqual(results["decision"], "LOW", "any LOW makes the decision LOW")

    def test_D18_unread_document_is_unavailable(self):
        # "Factor honesty: what is not computed is UNAVAILABLE, never an invented HIGH."
        session_id = flows.enrolled(self.server, applicantForm=FORM)
        self.assertIn(flows.factor(self.results(session_id)), ("UNAVAILABLE", "UNKNOWN"))

    def test_D19_skip_integrity_check(self):
        for more, is_made in (({}, True), ({"skipIntegrityCheck": False}, True),
                              ({"skipIntegrityCheck": True}, False)):
            with self.subTest(more):
                results = self.finish(applicantForm={**FORM, **more})
                self.assertEqual(flows.factor(results) is not None, is_made, results)

    def test_D26_one_of_three_results(self):
        session = self.expect_json(flows.initialize(self.server), 200)
        before = self.results(session["sessionId"])
        self.assertIsNone(before["decision"])
        flows.capture_all(self.server, "Bearer " + session["accessToken"], session["sessionId"])
        after = self.results(session["sessionId"])
        self.assertIn(after["decision"], ("HIGH", "MEDIUM", "LOW"))
        self.assertTrue(after["rulesVersion"])

    def test_D26_nothing_is_invented(self):
        session_id = flows.enrolled(self.server)
        for factor in self.results(session_id)["trustFactors"]:
            if any(word in factor["name"].lower() for word in ("liveness", "face verification")):
                self.assertIn(factor["level"], ("UNAVAILABLE", "UNKNOWN"), factor)

    def test_D28_expires_unfinished(self):
        done, open_one = (flows.enrolled(self.server),
                          self.expect_json(flows.initialize(self.server), 200)["sessionId"])
        decided = self.status(done)
        self.server.advance(14 * 86400 - 10)
        self.assertEqual(self.status(open_one), "PENDING")
        self.server.advance(11)
        self.assertEqual(self.status(open_one), "EXPIRED")
        self.assertEqual(self.status(done), decided, "a finished session stays what it is")

    def test_VD2_status(self):
        session = self.expect_json(flows.initialize(self.server), 200)
        self.assertEqual(self.status(session["sessionId"]), "PENDING")
        auth = "Bearer " + session["accessToken"]
        self.expect(flows.submit(self.server, auth, session["sessionId"], "document",
                                 flows.PASSPORT), 200)
        self.assertEqual(self.status(session["sessionId"]), "PENDING")
        other = self.expect_json(flows.initialize(self.server), 200)
        flows.capture_all(self.server, "Bearer " + other["accessToken"], other["sessionId"])
        decision = self.results(other["sessionId"])["decision"]
        self.assertEqual(self.status(other["sessionId"]), STATUSES[decision])


class DataApi(limen.Case):
    PLACES = ("status", "decision/results", "document/result", "face/result", "images")

    def test_VD3_basic_only(self):
        session = self.expect_json(flows.initialize(self.server), 200)
        key = self.server.of("demo", "device")["api_key_reader"]
        for what in self.PLACES + ("image/document_front",):
            for auth in ("Bearer " + session["accessToken"], key, self.server.bearer(),
                         self.server.operator_basic(), limen.basic("x", "y")):
                with self.subTest(f"{what} with {auth[:8]}"):
                    answer = flows.data(self.server, session["sessionId"], what, auth=auth)
                    self.expect_problem(answer, 401, 403)
            bare = self.server.get(f"/api/v1/data/{session['sessionId']}/{what}")
            self.expect(bare, 401)
            self.assertTrue((bare.header("www-authenticate") or "").startswith("Basic"))

    def test_VD3_other_customers_session(self):
        session_id = flows.enrolled(self.server)
        for what in self.PLACES + ("image/document_front",):
            with self.subTest(what):
                self.expect_problem(flows.data(self.server, session_id, what, "other"), 404)
                self.expect_problem(flows.data(self.server, str(uuid.uuid4()), what), 404)

    def test_VD3_results_and_images(self):
        session_id = flows.enrolled(self.server)
        for what in self.PLACES:
            with self.subTest(what):
                self.expect_json(flows.data(self.server, session_id, what), 200)
        listed = flows.data(self.server, session_id, "images").json()
        names = [n for key in ("name", "imageName", "type") for n in flows.find_values(listed, key)]
        names += [n for v in flows.find_values(listed, "images") for n in v if isinstance(n, str)]
        self.assertTrue(names, listed)
        picture = self.expect(flows.data(self.server, session_id, f"image/{names[0]}"), 200)
        self.assertTrue(picture.header("content-type").startswith("image/"))
        self.assertEqual(picture.header("x-content-type-options"), "nosniff")
        self.expect_problem(flows.data(self.server, session_id, "image/no_such_image"), 404)

    def test_VD3_session_list(self):
        mine = self.expect_json(flows.initialize(self.server), 200)["sessionId"]
        seen, path = [], "/api/v1/data/session/list/?limit=100"
        for _ in range(500):
            body = self.expect_json(self.server.get(path, auth=self.server.enrolment_basic()),
                                    200)
            seen += [s["sessionId"] for s in body["sessions"]]
            if not body["next"]:
                break
            path = f"/api/v1/data/session/list/?limit=100&cursor={body['next']}"
        self.assertIn(mine, seen)
        self.assertEqual(len(seen), len(set(seen)))
        body = self.expect_json(self.server.get(
            "/api/v1/data/session/list/", auth=self.server.enrolment_basic("other")), 200)
        self.assertNotIn(mine, [s["sessionId"] for s in body["sessions"]])


if __name__ == "__main__":
    unittest.main()
