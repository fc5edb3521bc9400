"""From a rendered photograph of a document to the enrolment's result (D16-D19, D26, VD7, VD10).

The documents are drawn and badly photographed by test/documents; the server finds and reads their
machine-readable zones in its own sandboxed process. Nothing of the zone is typed unless a case says
so.
"""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import flows
import limen
import pictures
import test_engine

A_FORM = {"firstName": "John", "lastName": "Doe", "dateOfBirth": "2004-07-09"}
ONE = Path(__file__).resolve().parent.parent / "documents" / "one.py"


def date(digits):
    """A zone's YYMMDD of somebody born in the century before or in this one."""
    year = int(digits[:2])
    return f"{1900 + year if year > 26 else 2000 + year}-{digits[2:4]}-{digits[4:]}"


class Drawn:
    """Sessions with pictures of drawn documents."""
    drawn = {}

    def drawing(self, number, level="moderate", form="td3", top=0):
        """(who holds it, the picture without so much of its upper side)."""
        key = (number, level, form, top)
        if key not in self.drawn:
            with tempfile.TemporaryDirectory() as folder:
                file = os.path.join(folder, "one.jpg")
                done = subprocess.run([ONE, str(number), level, form, file, str(top)], check=True,
                                      stdout=subprocess.PIPE, text=True)
                self.drawn[key] = (json.loads(done.stdout), Path(file).read_bytes())
        return self.drawn[key]

    def form_of(self, person, **other):
        first, _, more = person["given"].partition(" ")
        return {"firstName": first, "lastName": person["surname"], "additionalNames": more,
                "dateOfBirth": date(person["birth"]), **other}

    def complete(self, picture, document=None, **fields):
        """A session with that picture of a passport; its id."""
        session = self.expect_json(flows.initialize(self.server, **fields), 200)
        auth, session_id = "Bearer " + session["accessToken"], session["sessionId"]
        answers = document or {"document_type": "passport", "country": "SK"}
        step = self.expect_json(flows.submit(self.server, auth, session_id, "document", answers),
                                200)
        self.expect(flows.attach(self.server, auth, session_id, step["stepId"], "document_front",
                                 picture), 201)
        last = self.expect_json(flows.submit(self.server, auth, session_id, "face", {}), 200)
        self.expect(flows.attach(self.server, auth, session_id, last["stepId"], "face"), 201)
        return session_id

    def finish(self, *given, **fields):
        session_id = self.complete(*given, **fields)
        return self.expect_json(flows.data(self.server, session_id, "decision/results"), 200)


# Drawn documents are of UTO, the state of the standard's specimens. Where a case chooses another
# country, that factor is MEDIUM, and these rules do not mind.
ANY_COUNTRY = """required = ["Applicant integrity", "MRZ check digits", "Face presence",
  "Face verification", "Face liveness"]
[fold."Document type and country"]
MEDIUM = "HIGH"
"""


class WithAnEngine(Drawn, test_engine.EngineCase):
    def test_D16_from_the_first_call_to_approved(self):
        """Nobody looks and nothing is typed but the form: by the sample's own rules HIGH."""
        person, picture = self.drawing(7)
        self.engine.script = lambda call, _: (200, {}, {
            "check": call.check, "faces": {name: {"level": "HIGH"} for name in (
                "presence", "match", "liveness")}})
        session = self.complete(picture, {"document_type": "passport", "country": "UTO"},
                                applicantForm=self.form_of(person))
        results = self.decided(session)
        self.assertEqual(results["decision"], "HIGH", results)
        self.assertEqual({one["level"] for one in results["trustFactors"]
                          if one["level"] != "UNAVAILABLE"}, {"HIGH"}, results)
        self.assertEqual(self.status(session), "AUTO_APPROVED")

    def test_D17_faces_make_the_difference(self):
        """All else is HIGH: what the engine says of the faces is the result."""
        person, picture = self.drawing(7)
        said = {}
        self.engine.script = lambda call, _: (said["status"], {}, {
            "check": call.check, "faces": {name: {"level": level} for name, level in zip(
                ("presence", "match", "liveness"), said["levels"])}})
        cases = ((200, ("HIGH", "HIGH", "HIGH"), "HIGH"),
                 (200, ("HIGH", "HIGH", "UNKNOWN"), "MEDIUM"),
                 (200, ("HIGH", "LOW", "HIGH"), "LOW"), (200, ("HIGH", "HIGH"), "MEDIUM"),
                 (400, (), "MEDIUM"))
        for status, levels, level in cases:
            with self.subTest(levels):
                said.update(status=status, levels=levels)
                session = self.complete(picture, applicantForm=self.form_of(person))
                results = self.decided(session)
                told = [*levels, "UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE"][:3]
                self.assertEqual(self.levels(results), told, results)
                self.assertEqual(self.status(session), "AUTO_REJECTED" if level == "LOW"
                                 else "WAITING_FOR_MANUAL_APPROVE")
                again = self.expect_json(self.server.post(
                    f"/operator/v1/sessions/{session}/decide", {"rules": ANY_COUNTRY},
                    auth=self.server.operator_basic()), 200)
                self.assertEqual(again["after"]["level"], level, again)


class Evidence(Drawn, limen.Case):
    own_server = True  # a case restarts it

    def test_D18_the_form_is_compared_with_the_photograph(self):
        person, picture = self.drawing(7)
        cases = (({}, "HIGH"), ({"lastName": "Somebody"}, "LOW"), ({"firstName": "Other"}, "LOW"),
                 ({"dateOfBirth": "1999-01-01"}, "LOW"),
                 ({"additionalNames": "Quite Other"}, "MEDIUM"))
        for other, level in cases:
            with self.subTest(other):
                results = self.finish(picture, applicantForm=self.form_of(person, **other))
                self.assertEqual(flows.factor(results), level, results)
                self.assertEqual(flows.factor(results, "Document reading"), "HIGH", results)
                self.assertEqual(flows.factor(results, "MRZ check digits"), "HIGH", results)
                self.assertEqual(flows.factor(results, "Document expiry"), "HIGH", results)
                self.assertEqual(results["decision"], "LOW" if level == "LOW" else "MEDIUM")

    def test_pictures_are_read_whoever_started_the_server(self):
        """Who starts it may ignore the end of children, and that survives exec."""
        person, picture = self.drawing(7)
        usual, self.server = self.server, limen.Server()
        try:
            self.server.started_by = ["sh", "-c", "trap '' CHLD; exec \"$@\"", "sh"]
            self.server.start()
            results = self.finish(picture, applicantForm=self.form_of(person))
            self.assertEqual(flows.factor(results, "Document reading"), "HIGH", results)
        finally:
            self.server.stop()
            self.server = usual

    def test_the_reader_takes_what_a_setting_can_let_in(self):
        """What stands behind a JPEG's end is nobody's, but it is part of the file."""
        _, picture = self.drawing(7)
        for size, can_read in ((2 ** 27, True), (2 ** 27 + 1, False)):
            with self.subTest(size):
                done = subprocess.run(["apart", "read-picture", "document"],
                                      executable=limen.binary(), input=picture.ljust(size, b"\0"),
                                      capture_output=True, check=False, timeout=60)
                self.assertEqual(done.returncode == 0, can_read, done.stderr)
                self.assertEqual(b"\nzone certain" in done.stdout, can_read, done.stdout[:80])

    def test_D18_every_form_of_document_is_read(self):
        for form in ("td1", "td2", "td3", "mrv_a", "mrv_b", "fra"):
            with self.subTest(form):
                person, picture = self.drawing(11, "clean", form)
                results = self.finish(picture, applicantForm=self.form_of(person))
                self.assertEqual(flows.factor(results, "Document reading"), "HIGH", results)
                self.assertIn(flows.factor(results), ("HIGH", "MEDIUM"), results)

    def test_VD10_a_zone_that_was_sent_is_crossed_with_the_photograph(self):
        person, picture = self.drawing(7)
        right = list(person["zone"])
        other, _ = self.drawing(8)
        for zone, level in ((right, "HIGH"), (list(other["zone"]), "LOW")):
            with self.subTest(level):
                document = {"document_type": "passport", "country": "SK", "mrz": zone}
                results = self.finish(picture, document)
                self.assertEqual(flows.factor(results, "Cross-check"), level, results)

    def test_VD7_what_shows_no_document_is_not_taken_for_one(self):
        broken = self.drawing(7)[1][:20] + bytes(2000)
        for picture, quality in ((pictures.png(), None), (broken, "MEDIUM")):
            with self.subTest(len(picture)):
                results = self.finish(picture, applicantForm=A_FORM)
                self.assertEqual(flows.factor(results, "Document reading"), "UNKNOWN", results)
                self.assertEqual(flows.factor(results), "UNAVAILABLE", results)
                self.assertEqual(results["decision"], "MEDIUM", results)
                if quality:
                    self.assertEqual(flows.factor(results, "Image quality"), quality, results)

    def test_VD7_a_document_whose_edge_is_cut_says_so(self):
        person, picture = self.drawing(11, "clean", top=0.45)
        results = self.finish(picture, applicantForm=self.form_of(person))
        self.assertEqual(flows.factor(results, "Document reading"), "HIGH", results)
        self.assertEqual(flows.factor(results, "Image quality"), "MEDIUM", results)
        self.assertIn("cut", str(results))
        _, whole = self.drawing(11, "clean")
        results = self.finish(whole, applicantForm=self.form_of(person))
        self.assertEqual(flows.factor(results, "Image quality"), "HIGH", results)

    def test_VD7_what_was_read_is_shown_to_who_sees_the_pictures(self):
        person, picture = self.drawing(7)
        session = self.expect_json(flows.initialize(
            self.server, applicantForm=self.form_of(person, dateOfBirth="1999-01-01")), 200)
        auth, session_id = "Bearer " + session["accessToken"], session["sessionId"]
        step = self.expect_json(flows.submit(
            self.server, auth, session_id, "document",
            {"document_type": "passport", "country": "SK"}), 200)
        self.expect(flows.attach(self.server, auth, session_id, step["stepId"], "document_front",
                                 picture), 201)
        own = self.expect(self.server.get(f"/api/sessions/{session_id}", auth=auth), 200).text
        for word in (person["zone"][0], "reading", "statements", "1999-01-01"):
            self.assertNotIn(word, own)

        operator = self.server.of("demo", "operator")
        seen = self.expect_json(self.server.get(
            f"/operator/v1/sessions/{session_id}",
            auth=limen.basic(operator["username"], operator["password"])), 200)
        reading = seen["files"][0]["reading"]
        self.assertEqual(seen["files"][0]["shows"], "document")
        self.assertEqual(reading["zone"], {"lines": person["zone"], "certain": True})
        self.assertEqual({measure["name"] for measure in reading["quality"]},
                         {"dark", "bright", "blurred", "glare", "far", "cut"})
        said = {one["source"]: one for one in seen["statements"]}
        self.assertEqual(list(said), ["form", "answers", "zone"])
        self.assertTrue(said["zone"]["counts"])
        self.assertTrue(all(check["ok"] for check in said["zone"]["checks"]))
        likeness = {field["name"]: field["likeness"] for field in said["form"]["fields"]}
        self.assertEqual(likeness["date of birth"], "different")
        self.assertEqual(likeness["last name"], "same")

    def test_VD7_a_restart_loses_no_reading(self):
        person, picture = self.drawing(7)
        session = self.expect_json(flows.initialize(
            self.server, applicantForm=self.form_of(person)), 200)
        auth, session_id = "Bearer " + session["accessToken"], session["sessionId"]
        step = self.expect_json(flows.submit(
            self.server, auth, session_id, "document",
            {"document_type": "passport", "country": "SK"}), 200)
        self.expect(flows.attach(self.server, auth, session_id, step["stepId"], "document_front",
                                 picture), 201)
        self.server.stop()
        self.server.start()
        last = self.expect_json(flows.submit(self.server, auth, session_id, "face", {}), 200)
        self.expect(flows.attach(self.server, auth, session_id, last["stepId"], "face"), 201)
        results = self.expect_json(flows.data(self.server, session_id, "decision/results"), 200)
        self.assertEqual(flows.factor(results), "HIGH", results)


if __name__ == "__main__":
    unittest.main()
