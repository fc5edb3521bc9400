"""Seeded mutations of raw requests: what a smuggler, or a broken client, makes of a good one.

One seed makes one sequence on every machine. Nothing here knows what is right: whether a front and
Limen agree on the result is judged by differential.py.
"""
TOKENS = [b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\0", b" ", b"\t", b"\x0b", b"\x0c", b":", b",",
          b";", b"0", b"1", b"-", b"+", b"\xff", b"chunked", b"gzip", b"0\r\n\r\n", b"a\r\n",
          b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n",
          b"Transfer-Encoding:\tchunked\r\n", b"Transfer-Encoding : chunked\r\n",
          b"Transfer_Encoding: chunked\r\n", b"Content-Length: 0\r\n", b"Content-Length: 5\r\n",
          b"Content-Length: 44\r\n", b"Content_Length: 5\r\n", b"Connection: content-length\r\n",
          b"Connection: transfer-encoding\r\n", b"Connection: close\r\n",
          b"Expect: 100-continue\r\n", b"TE: trailers\r\n", b"Trailer: Content-Length\r\n",
          b"Upgrade: h2c\r\n", b" x\r\n", b"Host: b.example\r\n", b"HTTP/1.0", b"HTTP/1.1",
          b"HTTP/0.9", b"#", b"?", b"//", b"%00", b"%2f", b"..", b"http://b.example",
          b"GET /v1/hidden HTTP/1.1\r\nHost: a\r\n\r\n"]


def drop(random, raw, _):
    at = random.randrange(len(raw))
    return raw[:at] + raw[at + random.randint(1, 4):]


def insert(random, raw, _):
    at = random.randint(0, len(raw))
    return raw[:at] + random.choice(TOKENS) + raw[at:]


def insert_line(random, raw, _):
    """A token where a line begins: most field names and line ends matter only there."""
    starts = [0] + [i + 2 for i in range(len(raw) - 1) if raw[i:i + 2] == b"\r\n"]
    at = random.choice(starts)
    return raw[:at] + random.choice(TOKENS) + raw[at:]


def replace(random, raw, _):
    at = random.randrange(len(raw))
    return raw[:at] + bytes([random.randrange(256)]) + raw[at + 1:]


def line_end(random, raw, _):
    """One CR LF becomes something that some parsers take for it."""
    ends = [i for i in range(len(raw) - 1) if raw[i:i + 2] == b"\r\n"]
    if not ends:
        return raw
    at = random.choice(ends)
    other = random.choice([b"\n", b"\r", b"\r\r\n", b"\n\r\n", b"\r\n ", b""])
    return raw[:at] + other + raw[at + 2:]


def shuffle(random, raw, _):
    lines = raw.split(b"\r\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    if random.random() < 0.5:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        lines.insert(other, lines[one])
    return b"\r\n".join(lines)


def number(random, raw, _):
    """A number grows or shrinks a little: a length, a chunk size, a version, a port."""
    digits = [i for i, byte in enumerate(raw) if 48 <= byte <= 57]
    if not digits:
        return raw
    at = random.choice(digits)
    return raw[:at] + str(random.choice([0, 1, 2, 5, 9, 10, 44])).encode() + raw[at + 1:]


def case(random, raw, _):
    at = random.randrange(len(raw))
    return raw[:at] + raw[at:at + 12].swapcase() + raw[at + 12:]


def splice(random, raw, others):
    other = random.choice(others)
    return raw[:random.randint(0, len(raw))] + other[random.randint(0, len(other)):]


MUTATIONS = [drop, insert, insert, insert_line, insert_line, replace, line_end, shuffle, number,
             number, case, splice]


def mutate(random, raw, others):
    for _ in range(random.choice([1, 1, 2, 2, 3, 5])):
        raw = random.choice(MUTATIONS)(random, raw, others) or raw
    return raw
