"""An engine that looks at faces, as an operator's would: a small HTTP server on real sockets.

It keeps every call as it came (head and body, for npm standardwebhooks to verify) and answers by
script; it may be stopped and started again on its port. It signs results by itself, from the
specification, not with the server's code.
"""
import base64
import hashlib
import hmac
import http.server
import json
import secrets
import ssl
import subprocess
import threading
import time


def result(check, match="HIGH", **more):
    return {"check": check, "faces": {
        "presence": {"level": "HIGH", "score": 99},
        "match": {"level": match, "score": 97, "explanation": "the same face"},
        "liveness": {"level": "HIGH", "score": 91}, **more}}


def certificate(folder, name, subject):
    """A TLS context with a certificate for `subject` of an authority of its own, NAME-ca.pem."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, cwd=folder, capture_output=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    authority = ["-CA", f"{name}-ca.pem", "-CAkey", f"{name}-ca.key"]
    openssl("req", "-x509", *curve, "-subj", "/CN=Limen test authority",
            "-keyout", f"{name}-ca.key", "-out", f"{name}-ca.pem")
    openssl("req", "-x509", *curve, "-subj", f"/CN={name}", *authority,
            "-addext", f"subjectAltName={subject}", "-addext", "basicConstraints=CA:FALSE",
            "-keyout", f"{name}.key", "-out", f"{name}.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


class Call:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body, self.at = path, headers, body, time.monotonic()
        self.json = json.loads(body)
        self.data = self.json.get("data")

    @property
    def check(self):
        return self.data["check"]


class Engine:
    """`script(call, number)` returns (status, headers, JSON value or text); None: no answer."""

    def __init__(self, script, tls=None):
        self.key = secrets.token_bytes(32)
        self.secret = "whsec_" + base64.b64encode(self.key).decode()
        self.script, self.calls, self.port, self.tls = script, [], 0, tls
        self.followed = []  # paths that were asked for by GET: nobody should
        self.changed = threading.Condition()
        self.server = None
        self.start()

    def start(self):
        engine = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {k.lower(): v for k, v in self.headers.items()}
                call = Call(self.path, headers, body.decode())
                with engine.changed:
                    engine.calls.append(call)
                    number = len(engine.calls)
                    engine.changed.notify_all()
                answer = engine.script(call, number)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, value = answer
                sent = value if isinstance(value, str) else json.dumps(value)
                self.send_response(status)
                for name, text in headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(sent.encode())))
                self.end_headers()
                self.wfile.write(sent.encode())

            def do_GET(self):
                engine.followed.append(self.path)
                self.send_error(404)

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a server that was killed leaves its connection behind

        self.server = Quiet(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        if self.tls is not None:  # the handshake is its own connection's business
            self.server.socket = self.tls.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def wait_calls(self, count, within=20.0):
        """The calls so far, once there are so many."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.calls) >= count, within):
                raise AssertionError(f"{len(self.calls)} calls of {count} after {within} s")
            return list(self.calls)

    def settings(self, folder, secrets_before=(), **more):
        """Writes the secret and a file with an [engine] table; returns that file."""
        secret = folder / "engine-secret"
        lines = [*secrets_before, self.secret]
        secret.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        secret.chmod(0o600)
        scheme = "http" if self.tls is None else "https"
        lines = [f'url = "{scheme}://127.0.0.1:{self.port}/faces"', f'secret_file = "{secret}"']
        lines += [f'{name} = "{value}"' for name, value in more.items()]
        file = folder / "engine.toml"
        file.write_text("[engine]\n" + "\n".join(lines) + "\n", encoding="utf-8")
        return file

    def signed(self, body, at, message="msg_1"):
        """`body` is a text, or bytes that need be none."""
        sent = body.encode() if isinstance(body, str) else body
        mac = hmac.new(self.key, f"{message}.{int(at)}.".encode() + sent, hashlib.sha256).digest()
        return {"webhook-id": message, "webhook-timestamp": str(int(at)),
                "webhook-signature": "v1," + base64.b64encode(mac).decode()}
