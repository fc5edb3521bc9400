"""A person with a plain browser: follows links and forms, keeps cookies, runs no script.

Every page must work as a plain form post, so this is enough to walk the hand-off and the enrolment
page without knowing how they are laid out: it fills in what a form asks for and sends it until no
form is left or the page sends it away. It renders nothing; full browsers are another test's tool.
"""
import html.parser
import re
import urllib.parse

import flows
import limen
import pictures

GIVEN = {"document_type": "passport", "country": "AT"}


def plain(name):
    """`data.country`, `data[country]` and `country` ask for the same thing."""
    return re.findall(r"\w+", name)[-1] if re.search(r"\w", name) else name


class Form:
    def __init__(self, attributes):
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").upper()
        self.is_switch = "data-language" in attributes
        self.is_multipart = (attributes.get("enctype") or "").lower() == "multipart/form-data"
        self.fields = []  # name, kind, value, options


class Reader(html.parser.HTMLParser):
    """Collects the forms of a page and where a refresh would send the person."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.select, self.refresh = [], None, None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(at))
        elif tag == "meta" and at.get("http-equiv", "").lower() == "refresh":
            match = re.search(r"url\s*=\s*'?([^']+)", at.get("content", ""), re.I)
            self.refresh = match[1].strip() if match else None
        elif self.forms and tag in ("input", "textarea", "button") and at.get("name"):
            kind = at.get("type", "text" if tag != "button" else "submit").lower()
            self.forms[-1].fields.append((at["name"], kind, at.get("value", ""), []))
        elif self.forms and tag == "select":
            self.select = (at.get("name", ""), "select", "", [])
            self.forms[-1].fields.append(self.select)
        elif tag == "option" and self.select:
            self.select[3].append(at.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None


class Browser:
    """Cookies and the current page. `left_to` is set when the server sends it elsewhere."""

    def __init__(self, server):
        self.server, self.cookies, self.seen = server, {}, []
        self.left_to, self.page, self.path = None, None, "/"
        self.agent = None

    def open(self, path, body=None, method="GET"):
        for _ in range(8):
            headers = {"Accept": "text/html"}
            if self.agent:
                headers["User-Agent"] = self.agent
            if self.cookies:
                headers["Cookie"] = self.cookie_header()
            if method == "POST":
                headers["Origin"] = self.server.base_url
                headers["Sec-Fetch-Site"] = "same-origin"
            answer = self.server.call(method, path, body, headers=headers)
            self.seen.append((path, answer))
            self.keep_cookies(answer)
            self.page, self.path = answer, path
            target = answer.header("location") if answer.status in (301, 302, 303) else None
            if target is None and answer.status == 200:
                target = Reader(answer.text).refresh
            if target is None:
                return answer
            there = urllib.parse.urljoin(self.server.base_url + path, target)
            if not there.startswith(self.server.base_url + "/"):
                self.left_to = there
                return answer
            path, body, method = there[len(self.server.base_url):], None, "GET"
        raise AssertionError(f"redirects without end: {self.seen}")

    def cookie_header(self):
        return "; ".join(f"{k}={v}" for k, v in self.cookies.items())

    def keep_cookies(self, answer):
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                pair = value.split(";")[0]
                key, _, text = pair.partition("=")
                self.cookies[key.strip()] = text.strip()

    def forms(self):
        """What leads on; the switch of the language is a form too, where it carries a secret."""
        return [f for f in Reader(self.page.text).forms if f.method == "POST" and not f.is_switch]

    def send(self, form, given=None):
        """Fills a form in as a person would and sends it."""
        known = {**GIVEN, **(given or {})}
        fields, files, pressed = [], [], False
        for name, kind, value, options in form.fields:
            if kind == "file":
                files.append((name, "picture.png", "image/png", pictures.png()))
            elif kind in ("submit", "image", "button"):
                if not pressed and value:
                    fields.append((name, value))
                    pressed = True
            elif kind == "select":
                wished = known.get(plain(name))
                fields.append((name, wished if wished in options else
                               next((o for o in options if o), "")))
            elif kind in ("checkbox", "radio"):
                fields.append((name, value or "on"))
            else:
                fields.append((name, value or known.get(plain(name), "")))
        if form.is_multipart:
            body = limen.multipart(fields, files)
        else:
            body = ("application/x-www-form-urlencoded",
                    urllib.parse.urlencode(fields).encode())
        action = urllib.parse.urljoin(self.server.base_url + self.path, form.action)
        if not action.startswith(self.server.base_url + "/"):
            raise AssertionError(f"a form posts to {action}")
        return self.open(action[len(self.server.base_url):], body, "POST")

    def walk(self, given=None, pages=12):
        """Sends one form after the other until none is left or the page sends us away."""
        done = []
        for _ in range(pages):
            if self.left_to or self.page.status >= 400:
                return self
            forms = self.forms()
            if not forms:
                return self
            signs = [(f.action, tuple((n, k) for n, k, _, _ in f.fields),
                      tuple(v for n, k, v, _ in f.fields if n in ("type", "step"))) for f in forms]
            fresh = [i for i, sign in enumerate(signs) if sign not in done]
            chosen = fresh[0] if fresh else 0
            done.append(signs[chosen])
            self.send(forms[chosen], given)
        raise AssertionError("a form is still asked for after "
                             f"{pages} pages: {self.page.text[:600]}")


def desktop(server, **fields):
    """A browser on a desktop that came by an enrolment's link, and the answer of initialize."""
    session = flows.accepted(flows.initialize(server, **fields))
    browser = Browser(server)
    browser.agent = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"
    browser.open(session["webEnrolmentUrl"].removeprefix(server.base_url))
    browser.send(browser.forms()[0])
    return browser, session


def hand_over(browser):
    """The path of the link to a phone that the desktop asks for."""
    browser.send(next(f for f in browser.forms() if f.action.endswith("/hand-over")))
    link = re.search(r'href="([^"]*/continue\?token=[^"]+)"', browser.page.text)[1]
    return link.removeprefix(browser.server.base_url)
