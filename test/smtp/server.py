#!/usr/bin/python3
"""The mail relay that tests of the outbox talk to: aiosmtpd, and a raw speaker for bad manners.

It exists because how libcurl behaves on a wire cannot be known from a fake. Started with a folder,
it listens on 127.0.0.1, prints one `name port` line per behaviour, then `ready`, and lives until
its standard input ends. Accepted mails are written to the folder before they are answered. It is
no mail server for anything else.

Real (aiosmtpd), by port: plain, starttls, starttls_wrong_name, tls, tls_wrong_name, auth,
auth_plain_text. There the recipient's local part chooses (`rcpt-450`, `data-554`), or the sender's
(`mail-550`).
Raw, by port: `raw`, `refuse`, `greet_421`, `greet_554`, `drip`, `inject`, `idle_421`, `idle_close`
and `hang_STAGE`, `drop_STAGE` for greeting, ehlo, mail, rcpt, data, dot, quit.
"""
import asyncio
import json
import logging
import ssl
import subprocess
import sys
import warnings
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

FOLDER = Path(sys.argv[1])
STAGES = ["greeting", "ehlo", "mail", "rcpt", "data", "dot", "quit"]
WORDS = {"421": "4.3.2 closing", "450": "4.2.0 try later", "451": "4.3.0 local error",
         "550": "5.1.1 no such user", "554": "5.7.1 refused, see https://example.com/ for more",
         "530": "5.7.0 authentication required", "552": "5.3.4 too big"}
count = 0


def keep(kind, sender, recipients, content):
    """Writes the mail as it came, and what Python's parser makes of it."""
    global count
    count += 1
    name = FOLDER / f"{count:06d}"
    name.with_suffix(".eml").write_bytes(content)
    mail = message_from_bytes(content, policy=policy.default)
    parts = {p.get_content_type(): p.get_content() for p in mail.walk() if not p.is_multipart()}
    defects = [repr(d) for p in mail.walk() for d in p.defects]
    defects += [repr(d) for _, value in mail.items() for d in value.defects]
    name.with_suffix(".json").write_text(json.dumps({
        "kind": kind, "sender": sender, "recipients": recipients, "headers": mail.keys(),
        "from": str(mail["From"]), "to": str(mail["To"]),
        "to_addresses": [a.addr_spec for a in mail["To"].addresses] if mail["To"] else [],
        "subject": str(mail["Subject"]), "message_id": str(mail["Message-ID"]),
        "text": parts.get("text/plain"), "html": parts.get("text/html"), "defects": defects}))


class Handler:
    """Answers by the local part: `rcpt-450@…` is told 450 at RCPT, `data-554@…` after the dot."""

    @staticmethod
    def wanted(stage, address):
        local = address.split("@")[0]
        return local[len(stage) + 1:] if local.startswith(stage + "-") else None

    async def handle_MAIL(self, server, session, envelope, address, options):
        code = self.wanted("mail", address)
        if code:
            return f"{code} {WORDS[code]}"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        code = self.wanted("rcpt", address)
        if code:
            return f"{code} {WORDS[code]} <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        code = self.wanted("data", envelope.rcpt_tos[0])
        if code:
            return f"{code} {WORDS[code]}"
        keep("smtp", envelope.mail_from, envelope.rcpt_tos, envelope.original_content)
        return "250 OK kept"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b"limen" and data.password == b"s3cret"
    return AuthResult(success=good, handled=False)


class Raw:
    """One connection of a relay that misbehaves at one stage, on purpose and in bytes."""

    def __init__(self, manner):
        self.manner, self.served = manner, 0

    async def misbehaves(self, stage, writer):
        if self.manner == f"hang_{stage}":
            await asyncio.sleep(3600)
        if self.manner == f"drop_{stage}":
            writer.transport.abort()
            return True
        return False

    async def __call__(self, reader, writer):
        try:
            await self.talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def greet(self, writer):
        if self.manner == "drip":
            for byte in b"220 " + b"slow " * 1000:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)
        if self.manner.startswith("greet_"):
            code = self.manner[-3:]
            writer.write(f"{code} {WORDS[code]}\r\n".encode())
            return False
        writer.write(b"220 raw.example.com ESMTP\r\n")
        return True

    async def talk(self, reader, writer):
        if await self.misbehaves("greeting", writer) or not await self.greet(writer):
            return
        sender, recipients = "", []
        while line := await reader.readline():
            verb = line.split(b":")[0].strip().upper().split(b" ")[0].decode()
            stage = {"HELO": "ehlo", "RCPT": "rcpt"}.get(verb, verb.lower())
            if await self.misbehaves(stage, writer):
                return
            if verb == "EHLO":
                more = b"250-STARTTLS\r\n" if self.manner == "inject" else b""
                writer.write(b"250-raw.example.com\r\n" + more + b"250 8BITMIME\r\n")
            elif verb == "STARTTLS":
                writer.write(b"220 go ahead\r\n250 injected before the handshake\r\n")
            elif verb == "DATA":
                writer.write(b"354 go ahead\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                keep("raw", sender, recipients, content)
                if await self.misbehaves("dot", writer):
                    return
                writer.write(b"250 kept\r\n")
                self.served += 1
                # Manners of a relay whose patience ends between two letters; the first time only.
                if self.manner.startswith("idle_") and self.served == 1:
                    await writer.drain()
                    if self.manner == "idle_421":
                        writer.write(b"421 4.4.2 idle\r\n")
                    return
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                argument = line.split(b"<")[1].split(b">")[0].decode() if b"<" in line else ""
                if verb == "MAIL":
                    sender, recipients = argument, []
                if verb == "RCPT":
                    recipients.append(argument)
                writer.write(b"250 OK\r\n")


def certificate(name, subject):
    """A key and a certificate of our own authority, which is made by the first call."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, cwd=FOLDER, capture_output=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    if not (FOLDER / "ca.pem").exists():
        openssl("req", "-x509", *curve, "-subj", "/CN=Limen test authority",
                "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-x509", *curve, "-subj", f"/CN={name}", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-addext", f"subjectAltName={subject}", "-addext", "basicConstraints=CA:FALSE",
            "-keyout", f"{name}.key", "-out", f"{name}.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / f"{name}.pem", FOLDER / f"{name}.key")
    return context


async def refused_port():
    """A port nobody listens on: bound and closed again."""
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def main():
    loop = asyncio.get_running_loop()
    good = certificate("relay", "IP:127.0.0.1,DNS:localhost")
    wrong = certificate("other", "DNS:mail.example.com")

    async def serve(name, **options):
        tls = options.pop("implicit", None)
        server = await loop.create_server(
            lambda: SMTP(Handler(), hostname="relay.example.com", loop=loop, **options),
            "127.0.0.1", 0, ssl=tls)
        print(name, server.sockets[0].getsockname()[1])
        return server

    auth = {"authenticator": authenticate, "auth_required": True}
    servers = [
        await serve("plain"), await serve("tls", implicit=good),
        await serve("tls_wrong_name", implicit=wrong),
        await serve("starttls", tls_context=good, require_starttls=True),
        await serve("starttls_wrong_name", tls_context=wrong, require_starttls=True),
        await serve("auth", tls_context=good, require_starttls=True, **auth),
        await serve("auth_plain_text", auth_require_tls=False, **auth)]
    manners = ["raw", "greet_421", "greet_554", "drip", "inject", "idle_421", "idle_close"]
    manners += [f"{fault}_{stage}" for fault in ("hang", "drop") for stage in STAGES]
    for manner in manners:
        raw = Raw(manner)
        server = await asyncio.start_server(raw, "127.0.0.1", 0)
        servers.append(server)
        print(manner, server.sockets[0].getsockname()[1])
    print("refuse", await refused_port())
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # until the test is gone


if __name__ == "__main__":
    # Broken handshakes and AUTH in clear are what is tested here; aiosmtpd need not say so.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    asyncio.run(main(), debug=False)
