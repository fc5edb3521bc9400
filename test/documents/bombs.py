#!/usr/bin/python3
"""What pictures cost that are made to cost much: bombs.py TOOLS (build/release/test/documents).

Each is a few bytes that claim, or become, a great many pixels. For each, in a process of its own:
its size, whether it was read, processor time of decoding, and the most memory the process had above
that of one given a text. The exit status is 1 when one took more than 50 ms or 32 MiB.
"""
import io
import json
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from PIL import Image

MS_AT_MOST, MIB_AT_MOST = 50, 32


def encoded(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def flat(mode, width, height):
    return Image.new(mode, (width, height))


def jpeg_claiming(width, height):
    """A small picture whose frame header says otherwise."""
    data = bytearray(encoded(flat("RGB", 64, 64), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5:at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_of_scans(width, height, count):
    """The last scan of a progressive picture over and over."""
    data = encoded(flat("RGB", width, height), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + b"\xff\xd9"


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, depth, colour, row_bytes, extra=b"", rows=None):
    """Rows of zeros."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(row_bytes + 1))
                      for _ in range(height if rows is None else rows)) + packer.flush()
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth,
                                                             colour, 0, 0, 0))
            + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b""))


def profile(name, size):
    return chunk(name, b"a\0\0" + zlib.compress(bytes(size), 9))


def bombs():
    yield "JPEG, claims 50,000 square", jpeg_claiming(50_000, 50_000)
    yield "JPEG, claims 7,000 square", jpeg_claiming(7_000, 7_000)
    yield "JPEG, claims 2 megapixels", jpeg_claiming(2_000, 1_000)
    yield "JPEG, 2 megapixels, 10,000 scans", jpeg_of_scans(1_800, 1_100, 10_000)
    yield "PNG, claims 50,000 square", png(50_000, 50_000, 8, 2, 150_000, rows=100)
    yield "PNG, 7,000 square, grey", png(7_000, 7_000, 8, 0, 7_000)
    yield "PNG, 12,000 by 4,000, one bit", png(12_000, 4_000, 1, 0, 1_500)
    yield "PNG, 3,000 square, 16 bits", png(3_000, 3_000, 16, 6, 24_000)
    yield "PNG, a profile of 100 MB", png(8, 8, 8, 0, 8, profile(b"iCCP", 100_000_000))
    yield "PNG, a text of 100 MB", png(8, 8, 8, 0, 8, profile(b"zTXt", 100_000_000))
    yield "WebP, 4,000 square", encoded(flat("RGB", 4_000, 4_000), "WEBP", lossless=True)
    yield "WebP, lossy, 4,000 square", encoded(flat("RGB", 4_000, 4_000), "WEBP")
    yield "PNG, 2 megapixels of one grey", png(1_600, 1_250, 8, 0, 1_600)
    yield "WebP, 2 megapixels of one grey", encoded(flat("RGB", 1_600, 1_250), "WEBP",
                                                    lossless=True)


def cost(tools, data):
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        done = subprocess.run([f"{tools}/read_codes", "--decode"], input=f"{file.name}\n",
                              capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main(tools):
    least = cost(tools, b"no picture")["kib"]
    is_bad = False
    for name, data in bombs():
        row = cost(tools, data)
        mib = (row["kib"] - least) / 1024
        is_over = row["decoding_ms"] > MS_AT_MOST or mib > MIB_AT_MOST
        is_bad = is_bad or is_over
        print(f"{name:34}{len(data):>10} bytes  {'read' if row['is_read'] else 'refused':8}"
              f"{row['decoding_ms']:6.1f} ms {mib:6.1f} MiB{'  TOO MUCH' if is_over else ''}")
    return is_bad


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
