"""What an organisation keeps under `default` is worn wherever no theme is named, by the pages of
every door, and by nobody who has not shown a right yet. How it looks is test/browser's.
"""
import re
import unittest

import flows
import limen
import pages
import pictures


class Default(limen.Case):
    COLOURS = {"ink": "#f4ecff", "paper": "#1a1026", "card": "#261a36", "line": "#8f7fa8",
               "act": "#d7a6ff", "act_ink": "#1a1026", "bad": "#ff9a9c"}
    WORDING = {"en-US": {"invite.why": "A night at {organisation}.",
                         "arrive.lead": "Welcome to the night desk."}}
    WORN = "--paper:#1a1026"

    def setUp(self):
        super().setUp()
        self.theme("PUT", {"colours": self.COLOURS, "wording": self.WORDING}, 200)
        logo = limen.multipart([], [("file", "logo.png", "image/png", pictures.png())])
        self.expect(self.server.call("PUT", "/operator/v1/themes/default/logo", logo,
                                     auth=self.server.operator_basic()), 200)
        self.addCleanup(self.theme, "DELETE", None, 204, 404)

    def theme(self, method, body, *statuses):
        self.expect(self.server.call(method, "/operator/v1/themes/default", body,
                                     auth=self.server.operator_basic()), *statuses)

    def browser(self, path):
        browser = pages.Browser(self.server)
        browser.open(path)
        return browser

    def worn(self, browser):
        return self.WORN in browser.page.text

    def invited(self, org="demo"):
        email = limen.fresh_email()
        browser = self.browser("/invite?code=" + flows.code_of(self.server, email, org=org))
        self.assertFalse(self.worn(browser), "a stranger does not learn whose code it is")
        return browser, {"email": email}

    def test_an_invitation(self):
        browser, given = self.invited()
        browser.send(browser.forms()[0], {"email": limen.fresh_email()})
        self.expect(browser.page, 404)
        self.assertFalse(self.worn(browser))
        self.assertNotIn("/assets/logo/", browser.page.text)
        browser, given = self.invited()
        browser.send(browser.forms()[0], given)
        self.expect(browser.page, 200)
        self.assertTrue(self.worn(browser))
        self.assertIn("A night at ", browser.page.text)
        logo = re.search(r'src="(/assets/logo/[0-9a-f]+\.png)"', browser.page.text)[1]
        self.expect(self.server.get(logo), 200)
        self.assertIn("img-src 'self'", browser.page.header("content-security-policy"))
        browser.send(browser.forms()[0], {"year": "2004", "day": "9"})
        self.expect(browser.page, 200)
        self.assertTrue(self.worn(browser))

    def test_an_invitation_with_something_to_mend(self):
        browser, given = self.invited()
        browser.send(browser.forms()[0], given)
        browser.send(browser.forms()[0], {"year": "2999", "day": "9"})
        self.expect(browser.page, 400)
        self.assertTrue(self.worn(browser))

    def test_of_another_organisation(self):
        browser, given = self.invited(org="other")
        browser.send(browser.forms()[0], given)
        self.expect(browser.page, 200)
        self.assertFalse(self.worn(browser))

    def test_a_device_to_its_end_and_beyond(self):
        token, session_id = flows.device_session(self.server, ttl=30 * 86400)
        browser = self.browser(flows.hand_off(self.server, token, session_id))
        self.assertIn("Welcome to the night desk.", browser.page.text)
        browser.send(browser.forms()[0])
        self.assertEqual(browser.path, f"/go/{session_id}")
        self.assertTrue(self.worn(browser))
        self.server.advance(14 * 86400 + 1)
        self.expect(browser.open(browser.path), 410)
        self.assertTrue(self.worn(browser), "who was believed stays at the organisation's page")
        self.assertIn("/assets/logo/", browser.page.text)
        other = self.browser(f"/mobile?authorization=forged&sessionId={session_id}")
        self.expect(other.page, 404)
        self.assertFalse(self.worn(other))

    def test_the_link_to_a_phone(self):
        browser, _ = pages.desktop(self.server)
        self.assertTrue(self.worn(browser))
        link = pages.hand_over(browser)
        phone = self.browser(link)
        self.assertTrue(self.worn(phone))
        phone.send(phone.forms()[0])
        again = self.browser(link)
        self.expect(again.page, 410)
        self.assertTrue(self.worn(again), "who holds the used link is told so by the organisation")
        forged = self.browser(link[:-1] + ("A" if link[-1] != "A" else "B"))
        self.expect(forged.page, 404)
        self.assertFalse(self.worn(forged))

    def test_who_names_a_theme_gets_that_one(self):
        for name in ("white", "dark"):
            session = self.expect_json(flows.initialize(self.server, webEnrolmentTheme=name), 200)
            browser = self.browser(session["webEnrolmentUrl"].removeprefix(self.server.base_url))
            self.assertIn(f'class="theme-{name}"', browser.page.text)
            self.assertFalse(self.worn(browser))
        named = {"webEnrolmentTheme": "default"}
        self.expect(flows.initialize(self.server, **named), 200)
        self.theme("DELETE", None, 204)
        self.expect(flows.initialize(self.server, **named), 400)

    def test_removed_the_pages_go_back(self):
        session = self.expect_json(flows.initialize(self.server), 200)
        path = session["webEnrolmentUrl"].removeprefix(self.server.base_url)
        self.assertTrue(self.worn(self.browser(path)))
        self.theme("DELETE", None, 204)
        plain = self.browser(path)
        self.assertFalse(self.worn(plain))
        self.assertNotIn("night desk", plain.page.text)
        self.assertNotIn('class="theme-', plain.page.text)


if __name__ == "__main__":
    unittest.main()
