"""POST /v1/user-status: consented people only, filters, result keys, pages (VA6-VA10).

Every test makes people of its own with a last name nobody else has, so that the shared server's
other records do not count. A date of birth cannot be given through this door, so `age` is tested
for its syntax and for people whose age is unknown; inclusive and strict bounds with `created_at`.
"""
import unittest
import uuid

import flows
import limen

DEFAULT_KEYS = {"id", "email", "first_name", "last_name", "registration_status",
                "connection_status", "data_sharing_agreed", "created_at", "updated_at"}


class Query(limen.Case):
    def ask(self, org="demo", **body):
        return flows.people(self.server, body, org)

    def found(self, org="demo", **filters):
        body = self.expect_json(self.ask(org, filters=filters), 200)
        self.assertEqual(len(body["data"]), body["pagination"]["total"])
        return [p["email"] for p in body["data"]]

    def family(self, *firsts, org="demo"):
        """Joins one person a first name; returns (last name, e-mail addresses)."""
        last = "Smith" + uuid.uuid4().hex[:10]
        emails = [limen.fresh_email(first.lower()) for first in firsts]
        for first, email in zip(firsts, emails):
            flows.join(self.server, email, first, last, org)
        return last, emails

    def test_VA6_only_consented_people_of_the_caller(self):
        last, emails = self.family("John", "Johnny")
        silent, foreign = limen.fresh_email(), limen.fresh_email()
        code = flows.code_of(self.server, silent, "John", last)
        self.expect(flows.connect(self.server, code, silent), 201)
        flows.join(self.server, foreign, "John", last, "other")
        self.assertEqual(sorted(self.found(last_name=last)), sorted(emails))
        self.assertEqual(self.found("other", last_name=last), [foreign])

    def test_VA6_needs_its_scope_and_a_token(self):
        answer = self.server.post("/v1/user-status", {})
        self.expect_unauthorized(answer, path="/v1/user-status")
        self.expect(flows.people(self.server, {}), 200)
        self.expect(self.server.post("/v1/user-status", {},
                                     auth=self.server.bearer(door="oauth_readonly")), 200)

    def test_VA7_filters_intersect_and_are_exact(self):
        last, (john, johnny) = self.family("John", "Johnny")
        self.assertEqual(self.found(last_name=last, first_name="John"), [john])
        self.assertEqual(self.found(last_name=last, first_name="Johnny"), [johnny])
        self.assertEqual(self.found(last_name=last, first_name="Jo"), [])
        self.assertEqual(self.found(last_name=last.lower()), [])
        self.assertEqual(self.found(last_name=last.upper()), [])
        self.assertEqual(self.found(last_name=last, email=john, first_name="Johnny"), [])

    def test_VA7_unknown_filter(self):
        # Not stated; an ignored filter would widen what is disclosed, so it must not be ignored.
        self.family("John")
        answer = self.ask(filters={"no_such_field": "x"})
        if answer.status == 200:
            self.assertEqual(answer.json()["data"], [])
        else:
            self.expect(answer, 400)

    def test_VA8_booleans(self):
        last, emails = self.family("John")
        self.assertEqual(self.found(last_name=last, data_sharing_agreed=True), emails)
        self.assertEqual(self.found(last_name=last, data_sharing_agreed=False), [])

    def test_VA8_age(self):
        last, _ = self.family("John")
        self.assertEqual(self.found(last_name=last, age={"gte": 18, "lte": 65}), [])
        for bad in (30, "30", [30], {"about": 30}):
            with self.subTest(bad):
                self.expect(self.ask(filters={"age": bad}), 400)

    def test_VA8_ranges_inclusive_and_strict(self):
        last, (email,) = self.family("John")
        body = self.expect_json(self.ask(filters={"last_name": last}), 200)
        moment = body["data"][0]["created_at"]
        limen.parse_stamp(moment)
        for operators, wanted in (({"gte": moment}, 1), ({"lte": moment}, 1), ({"eq": moment}, 1),
                                  ({"gt": moment}, 0), ({"lt": moment}, 0),
                                  ({"gte": moment, "lte": moment}, 1),
                                  ({"gt": "2000-01-01T00:00:00.000Z", "lte": moment}, 1),
                                  ({"lt": "2000-01-01T00:00:00.000Z"}, 0)):
            with self.subTest(operators):
                found = self.found(last_name=last, created_at=operators)
                self.assertEqual(found, [email] * wanted)
        self.expect(self.ask(filters={"created_at": moment}), 400)

    def test_VA9_result_keys(self):
        last, (email,) = self.family("John")
        body = self.expect_json(self.ask(filters={"last_name": last},
                                         result_keys=["email", "first_name"]), 200)
        self.assertEqual(body["data"], [{"email": email, "first_name": "John"}])
        body = self.expect_json(self.ask(filters={"last_name": last}), 200)
        self.assertEqual(set(body["data"][0]), DEFAULT_KEYS)
        self.assertEqual(body["data"][0]["connection_status"], "connected")
        self.expect(self.ask(result_keys=["email", "no_such_key"]), 400)
        self.expect(self.ask(result_keys="email"), 400)

    def test_VA10_pages(self):
        last, emails = self.family("John", "Johnny", "Jonathan", "Jon", "Jack")
        seen = []
        for offset in (0, 2, 4):
            body = self.expect_json(self.ask(filters={"last_name": last},
                                             pagination={"limit": 2, "offset": offset}), 200)
            page = body["pagination"]
            self.assertEqual((page["limit"], page["offset"], page["total"]), (2, offset, 5))
            self.assertEqual(len(body["data"]), 2 if offset < 4 else 1)
            seen += [p["email"] for p in body["data"]]
        self.assertEqual(sorted(seen), sorted(emails))
        whole = self.found(last_name=last)
        self.assertEqual(whole, seen, "the order is stable")
        body = self.expect_json(self.ask(filters={"last_name": last},
                                         pagination={"limit": 2, "offset": 99}), 200)
        self.assertEqual((body["data"], body["pagination"]["total"]), ([], 5))

    def test_VA10_bad_pages(self):
        for page in ({"limit": -1}, {"offset": -1}, {"limit": "2"}, {"limit": 1.5}, []):
            with self.subTest(page):
                self.expect(self.ask(pagination=page), 400)


if __name__ == "__main__":
    unittest.main()
