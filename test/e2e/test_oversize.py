"""A body of 4 GiB is refused after no more than its limit and 64 KiB were read (G21).

What the server read is what was sent less what still lies in the two socket buffers, as the kernel
counts them in /proc/net/tcp. The connection is looked at before the server closes it; the answer
must have come by then, to a client that goes on sending as well as to one that stops.
"""
import select
import time
import unittest

import limen
from test_limits import status_of

KIB, MIB, GIB = 1024, 1024 * 1024, 1024 ** 3
BLOCKED = 0.15  # s without room to send: both buffers are full and nobody reads
FILL = b"a" * (64 * KIB)
MULTIPART = "multipart/form-data; boundary=b"
FILE = (b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
        b"Content-Type: image/png\r\n\r\n")


def queues(port, peer):
    """(unsent and unacknowledged, unread) bytes of the socket of 127.0.0.1:port to peer."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table:
            words = line.split()
            if words[1].endswith(f":{port:04X}") and words[2].endswith(f":{peer:04X}"):
                sent, received = words[4].split(":")
                return int(sent, 16), int(received, 16)
    return None


def endless(head, pieces):
    yield head
    while True:
        yield pieces


class Oversize(limen.Case):
    def push(self, head, piece):
        """Sends for as long as the server takes it: (its status, bytes of the body it read)."""
        with self.server.open_socket() as wire:
            here, sent, answer, left = wire.getsockname()[1], 0, b"", b""
            wire.setblocking(False)
            pieces, blocked_since, found = endless(head, piece), None, None
            while found is None:
                left = left or next(pieces)
                try:
                    done = wire.send(left)
                    left, sent, blocked_since = left[done:], sent + done, None
                except BlockingIOError:
                    blocked_since = blocked_since or time.monotonic()
                    select.select([], [wire], [], 0.01)
                if select.select([wire], [], [], 0)[0]:
                    answer += wire.recv(65536)
                    self.assertTrue(answer, "closed without an answer")
                is_full = blocked_since and time.monotonic() - blocked_since > BLOCKED
                if answer and is_full:
                    ours, theirs = queues(here, self.server.port), queues(self.server.port, here)
                    found = sent - ours[0] - theirs[1] - len(head)
            return status_of(answer), found

    def cases(self):
        """name -> (head, what is sent over and over, limit of the body)."""
        def head(path, kind, framing):
            return (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n{framing}"
                    "\r\n\r\n").encode()
        text = ("/sessions", "application/json")
        upload = ("/steps/1/upload", MULTIPART)
        length, chunked = f"Content-Length: {4 * GIB}", "Transfer-Encoding: chunked"
        chunk = b"%x\r\n%s\r\n" % (len(FILL), FILL)
        small = b"400\r\n" + b"a" * KIB + b"\r\n"
        begin = b"%x\r\n%s\r\n" % (len(FILE), FILE)
        return {
            "text, by its length": (head(*text, length), FILL, 64 * KIB),
            "text, one chunk": (head(*text, chunked) + b"100000000\r\n", FILL, 64 * KIB),
            "text, small chunks": (head(*text, chunked), small, 64 * KIB),
            "text, a byte a chunk": (head(*text, chunked), b"1\r\na\r\n" * 1000, 64 * KIB),
            "text, for nobody": (head("/v1/nowhere", text[1], chunked), small, 64 * KIB),
            "upload, by its length": (head(*upload, length), FILL, 24 * MIB),
            "upload, one chunk": (head(*upload, chunked) + b"100000000\r\n", FILL, 24 * MIB),
            "upload, chunks": (head(*upload, chunked) + begin, chunk, 24 * MIB),
            "upload, a byte a chunk": (head(*upload, chunked) + begin,
                                       b"0000001\r\na\r\n" * 1000, 24 * MIB),
        }

    def test_G21_four_gib_are_not_read(self):
        for name, (head, piece, limit) in self.cases().items():
            with self.subTest(name):
                status, read = self.push(head, piece)
                self.assertLessEqual(read, limit + 64 * KIB)
                wanted = 404 if "nobody" in name else 400 if "a byte a chunk" in name else 413
                self.assertEqual(status, wanted)


if __name__ == "__main__":
    unittest.main()
