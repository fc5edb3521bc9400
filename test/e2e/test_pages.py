"""Pages by plain forms: hand-off (C15-C21), enrolment page (D10, D14, D23, D25, D28).

Walked as a person with a browser that runs no script would (pages.py). Looks, scripts and the
camera are a matter for full browsers (test/browser) and not tested here.
"""
import re
import unittest
import urllib.parse
import uuid

import flows
import limen
import pages


def enc(text):
    return urllib.parse.quote(text, safe="")


class HandOff(limen.Case):
    def browser(self, path):
        browser = pages.Browser(self.server)
        browser.open(path)
        return browser

    def expect_page(self, answer, *statuses):
        self.expect(answer, *statuses)
        self.assertTrue((answer.header("content-type") or "").startswith("text/html"),
                        repr(answer))
        return answer.text

    def mobile(self, token, session_id):
        return f"/mobile?authorization={enc(token)}&sessionId={enc(session_id)}"

    def test_C15_hand_off_url(self):
        token, session_id = flows.device_session(self.server)
        browser = self.browser(flows.hand_off(self.server, token, session_id))
        self.expect_page(browser.page, 200)
        self.assertTrue(browser.forms(), "the page continues the session by a form")

    def test_C15_get_consumes_nothing(self):
        token, session_id = flows.device_session(self.server)
        for _ in range(5):
            self.expect_page(self.browser(flows.hand_off(self.server, token, session_id)).page,
                             200)
        want = self.expect_json(flows.wanted(self.server, token, session_id), 200)
        self.assertEqual((want["step"], want["progress"]["done"]), ("document", 0))

    def test_C16_url_encoding(self):
        token, session_id = flows.device_session(self.server)
        inner = f"{self.server.base_url}/mobile?authorization=%s&sessionId={enc(session_id)}"
        for name, inner_token in (("encoded", enc(token)), ("with its scheme",
                                                            enc("Token " + token))):
            with self.subTest(name):
                path = "/capture?url=" + enc(inner % inner_token)
                browser = self.browser(path)
                self.expect_page(browser.page, 200)
                self.assertTrue(browser.forms())
        turned = f"{self.server.base_url}/mobile?sessionId={session_id}&authorization={token}"
        self.expect_page(self.browser("/capture?url=" + enc(turned)).page, 200)

    def test_C17_mobile(self):
        token, session_id = flows.device_session(self.server)
        other, _ = flows.device_session(self.server)
        browser = self.browser(self.mobile(token, session_id))
        self.expect_page(browser.page, 200)
        browser.walk()
        self.assertIs(self.expect_json(flows.wanted(self.server, token, session_id),
                                       200)["finished"], True)
        self.expect_page(self.browser(self.mobile(other, session_id)).page, 403)
        self.expect_page(self.browser(self.mobile("forged", session_id)).page, 403, 404)
        self.expect_page(self.browser(self.mobile(token, str(uuid.uuid4()))).page, 403, 404)

    def test_C17_expired(self):
        token, session_id = flows.device_session(self.server, ttl=60)
        self.server.advance(61)
        for path in (self.mobile(token, session_id),
                     flows.hand_off(self.server, token, session_id)):
            text = self.expect_page(self.browser(path).page, 410)
            self.assertIn("expired", text.lower())

    def test_C18_foreign_url(self):
        token, session_id = flows.device_session(self.server)
        query = f"authorization={token}&sessionId={session_id}"
        host = self.server.base_url.removeprefix("http://")
        for target in (f"https://evil.example.com/mobile?{query}", f"//evil.example.com/?{query}",
                       f"http://{host}@evil.example.com/mobile?{query}",
                       f"http://{host}.example.com/mobile?{query}", "javascript:alert(1)",
                       f"http://evil.example.com\\@{host}/mobile?{query}", "data:text/html,x",
                       f"{self.server.base_url}/capture?url=x",
                       f"{self.server.base_url}/dev/inbox", f"ftp://{host}/mobile?{query}", "",
                       f"http://x:y@{host}/mobile?{query}"):
            with self.subTest(target):
                answer = self.server.get("/capture?url=" + enc(target))
                self.expect(answer, 400)
                self.assertIsNone(answer.header("location"))
        self.expect(self.server.get("/capture"), 400)

    def test_C19_five_steps(self):
        key = self.server.of("demo", "device")["api_key"]
        lent = self.server.post("/api/device/ephemeral", {"ttl": 3600}, auth=key)
        token = self.expect_json(lent, 200)["authorization"]
        started = flows.begin_workflow(self.server, token,
                                       body={"metadata": {"externalUserId": "42"}})
        session_id = self.expect_json(started, 201)["id"]
        browser = self.browser(flows.hand_off(self.server, token, session_id)).walk()
        self.assertLess(browser.page.status, 400, repr(browser.page))
        self.assertIs(self.expect_json(flows.wanted(self.server, token, session_id),
                                       200)["finished"], True)
        for path, answer in browser.seen:
            self.assertNotIn(key, path)
            self.assertNotIn(key, answer.text)

    def test_C20_resumes(self):
        token, session_id = flows.device_session(self.server)
        one = self.expect_json(flows.submit(self.server, token, session_id, "document",
                                            flows.PASSPORT), 200)
        self.expect(flows.attach(self.server, token, session_id, one["stepId"],
                                 "document_front"), 201)
        self.server.advance(1800)
        browser = self.browser(flows.hand_off(self.server, token, session_id)).walk()
        fields = {pages.plain(n) for _, a in browser.seen if a.status == 200
                  for f in pages.Reader(a.text).forms for n, _, _, _ in f.fields}
        self.assertNotIn("document_type", fields, "the first step is not asked for again")
        self.assertIs(self.expect_json(flows.wanted(self.server, token, session_id),
                                       200)["finished"], True)

    def test_C21_secrecy(self):
        key = self.server.of("demo", "device")["api_key"]
        token, session_id = flows.device_session(self.server)
        path = flows.hand_off(self.server, token, session_id)
        self.assertNotIn(key, path)
        browser = self.browser(path)
        for _, answer in browser.seen:
            self.assertEqual(answer.header("referrer-policy"), "no-referrer", repr(answer))
            self.assertIn("no-store", answer.header("cache-control") or "", repr(answer))
            self.assertNotIn(key, answer.text)
        log = self.server.log()
        self.assertNotIn(key, log)
        self.assertNotIn(token, log)

    def test_unknown_page_is_a_page(self):
        # "Unknown routes … except under /api/ (problem+json) and the pages (an HTML page)."
        self.expect_page(self.server.get("/web-enrolment/?token=unknown"), 404)
        self.expect_problem(self.server.get("/api/nowhere"), 404)


class Enrolment(limen.Case):
    def begin(self, **fields):
        return self.expect_json(flows.initialize(self.server, **fields), 200)

    def open(self, session):
        browser = pages.Browser(self.server)
        browser.open(session["webEnrolmentUrl"].removeprefix(self.server.base_url))
        return browser

    def look(self, session):
        """The page without what differs between two sessions anyway: long random texts."""
        text = self.open(session).page.text
        return re.sub(r"[A-Za-z0-9_.-]{16,}", "~", text.replace(session["sessionId"], "~"))

    def test_D10_sent_to_the_return_url(self):
        target = "https://app.example.com/done?ref=a%20b&x=1"
        browser = self.open(self.begin(returnUrl=target)).walk()
        self.assertEqual(browser.left_to, target)

    def test_D14_theme(self):
        plain, again, white = (self.look(self.begin(**more)) for more in (
            {}, {}, {"webEnrolmentTheme": "white"}))
        self.assertEqual(plain, again)
        self.assertNotEqual(plain, white)

    def test_D23_web_enrolment_url(self):
        session = self.begin()
        self.assertTrue(session["webEnrolmentUrl"].startswith(
            self.server.base_url + "/web-enrolment/?token="), session["webEnrolmentUrl"])
        browser = self.open(session)
        self.expect(browser.page, 200)
        self.assertTrue(browser.page.header("content-type").startswith("text/html"))
        self.assertTrue(browser.forms())
        for _, answer in browser.seen:
            self.assertEqual(answer.header("referrer-policy"), "no-referrer")
            self.assertIn("no-store", answer.header("cache-control") or "")

    def test_D25_document_face_redirect(self):
        session = self.begin()
        browser = self.open(session).walk()
        self.assertEqual(browser.left_to, flows.RETURN_URL)
        auth = "Bearer " + session["accessToken"]
        self.assertIs(self.expect_json(flows.wanted(self.server, auth, session["sessionId"]),
                                       200)["finished"], True)
        names = [pages.plain(n) for _, a in browser.seen if a.status == 200
                 for f in pages.Reader(a.text).forms for n, _, _, _ in f.fields]
        self.assertIn("document_type", names)
        results = self.expect_json(flows.data(self.server, session["sessionId"],
                                              "decision/results"), 200)
        self.assertIn(results["decision"], ("HIGH", "MEDIUM", "LOW"))

    def test_what_was_sent_is_shown_until_all_is_done(self):
        session = self.begin()
        token = session["webEnrolmentUrl"].partition("?")[2].encode()
        for is_done in (False, True):
            arrived = self.server.call("POST", "/web-enrolment/",
                                       ("application/x-www-form-urlencoded", token))
            cookie = self.expect(arrived, 303).header("set-cookie").partition(";")[0]
            journey = arrived.header("location")
            answer = self.server.get(journey + "/sent", headers={"Cookie": cookie})
            self.expect(answer, 303 if is_done else 200)
            if not is_done:
                self.open(session).walk()
        self.assertEqual(answer.header("location"), journey)

    def test_D28_expired_page_says_so(self):
        session = self.begin()
        self.server.advance(14 * 86400 + 1)
        answer = self.open(session).page
        self.expect(answer, 410)
        self.assertIn("expired", answer.text.lower())


class Invited(limen.Case):
    own_server = True

    def test_a_page_left_open_beyond_the_first_step_leads_on(self):
        self.server.command("organisation", "invited", "demo", "--skill", "enrolment")
        email = limen.fresh_email()
        code = flows.code_of(self.server, email)
        connection = flows.accepted(flows.connect(self.server, code, email), 201)
        form = {"connection_id": connection["connection_id"], "decision": "agreed",
                "connection_token": connection["connection_token"],
                "date_of_birth.day": "31", "date_of_birth.month": "1",
                "date_of_birth.year": "1990"}
        agreed = self.expect_json(flows.consent(self.server, connection), 200)
        browser = pages.Browser(self.server)
        browser.open(agreed["web_enrolment_url"].removeprefix(self.server.base_url))
        browser.send(browser.forms()[0])
        browser.send(browser.forms()[0])  # the document's step, which counts from now on
        body = ("application/x-www-form-urlencoded", urllib.parse.urlencode(form).encode())
        answer = self.server.call("POST", "/invite/consent", body, headers={
            "Origin": self.server.base_url, "Sec-Fetch-Site": "same-origin"})
        self.expect(answer, 200, 303)
        person = self.expect_json(flows.people(self.server, {
            "filters": {"email": email}, "result_keys": ["dob"]}), 200)["data"]
        self.assertEqual([one.get("dob") for one in person], [None])


class CleanAddress(limen.Case):
    """What a link leaves behind: a cookie, and an address without a secret in it."""

    def arrive(self, **more):
        token, session_id = flows.device_session(self.server, **more)
        browser = pages.Browser(self.server)
        browser.open(f"/mobile?authorization={enc(token)}&sessionId={enc(session_id)}")
        browser.send(browser.forms()[0])
        return browser, token, session_id

    def test_C15_the_token_leaves_the_address(self):
        browser, token, session_id = self.arrive()
        self.assertEqual(browser.path, f"/go/{session_id}")
        posted = next(a for _, a in browser.seen if a.status == 303)
        given = [v for k, v in posted.headers if k.lower() == "set-cookie" and token in v]
        self.assertEqual(len(given), 1)
        self.assertTrue(given[0].startswith("__Host-limen-"))
        for part in ("Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age="):
            self.assertIn(part, given[0])
        for path, answer in browser.seen[1:]:
            self.assertNotIn(token, path)
            self.assertNotIn(token, answer.text)
        self.assertNotIn(token, self.server.log())

    def test_only_the_cookie_opens_it(self):
        browser, _, session_id = self.arrive()
        stranger = pages.Browser(self.server)
        self.expect(stranger.open(f"/go/{session_id}"), 404)
        other, _, _ = self.arrive()
        stolen = {next(iter(browser.cookies)): next(iter(other.cookies.values()))}
        stranger.cookies = stolen
        self.expect(stranger.open(f"/go/{session_id}"), 403)

    def test_looking_changes_nothing(self):
        browser, token, session_id = self.arrive()
        before = self.expect_json(browser.open(f"/go/{session_id}/state"), 200)
        for path in ("", "/sent", "/hand-over", "?lang=de-DE"):
            self.assertLess(browser.open(f"/go/{session_id}{path}").status, 400)
        after = self.expect_json(browser.open(f"/go/{session_id}/state"), 200)
        self.assertEqual({**before, "now": 0}, {**after, "now": 0})
        want = self.expect_json(flows.wanted(self.server, token, session_id), 200)
        self.assertEqual(want["progress"]["done"], 0)

    def test_another_site_cannot_send_its_forms(self):
        browser, token, session_id = self.arrive()
        cookie = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
        body = ("application/x-www-form-urlencoded", b"step=document&document_type=passport"
                b"&country=AT")
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                        {"Origin": "https://evil.example"}):
            with self.subTest(headers):
                answer = self.server.call("POST", f"/go/{session_id}", body,
                                          headers={"Cookie": cookie, **headers})
                self.expect(answer, 403)
        want = self.expect_json(flows.wanted(self.server, token, session_id), 200)
        self.assertEqual(want["progress"]["done"], 0)

    def test_D10_the_session_id_goes_where_the_return_url_asks(self):
        session = self.expect_json(flows.initialize(
            self.server, returnUrl="https://app.example.com/done?id={sessionId}"), 200)
        browser = pages.Browser(self.server)
        browser.open(session["webEnrolmentUrl"].removeprefix(self.server.base_url))
        browser.walk()
        self.assertEqual(browser.left_to,
                         "https://app.example.com/done?id=" + session["sessionId"])
        for bad in ("https://{sessionId}.example.com/", "https://app.example.com/{session}",
                    "https://app.example.com/{sessionId"):
            self.expect(flows.initialize(self.server, returnUrl=bad), 400)


class Devices(limen.Case):
    """From a desktop to a phone and back."""

    def desktop(self, **fields):
        return pages.desktop(self.server, **fields)

    def hand_over(self, browser):
        link = pages.hand_over(browser)
        self.assertIn("<svg", browser.page.text)
        self.assertIn("mailto:", browser.page.text)
        return link

    def test_the_page_a_phone_meets_first_wears_the_theme_as_well(self):
        colours = {"ink": "#f4ecff", "paper": "#1a1026", "card": "#261a36", "line": "#8f7fa8",
                   "act": "#d7a6ff", "act_ink": "#1a1026", "bad": "#ff9a9c"}
        self.expect(self.server.call("PUT", "/operator/v1/themes/crossing", {"colours": colours},
                                     auth=self.server.operator_basic()), 200, 201, 204)
        browser, _ = self.desktop(webEnrolmentTheme="crossing")
        phone = pages.Browser(self.server)
        phone.open(self.hand_over(browser))
        self.assertIn("--paper:#1a1026", phone.page.text)

    def test_a_desktop_without_script_reaches_the_end(self):
        browser, _ = self.desktop()
        self.assertTrue(any(f.action.endswith("/hand-over") for f in browser.forms()))
        browser.walk()
        self.assertEqual(browser.left_to, flows.RETURN_URL)

    def test_a_phone_finishes_what_a_desktop_began(self):
        browser, session = self.desktop()
        link = self.hand_over(browser)
        phone = pages.Browser(self.server)
        for _ in range(3):
            self.expect(phone.open(link), 200)
        self.assertIn("demo", phone.page.text.lower())
        phone.walk()
        self.assertEqual(phone.left_to, flows.RETURN_URL)
        late = pages.Browser(self.server)
        self.expect(late.open(link), 410)
        self.assertIn("used", late.page.text)
        browser.open(browser.path.rsplit("/", 1)[0])
        self.assertEqual(browser.left_to, flows.RETURN_URL)
        self.assertNotIn(link.split("=")[1], self.server.log())

    def test_no_other_site_crosses_over_for_somebody(self):
        browser, _ = self.desktop()
        link = self.hand_over(browser)
        body = ("application/x-www-form-urlencoded", link.split("?")[1].encode())
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            with self.subTest(headers):
                answer = self.server.call("POST", "/continue", body, headers=headers)
                self.expect(answer, 403)
                self.assertIsNone(answer.header("set-cookie"))
        phone = pages.Browser(self.server)
        phone.open(link)
        phone.send(phone.forms()[0])
        self.expect(phone.page, 200)

    def test_taking_over_ends_the_phone(self):
        browser, _ = self.desktop()
        phone = pages.Browser(self.server)
        phone.open(self.hand_over(browser))
        phone.send(phone.forms()[0])
        self.expect(phone.page, 200)
        go = phone.path
        state = self.expect_json(browser.open(go + "/state"), 200)
        self.assertEqual(state["phone"], "connected")
        browser.open(go)
        browser.send(next(f for f in browser.forms() if f.action.endswith("/take-over")))
        self.expect(phone.open(go), 404)
        browser.walk()
        self.assertEqual(browser.left_to, flows.RETURN_URL)

    def test_a_link_lives_ten_minutes_and_the_newest_alone(self):
        browser, _ = self.desktop()
        first = self.hand_over(browser)
        second = self.hand_over(browser)
        self.expect(pages.Browser(self.server).open(first), 404)
        self.expect(pages.Browser(self.server).open(second), 200)
        self.server.advance(601)
        self.expect(pages.Browser(self.server).open(second), 410)

    def test_VD1_frame(self):
        session = self.expect_json(flows.initialize(self.server), 200)
        path = session["webEnrolmentUrl"].removeprefix(self.server.base_url) + "&iframe=true"
        origin = "/".join(flows.RETURN_URL.split("/")[:3])
        desk = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
        for more, choice, here in (("", True, True), ("&crossDevice=false", False, False),
                                   ("&onlyMobile=true", True, False)):
            with self.subTest(more):
                browser = pages.Browser(self.server)
                browser.agent = desk
                browser.open(path + more)
                self.expect(browser.page, 200)
                self.assertEqual("data-hand-over" in browser.page.text, choice)
                self.assertEqual("data-continue" in browser.page.text, here)
                self.assertIn(f"frame-ancestors {origin};",
                              browser.page.header("content-security-policy"))
                self.assertIsNone(browser.page.header("x-frame-options"))
        browser = pages.Browser(self.server)
        browser.agent = desk
        browser.open(path + "&lang=de-DE")
        browser.walk()
        self.assertEqual(browser.left_to, flows.RETURN_URL)
        self.assertFalse([k for k in browser.cookies if "limen-" in k and "language" not in k])
        outside = pages.Browser(self.server)
        outside.agent = desk
        outside.open(path.replace("&iframe=true", "") + "&crossDevice=false&onlyMobile=true")
        self.assertIn("frame-ancestors 'none'", outside.page.header("content-security-policy"))

    def test_VC9_languages(self):
        session = self.expect_json(flows.initialize(self.server), 200)
        path = session["webEnrolmentUrl"].removeprefix(self.server.base_url)
        for code, html in (("de-DE", 'lang="de'), ("jp-JP", 'lang="ja"'),
                           ("ar-SA", 'lang="ar-SA" dir="rtl"'), ("xx-XX", 'lang="en')):
            with self.subTest(code):
                browser = pages.Browser(self.server)
                browser.open(f"{path}&lang={code}")
                self.assertIn(f"<html {html}", browser.page.text)
                browser.send(browser.forms()[0])
                self.assertIn(f"<html {html}", browser.page.text, "it stays")


if __name__ == "__main__":
    unittest.main()
