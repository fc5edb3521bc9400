"""nginx and HAProxy as reverse proxies before one upstream, each in a lenient setting too.

It starts them on loopback with a configuration of their own in a folder of their own, ends them by
process id, and reads from their logs what they meant: which requests they forwarded and whose
answer they gave for each. It judges nothing.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

NGINX = """
daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error crit;
events {{ worker_connections 4096; }}
http {{
  log_format wire escape=json '{{"port":"$remote_port","status":"$status","up":"$upstream_status",'
    '"id":"$upstream_http_x_request_id","method":"$request_method","path":"$request_uri"}}';
  access_log {home}/access wire;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
  upstream limen {{ server 127.0.0.1:{upstream}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    keepalive_requests 1000000; client_max_body_size 0; large_client_header_buffers 8 64k;
    client_header_timeout 5s; client_body_timeout 5s; {lenient}
    location / {{
      proxy_pass http://limen; proxy_http_version 1.1; proxy_next_upstream off;
      proxy_set_header Connection ""; proxy_set_header Host $http_host; {streaming}
    }}
  }}
}}
"""
NGINX_LENIENT = "ignore_invalid_headers off; underscores_in_headers on; merge_slashes off;"
HAPROXY = """
global
  log stdout len 65535 format raw local0 info
  maxconn 4096
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 10s
  timeout http-request 5s
  http-reuse always
  retries 0
  log global
  log-format "%cp\\t%ST\\t%[var(txn.id)]\\t%HM\\t%HU"
frontend front
  bind 127.0.0.1:{port}
  {front}
  http-response set-var(txn.id) res.hdr(x-request-id)
  default_backend limen
backend limen
  {back}
  server one 127.0.0.1:{upstream} pool-max-conn 8
"""
KINDS = {"nginx": (NGINX, {"lenient": "", "streaming": ""}),
         "nginx, lenient": (NGINX, {"lenient": NGINX_LENIENT,
                                    "streaming": "proxy_request_buffering off;"}),
         "haproxy": (HAPROXY, {"front": "", "back": ""}),
         "haproxy, lenient": (HAPROXY, {"front": "option accept-invalid-http-request",
                                        "back": "option accept-invalid-http-response"})}


@dataclass
class Meant:
    """One request as the front understood it, with the id of the answer it gave for it."""
    port: int
    status: int
    id: str  # empty when no answer of the upstream was given
    method: str
    path: str


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Front:
    def __init__(self, kind, upstream):
        self.kind, self.port = kind, free_port()
        text, words = KINDS[kind]
        self.is_nginx = text is NGINX
        path = os.environ.get("PATH", "") + ":/usr/sbin"
        program = shutil.which("nginx" if self.is_nginx else "haproxy", path=path)
        if program is None:
            raise RuntimeError("nginx and haproxy are needed: tools/install.sh test")
        self.home = Path(tempfile.mkdtemp(prefix="limen-front-"))
        conf = self.home / "conf"
        conf.write_text(text.format(home=self.home, port=self.port, upstream=upstream, **words))
        command = ([program, "-p", str(self.home), "-e", str(self.home / "error"), "-c", str(conf)]
                   if self.is_nginx else [program, "-db", "-f", str(conf)])
        self.log = self.home / "access"
        with open(self.home / "told", "wb") as told, open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=told,
                                            stdout=told if self.is_nginx else log)
        self.wait_open()

    def wait_open(self):
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    told = (self.home / "told").read_text(errors="replace")
                    self.close()
                    raise RuntimeError(f"{self.kind} did not start: {told}") from None
                time.sleep(0.02)

    def stop(self):
        """Ends it; its log is complete then."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def meant(self):
        lines = self.log.read_bytes().decode("utf-8", "replace").splitlines()
        return [m for m in map(self.read_nginx if self.is_nginx else self.read_haproxy, lines) if m]

    @staticmethod
    def read_nginx(line):
        try:
            row = json.loads(line)
        except ValueError:
            return None
        return Meant(int(row["port"]), int(row["status"] or 0), row["id"].split(",")[0].strip(),
                     row["method"], row["path"])

    @staticmethod
    def read_haproxy(line):
        row = line.split("\t", 4)
        if len(row) < 5 or not row[0].isdigit():
            return None
        method, path = (re.sub("#([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), word)
                        for word in row[3:])
        return Meant(int(row[0]), int(row[1]), "" if row[2] == "-" else row[2], method, path)
