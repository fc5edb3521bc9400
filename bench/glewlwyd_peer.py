# Sets Glewlwyd up as a peer: a database and configuration of its own, an OpenID Connect plugin that
# signs with ES256, and one client that may ask for client credentials. It exists to be measured by
# bench/run beside Limen; nothing of it is kept, and the Glewlwyd of the system is not touched.
import gzip
import http.client
import json
import os
import re
import secrets
import socket
import sqlite3
import urllib.parse

import machine

DOC = "/usr/share/doc/glewlwyd"


def unpacked(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read()


class Peer:
    token_path = "/api/oidc/token/"

    def __init__(self, bench):
        self.folder = bench.folder("glewlwyd")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.cookie = None
        self.make_database()
        self.server = machine.Server(
            "glewlwyd", ["glewlwyd", "--config-file=" + self.make_configuration()],
            bench.log("glewlwyd"))
        try:
            self.server.wait_for(self.is_up, 20)
            self.log_in()
            self.set_up()
        except Exception:
            self.server.stop()
            raise

    def make_database(self):
        self.database = os.path.join(self.folder, "glewlwyd.db")
        db = sqlite3.connect(self.database)
        db.executescript(unpacked(os.path.join(DOC, "database", "init.sqlite3.sql.gz")))
        db.close()

    def make_configuration(self):
        text = unpacked(os.path.join(DOC, "glewlwyd.conf.sample.gz"))
        for pattern, line in (
                (r"^port *=.*$", "port=%d" % self.port),
                (r"^#bind_address *=.*$", 'bind_address="127.0.0.1"'),
                (r"^external_url *=.*$", 'external_url="http://127.0.0.1:%d"' % self.port),
                (r"^log_level *=.*$", 'log_level="ERROR"'),
                (r"^cookie_secure *=.*$", "cookie_secure=0"),
                (r'path = "/var/cache/glewlwyd/glewlwyd.db"', 'path = "%s"' % self.database)):
            text, found = re.subn(pattern, line, text, flags=re.M)
            if found != 1:
                raise RuntimeError("Glewlwyd's sample configuration has no one line " + pattern)
        path = os.path.join(self.folder, "glewlwyd.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def is_up(self):
        try:
            return self.call("GET", "/api/auth/")[0] > 0
        except OSError:
            return False

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Content-Type": "application/json"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, text, answer.getheader("Set-Cookie") or ""
        finally:
            connection.close()

    def log_in(self):
        # The administrator of the initial database; this one lives for a minute on loopback.
        status, _, cookie = self.call("POST", "/api/auth/",
                                      {"username": "admin", "password": "password"})
        if status != 200:
            raise RuntimeError("Glewlwyd's administrator cannot log in: %d" % status)
        self.cookie = cookie.split(";")[0]

    def add(self, path, body):
        status, text, _ = self.call("POST", path, body)
        if status != 200:
            raise RuntimeError("Glewlwyd answered %d to %s: %s" % (status, path, text[:200]))

    def set_up(self):
        run = machine.run_pinned
        key = run(machine.LOAD_CORE, ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                                      "ec_paramgen_curve:P-256"], 20)
        path = os.path.join(self.folder, "key.pem")
        with open(path, "w", encoding="utf-8") as file:
            file.write(key)
        public = run(machine.LOAD_CORE, ["openssl", "pkey", "-in", path, "-pubout"], 20)
        off = {"auth-type-%s-enabled" % name: False for name in (
            "code", "implicit", "password", "token", "none", "id-token")}
        self.add("/api/mod/plugin/", {"module": "oidc", "name": "oidc", "display_name": "oidc",
                                      "parameters": {
            "iss": "http://127.0.0.1:%d" % self.port, "jwt-type": "ecdsa", "jwt-key-size": "256",
            "key": key, "cert": public, "allow-non-oidc": True, "auth-type-client-enabled": True,
            "auth-type-refresh-enabled": True, "access-token-duration": 3600,
            "refresh-token-duration": 1209600, "code-duration": 600,
            "refresh-token-rolling": False, **off}})
        self.add("/api/scope/", {"name": "onboarding", "display_name": "onboarding",
                                 "description": "onboarding", "password_required": False})
        # client_secret and not password: compared as it is. A password is hashed with 150,000
        # rounds of PBKDF2 at each request, which would measure nothing else.
        client, secret = "bench", secrets.token_urlsafe(32)
        self.add("/api/client/", {
            "client_id": client, "name": client, "description": client, "confidential": True,
            "enabled": True, "client_secret": secret, "scope": ["onboarding"],
            "authorization_type": ["client_credentials"],
            "token_endpoint_auth_method": ["client_secret_post"]})
        self.token_body = urllib.parse.urlencode({
            "grant_type": "client_credentials", "scope": "onboarding", "client_id": client,
            "client_secret": secret})
