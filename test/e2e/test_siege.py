"""A share of the brute force of siege.py: budgets in production, and what a 429 looks like."""
import random
import unittest

import limen
import siege

GUESSES, PEOPLE = 20_000, 200


class TestSiege(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = siege.Siege().start()
        cls.codes = cls.server.invite_all(siege.CODES // 10)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_strangers_guess_and_people_connect(self):
        seed = random.SystemRandom().randrange(1, 2 ** 31)
        outcome = siege.besiege(self.server, self.codes, GUESSES, PEOPLE, seed)
        told = f"{siege.report(outcome, GUESSES)}, seed {seed}"
        self.assertEqual((outcome.hits, outcome.other), (0, 0), told)
        self.assertEqual(outcome.judged + outcome.told_to_wait, GUESSES, told)
        self.assertEqual(outcome.served, PEOPLE, f"{told} {outcome.refused[:5]}")
        # The organisation's budget, and three for each address.
        self.assertLess(outcome.judged, 5000 + 3 * siege.SOURCES + GUESSES // 100, told)
        self.assertGreater(outcome.told_to_wait, GUESSES // 2, told)
        metrics = self.server.get("/metrics").text
        self.assertIn(f'limen_budget_refusals_total{{budget="guesses_address"}} '
                      f'{outcome.told_to_wait}', metrics)
        alarms = self.server.operate("alarm", "list", "--organisation", "siege")
        self.assertTrue(any(a["what"] == "budget_used_up" for a in alarms["items"]), alarms)

    def test_too_many_guesses_wait_and_a_restart_forgives_nothing(self):
        body = {"onboarding_token": "SGE222222222", "email": "nobody@live.example"}
        for _ in range(30):
            self.assertIn(self.server.post("/v1/connections", body).status, (404, 429))
        for is_restarted in (False, True):
            if is_restarted:
                self.assertEqual(self.server.stop(), 0)
                self.server.start()
            answer = self.server.post("/v1/connections", body)
            self.assertEqual(answer.status, 429, repr(answer))
            wait = int(answer.header("retry-after"))
            self.assertGreater(wait, 0)
            self.assertRegex(answer.header("ratelimit-policy"), r'^"guesses_address";q=\d+;w=\d+$')
            self.assertEqual(answer.header("ratelimit"), f'"guesses_address";r=0;t={wait}')
            six = answer.json()
            self.assertEqual((six["code"], six["error"], six["message"]),
                             (429, "TOO_MANY_REQUESTS", "Too Many Requests"))
            right = {"onboarding_token": self.codes[0], "email": siege.email_of(0)}
            other = self.server.post("/v1/connections", right)
            self.assertEqual((other.status, limen.strict_json(other.text).keys()),
                             (429, six.keys()), "a 429 tells nothing about the code")
