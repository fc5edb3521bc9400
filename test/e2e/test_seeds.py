"""The seeds' literal examples, driven through the real curl command line.

Each text below is copied from its document; only what the document itself marks as a placeholder
(`<token>`, `{{client_id}}`, "your url", a host) is filled in. `https://<IDV_HOST>` becomes the dev
server's http address, so no certificate is ignored. What the doors must do beyond these examples is
in the other files.
"""
import json
import shlex
import subprocess
import unittest
import urllib.parse
import uuid

import flows
import limen

S0 = """{
  "email": "john@example.com",
  "first_name": "John",
  "last_name": "Smith"
}"""
S1 = '{"email":"john.doe@sqr-group.com","first_name":"John","last_name":"Doe"}'
S1_ERRORS = ('[{"field":"email","code":"isNotEmpty","hint":"email should not be empty"},'
             '{"field":"firstName","code":"isNotEmpty","hint":"firstName should not be empty"},'
             '{"field":"lastName","code":"isNotEmpty","hint":"lastName should not be empty"}]')
S2_SESSION = """{
  "client_id": "{{client_id}}",
  "client_app_key": "{{client_app_key}}",
  "skill": "xyz_aisp_sbx_#1.0"
}"""
S2_STEP = """{
  "client_id": "{{client_id}}",
  "nonce": "{{nonce}}",
  "skill": "xyz_sbx_#3.0",
  "step": "product_form",
  "data": {
    "value": "100000",
    "currency": "EUR",
    "period": "12"
  }
}"""
S3_TOKEN = r"""curl --location 'https://<IDV_HOST>/api/device/ephemeral' \
--header 'Content-Type: application/json' \
--header 'Authorization: <api_key>' \
--data '{ "ttl": 3600 }'"""
S3_SESSION = r"""curl --location 'https://<IDV_HOST>/api/sessions?workflowId=<workflow_id>' \
--header 'Content-Type: application/json' \
--header 'Authorization: <token>' \
--data '{ "metadata": { "externalUserId": "<external_user_id>" }}'"""
S4_CURL = (r'curl -X POST "/api/v1/enrolment/initialize" -H "accept: text/plain" -H '
           r'"Authorization: Basic aW5ub3ZhdHJpY3M6aW5ub3ZhdHJpY3M=" '
           r'-H "Content-Type: application/json" '
           r'-d "{\"sessionId\":\"ad90c821-e5ea-4385-be5b-4fc9f9ea24ee\",'
           r'\"returnUrl\":\"your url\"}"')
S4_FULL = """{
"sessionId": "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee",
"returnUrl": "{A url where end user will be redirected after enrolment}",
"externalId": "53421526A",
"webEnrolmentTheme": "white",
"applicantForm": {
"firstName": "John",
"lastName": "Doe",
"additionalNames": "Michael",
"dateOfBirth": "2004-07-09",
"skipIntegrityCheck": false
}
}"""


class Seeds(limen.Case):
    own_server = True

    def curl(self, command):
        """Runs a curl command line (text or words); returns (status, content type, JSON)."""
        words = shlex.split(command.replace("\\\n", " ")) if isinstance(command, str) else command
        mark = "\n%{http_code} %{content_type}"
        done = subprocess.run(words + ["--silent", "--show-error", "--max-time", "20",
                                       "--write-out", mark], capture_output=True, text=True,
                              timeout=30, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        body, _, tail = done.stdout.rpartition("\n")
        status, _, kind = tail.partition(" ")
        return int(status), kind.split(";")[0], limen.strict_json(body)

    def post(self, path, body, *headers):
        words = ["curl", "--request", "POST", self.server.base_url + path, "--header",
                 "Content-Type: application/json", "--data", body]
        for header in headers:
            words += ["--header", header]
        return self.curl(words)

    def test_A01_s0_example(self):
        auth = "Authorization: " + self.server.bearer()
        status, kind, body = self.post("/v1/onboarding-token", S0, auth)
        self.assertEqual((status, kind), (201, "application/json"))
        self.assertTrue(body["onboarding_token"])
        self.assertEqual(len(self.server.wait_mails("john@example.com")), 1)

    def test_A31_s0_misprinted_request_line(self):
        auth = "Authorization: " + self.server.bearer()
        _, _, body = self.post("/v1/user-status", S0.replace("john@", "john.smith@"), auth)
        self.assertNotIn("onboarding_token", body)
        self.assertEqual(self.server.mails("john.smith@example.com"), [])

    def test_A01_s1_example(self):
        auth = "Authorization: " + self.server.bearer()
        status, _, body = self.post("/v1/onboarding-token", S1, auth)
        self.assertEqual(status, 201)
        self.assertIsInstance(body["onboarding_token"], str)

    def test_A11_s1_errors_example(self):
        auth = "Authorization: " + self.server.bearer()
        status, _, body = self.post("/v1/onboarding-token", "{}", auth)
        self.assertEqual((status, body), (400, {"code": 400, "errors": json.loads(S1_ERRORS)}))

    def filled(self, text, **values):
        for name, value in {**self.server.of("demo", "skills"), **values}.items():
            text = text.replace("{{" + name + "}}", value)
        return text

    def test_B01_s2_session_example(self):
        status, _, body = self.post("/sessions", self.filled(S2_SESSION))
        self.assertEqual((status, body["status"]), (200, "SESSION_CREATED"))
        self.assertLessEqual({"nonce", "session_id", "status"}, set(body))

    def test_B09_s2_step_example(self):
        _, _, session = self.post("/sessions", self.filled(S2_SESSION.replace(
            "xyz_aisp_sbx_#1.0", "xyz_sbx_#3.0")))
        path = f"/sessions/{session['session_id']}/steps"
        status, _, body = self.post(path, self.filled(S2_STEP, nonce=session["nonce"]))
        self.assertEqual(status, 200)
        self.assertTrue(body["step_id"] and body["nonce"])

    def test_B15_s2_examples_read_together(self):
        _, _, session = self.post("/sessions", self.filled(S2_SESSION))
        path = f"/sessions/{session['session_id']}/steps"
        status, _, body = self.post(path, self.filled(S2_STEP, nonce=session["nonce"]))
        self.assertEqual((status, body["code"]), (400, "invalid_skill_name"))

    def test_C01_C10_s3_examples(self):
        def placed(text, **values):
            text = text.replace("https://<IDV_HOST>", self.server.base_url)
            for name, value in values.items():
                text = text.replace(f"<{name}>", value)
            return text
        key = self.server.of("demo", "device")["api_key"]
        status, _, body = self.curl(placed(S3_TOKEN, api_key=key))
        self.assertEqual((status, set(body)), (200, {"authorization"}))
        token = body["authorization"]
        status, _, body = self.curl(placed(S3_SESSION, workflow_id="identity", token=token,
                                           external_user_id="42"))
        self.assertEqual(status, 201)
        inner = f"{self.server.base_url}/mobile?authorization={token}&sessionId={body['id']}"
        url = f"{self.server.base_url}/capture?url=" + urllib.parse.quote(inner, safe="")
        done = subprocess.run(["curl", "--silent", "--location", "--output", "/dev/null",
                               "--write-out", "%{http_code} %{content_type}", url],
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertTrue(done.stdout.startswith("200 text/html"), done.stdout)

    def test_D05_s4_curl_example(self):
        session_id = str(uuid.uuid4())
        command = (S4_CURL.replace('"/api', f'"{self.server.base_url}/api')
                   .replace("Basic aW5ub3ZhdHJpY3M6aW5ub3ZhdHJpY3M=",
                            self.server.enrolment_basic())
                   .replace("ad90c821-e5ea-4385-be5b-4fc9f9ea24ee", session_id)
                   .replace("your url", flows.RETURN_URL))
        status, kind, body = self.curl(command)
        self.assertEqual((status, kind, body["sessionId"]), (200, "application/json", session_id))
        self.assertLessEqual({"accessToken", "webEnrolmentUrl"}, set(body))

    def test_D06_s4_full_example(self):
        text = S4_FULL.replace("{A url where end user will be redirected after enrolment}",
                               flows.RETURN_URL)
        status, _, body = self.post("/api/v1/enrolment/initialize", text,
                                    "Authorization: " + self.server.enrolment_basic())
        self.assertEqual((status, body["sessionId"]),
                         (200, "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee"))
        self.assertNotRegex(body["accessToken"], r"\s")


if __name__ == "__main__":
    unittest.main()
