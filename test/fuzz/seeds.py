#!/usr/bin/env python3
"""Writes the first inputs of each fuzz target to build/fuzz/corpus: the requests of the golden
transcripts, the sample skills, the configuration of docs/operating.md, the specimens of ICAO Doc
9303, and short examples of what transcripts do not hold. tools/fuzz.py -k makes the kept corpus of
them and of what the fuzzers found. Each target says in its head how it reads an input.
"""
import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "build/fuzz/corpus"

# A transcript's variable in the words of doors_house.hpp.
WORDS = {
    "demo.skills.client_id": "$client", "demo.oauth.client_id": "$client", "client": "$client",
    "demo.skills.client_app_key": "$app_key", "demo.skills.client_secret": "$secret",
    "demo.oauth.client_secret": "$oauth", "session": "$session", "nonce": "$nonce",
    "nonce_1": "$nonce", "token": "$device", "access": "$access", "code": "$code",
    "demo.device.api_key": "$api_key", "invitation": "$invitation", "page": "$page",
}
WHO = [("demo.enrolment", "enrol"), ("demo.operator", "operator"), ("${operator.", "house"),
       ("api_key_reader", "reader"), ("api_key", "key"), ("Bearer", "access"), ("token", "device")]
MRZ = """
P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10

I<UTOD231458907<<<<<<<<<<<<<<<
7408122F1204159UTO<<<<<<<<<<<6
ERIKSSON<<ANNA<MARIA<<<<<<<<<<

I<UTOD23145890<7349<<<<<<<<<<<
3407127M9507122UTO<<<<<<<<<<<2
STEVENSON<<PETER<JOHN<<<<<<<<<

I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
D231458907UTO7408122F1204159<<<<<<<6

I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<
D23145890<UTO3407127M95071227349<<<8

V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C<3UTO6908061F9406236ZE184226B<<<<<<<
"""
TEXTS = """2025-07-11T06:51:25.202Z|2020-11-03T11:22:54Z|2004-02-29|9999-12-31|30s|14d|36500d|3600
7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b|YQ==|YWI=|YWJj|_-_-|00ff7F|a.b+c@example.com|a@b.c|\u00fc
\u20ac\U0001f600|a@-b.c|127.0.0.1:8080|[::1]:443|12h"""
APPLICANT = ('{"first_name":"A","last_name":"B","additional_names":"","date_of_birth":"",'
             '"skip_integrity_check":false}')
DECISION = ('{"level":1,"rules_version":"1","at_ms":1,"factors":'
            '[{"name":"a","level":0,"explanation":"","score":5}],"asked":'
            '[{"step":"a","zone":true,"documents":["b"],"faces":[],"pictures":[]}]}')
STORED = ['["a","b"]', '{"a":"b","c":true,"m":["x",""]}', APPLICANT, DECISION,
          '{"by":"a","reason":"b","at_ms":-1}']
RULES = """version = "2"
required = ["Applicant integrity", "MRZ check digits"]
minimum_age = 18
validity_days = -30
[quality]
blurred = 40
[fold."Document expiry"]
LOW = "MEDIUM"
[fold.Age]
UNAVAILABLE = "LOW"
"""
MULTIPART = (b'--B\r\nContent-Disposition: form-data; name="type"\r\n\r\nselfie\r\n--B\r\n'
             b'Content-Disposition: form-data; name="file"; filename="a\\"b.jpg"\r\n'
             b'Content-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xe0--B\r\r\n\r\n--B--\r\n')
CARD = ("@\n\x1e\rANSI 636014090102DL00310120DLDCSSAMPLE\nDACANNA\nDADMARIA\nDBB02291988"
        "\nDBA07092031\nDBC2\nDAG12 SPECIMEN STREET\nDAISAMPLETON\nDAJCA"
        "\nDAQD1234562\nDCGUSA\nDDET\r")
CHUNKED = [b"5\r\nhello\r\n0\r\n\r\n",
           b"a;x=y\r\n0123456789\r\n0\r\nTrailer: a\r\nB:c\r\n\r\nGET /",
           b"0\r\n\r\n", b"00F\r\n012345678901234\r\n000\r\n\r\n", b"258\r\n" + b"a" * 600]
HEADS = ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\nPOST /a?b=c HTTP/1.1\r\nHost: [::1]:80\r\n"
         "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n", "OPTIONS * HTTP/1.0\r\n\r\n",
         "GET http://a.b:1/c HTTP/1.1\r\nHost: x\r\nConnection: close, keep-alive\r\n\r\n",
         "PUT /a HTTP/2.0\r\n\r\n",
         "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nA:\t\r\n\r\n",
         "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\nrest"]


HEADERS = [
    "X-Forwarded-For: 198.51.100.1, 192.0.2.1:4711\nX-Forwarded-For: 10.2.3.4",
    "X-Forwarded-For: [2001:db8:1::7]:80, unknown, ::1",
    'Forwarded: for=198.51.100.1, For="[2001:db8:cafe::17]:4711";proto=https, for=10.0.0.2;by=a',
    "Accept-Encoding: gzip, deflate, br;q=0.9, *;q=0",
    "Accept-Encoding: x-gzip ; Q=0.001, identity;q=0",
    "Accept-Language: sv;q=0.5, DE-de;q=0.500, fr-CA-u-ca;q=1.0, *;q=0.1",
    "?lang=uk_UA&a=b\nCookie: limen-language=ro-RO\nAccept-Language: ja",
    'Idempotency-Key: "a\\"b\\\\c d"', "Idempotency-Key: 8e03978e-40d5", "Idempotency-Key: a\n" * 2,
    "Webhook-Id: msg_1\nWebhook-Timestamp: 1614265330\nWebhook-Signature: v1a,x v1,eA==\n\n{}"]


def put(target, data):
    data = data if isinstance(data, bytes) else data.encode()
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def requests():
    """(method, target, headers, body) of every request of the golden transcripts, as written."""
    for path in sorted((ROOT / "test/transcripts").glob("*/*.txt")):
        for block in re.findall(r"(?:^>.*\n)+", path.read_text(encoding="utf-8"), re.M):
            lines = [line[2:] for line in block.splitlines()]
            first = lines[0].split(" ", 1)
            if len(first) == 2 and len(block) < 4000:
                end = lines.index("") if "" in lines else len(lines)
                yield first[0], first[1], lines[1:end], "\n".join(lines[end + 1:])


def reworded(text):
    def word(match):
        return WORDS.get(match[1], "$" + match[1].split(".")[-1])
    return re.sub(r"\$\{([a-z_.0-9]+)\}", word, text)


def from_request(method, target, headers, body):
    lines = [f"{method} {target} HTTP/1.1", "Host: a", *headers]
    put("http_head", "\1" + "\r\n".join(lines) + "\r\n\r\n")
    sent = " ".join(h for h in headers if h.lower().startswith("authorization"))
    who = next((name for mark, name in WHO if mark in sent), "none")
    kind = "form" if any("urlencoded" in h for h in headers) else "json"
    put("json_doors", f"{method} {reworded(target)} {who} {kind}\n{reworded(body)}")
    if sent:
        put("credentials", sent.split(":", 1)[1].strip())
    if body.startswith(("{", "[")):
        put("json", body)
        put("people_query", reworded(body))
    elif body:
        put("form", body)
    if "?" in target:
        put("form", target.split("?", 1)[1])
        put("capture_url", reworded(target.split("?", 1)[1]))


def by_hand():
    for text in HEADS:
        put("http_head", "\1" + text)
    for data in CHUNKED:
        put("chunked", b"\1" + data)
    for variant, text in enumerate(HEADERS):
        put("headers", chr(variant % 4) + text)
    for kind in (b"multipart/form-data; boundary=B\n", b'multipart/form-data; x=y; boundary="B"\n'):
        put("multipart", b"\1" + kind + MULTIPART)
    for line in ("POST /mobile none", "POST /steps/$session/upload none"):
        put("json_doors", line.encode() + b" parts\n" + MULTIPART)
    for name in ("HS256", "ES256", "none"):
        header = f'{{"alg":"{name}","typ":"at+jwt"}}'
        put("jwt", f'\3{header}\n{{"exp":1795287600,"sub":"a","nbf":-1}}')
        put("jwt", f'\7{header}\n{{"exp":1.5}}')
    put("jwt", b"\1\0\5A")
    put("jwt", b"\2\0\5A\1\7B")
    for eddsa in (b"\x80a.b.c", b"\x81\0\5A", b'\x83{"alg":"EdDSA","typ":"at+jwt"}\n{"exp":1}'):
        put("jwt", eddsa)
    put("disclosure", b"\0\2\2\2\2")
    put("disclosure", b"\0\1\5A\2\0\2")
    put("disclosure", '\1{"_sd":["a"],"_sd_alg":"sha-256","x":[{"...":"b"}]}\n["s","y",1]\n["s",2]')
    check = "01931c1b-8d2a-7000-8000-000000000001"
    for faces in ('{"match":{"level":"HIGH","score":97,"explanation":"the same face"}}',
                  '{"presence":{"level":"LOW"},"liveness":{"level":"UNKNOWN","score":null}}',
                  '{"presence":null}', '{"match":{"level":"HIGH","score":1.5}}', "[]"):
        put("findings", f'{{"check":"{check}","faces":{faces}}}')
    put("sealed", b"\1" + bytes(range(56)) + b"\5A")
    put("sealed", b"\0lmn_pass_" + b"A" * 96)
    for code in ("SNF 7K3 Q9X HPA", "snf-7k3-q9xhpa", "SNF234567", "0O1IL"):
        put("code", code)
    inner = "https%3A%2F%2Fid.example.com%2Fmobile%3Fauthorization%3Dlmn_device_a%26sessionId%3Db"
    put("capture_url", "url=" + inner)
    put("capture_url", "authorization=Token%20a&sessionId=b")
    for value in ("Basic YTpi", "Bearer a.b.c", "ApiKey x", "raw", "Token y\nBasic YTpi"):
        put("credentials", value)
    put("form", "a=b&token=%20&data.token=%C3%BC&b=true&d=2004-07-09&c=de&m=P%3CA%0D%0AB")
    for zone in MRZ.strip().split("\n\n"):
        put("mrz", "\2" + zone + "\n\nAnna Maria\nEriksson\nM\u00fcller")
    put("zone", b"\0" + bytes(range(240)))
    put("zone", b"\xff\x10\x20\x23\x10\x80\x44")
    put("zone", b"\x40" + bytes(i * 37 % 251 for i in range(1600)))
    put("zone", b"\1" + bytes(300))
    names = "Anna\0O'Neil \u00dc\0a@example.com\0Invitation: {{code}}\0Hello.\n.\nFrom me\0<p>a</p>"
    put("letter", names)
    put("letter", "a\r\nBcc: b@c.de\0www.evil.example\0a@b.de\0" + "\u00e9" * 90 + "\0=\t \r\n\0")
    put("aamva", CARD)
    put("aamva", CARD.replace("09010", "010").replace("DCSSAMPLE", "DAASAMPLE,ANNA"))
    for text in re.split(r"[|\n]", TEXTS):
        put("texts", text)
    for text in STORED:
        put("stored", text)


def main():
    for request in requests():
        from_request(*request)
    by_hand()
    for path in sorted((ROOT / "skills").glob("*.toml")):
        put("skill_file", path.read_bytes())
    put("skill_file", RULES)
    manual = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    for text in re.findall(r"```toml\n(.*?)```", manual, re.S):
        put("config_file", text)
        put("skill_file", text)
    for folder in sorted(OUT.iterdir()):
        print(folder.name, len(list(folder.iterdir())))


if __name__ == "__main__":
    sys.exit(main())
