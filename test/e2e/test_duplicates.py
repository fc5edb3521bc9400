"""The same document in the sessions of two people of one organisation (ADR 0020):
the result says that there is something, the operator's view of the session says where, and nobody
else is told."""
import unittest

import flows
import limen

FORM = {"firstName": "John", "lastName": "Doe", "dateOfBirth": "2004-07-09"}


class Duplicates(limen.Case):
    own_server = True  # what other tests send would be found, too

    def finish(self, picture, **fields):
        """A session with the specimen's zone as sent, whose pictures are its own."""
        session = self.expect_json(flows.initialize(self.server, **fields), 200)
        auth, session_id = "Bearer " + session["accessToken"], session["sessionId"]
        document = flows.passport(self.server, auth, session_id, **picture)
        flows.capture_all(self.server, auth, session_id, document)
        return session_id

    def results(self, session_id):
        return self.expect_json(flows.data(self.server, session_id, "decision/results"), 200)

    def seen_by_operator(self, session_id):
        answer = self.server.get(f"/operator/v1/sessions/{session_id}",
                                 auth=self.server.operator_basic())
        return self.expect_json(answer, 200)

    def test_another_persons_document_is_medium_and_named_to_the_operator_alone(self):
        first = self.finish({})
        self.assertEqual(flows.factor(self.results(first), "Duplicates"), "HIGH")
        again = self.finish({})
        self.assertEqual(flows.factor(self.results(again), "Duplicates"), "HIGH",
                         "the same names and birth in the zone: the same person")
        self.assertEqual(self.seen_by_operator(again)["duplicates"], [])
        other = self.finish({"last": "SMITH"})
        results = self.results(other)
        self.assertEqual(flows.factor(results, "Duplicates"), "MEDIUM", results)
        self.assertEqual(results["decision"], "MEDIUM")
        found = self.seen_by_operator(other)["duplicates"]
        self.assertEqual({one["what"] for one in found}, {"document", "picture"}, found)
        # Nobody says whose these pictures are, and they are the same to the byte.
        session = flows.enrolled(self.server)
        results = self.results(session)
        self.assertEqual(flows.factor(results, "Duplicates"), "MEDIUM", results)
        found = self.seen_by_operator(session)["duplicates"]
        self.assertEqual({one["what"] for one in found}, {"picture"})
        ids = {self.seen_by_operator(one)["id"] for one in (first, again, other)}
        self.assertEqual({one["id"] for one in found}, ids)
        for told in (results, self.expect_json(
                flows.data(self.server, session, "document/result"), 200)):
            for one in ids:
                self.assertNotIn(one, str(told))
        # Another organisation has sent the same, and is told of none.
        theirs = self.expect_json(flows.initialize(self.server, org="other"), 200)
        flows.capture_all(self.server, "Bearer " + theirs["accessToken"], theirs["sessionId"])
        results = self.expect_json(flows.data(self.server, theirs["sessionId"],
                                              "decision/results", org="other"), 200)
        self.assertEqual(flows.factor(results, "Duplicates"), "HIGH")

    def test_what_was_erased_is_found_no_more(self):
        first = flows.enrolled(self.server, externalId="a")
        known = self.seen_by_operator(first)["id"]
        erased = self.server.call("DELETE", f"/operator/v1/sessions/{first}",
                                  auth=self.server.operator_basic())
        self.expect(erased, 204)
        second = flows.enrolled(self.server, externalId="b")
        ids = {one["id"] for one in self.seen_by_operator(second)["duplicates"]}
        self.assertNotIn(known, ids)


if __name__ == "__main__":
    unittest.main()
