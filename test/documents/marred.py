#!/usr/bin/python3
"""Marred pictures, each given to the process that reads them: marred.py LIMEN N [--first NUMBER]

LIMEN is a release build. The pictures are rendered documents and PDF417 codes as JPEG (baseline and
progressive), PNG and WebP (lossy and lossless), small so that many pass; each is marred by number:
bytes changed, cut off, doubled, taken from another picture, sizes in headers written over. The
process, limits and system calls are those of the server (src/main/apart.cpp). A process may call a
picture unreadable; one that dies of a memory error or a forbidden call, or outlives the server's
patience, is a finding, kept in build/documents. The exit status is 1 when there was one.
"""
import argparse
import collections
import io
import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

import licences
import sets

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "documents"
PATIENCE = 16  # seconds; the process is given 15 of anybody's clock and 10 of a processor's
SHOWS = ("document", "face", "picture")
FORMS = (("JPEG", {"quality": 60}), ("JPEG", {"quality": 60, "progressive": True}), ("PNG", {}),
         ("WEBP", {"quality": 60}), ("WEBP", {"lossless": True}))
EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def originals(tools):
    """Ten documents and codes in every form, 320 to 800 pixels wide."""
    writer, images = licences.Writer(tools), []
    for number in range(6):
        images.append(Image.open(io.BytesIO(sets.picture(number, "tuning")[3])))
    for number in range(4):
        images.append(Image.open(io.BytesIO(licences.picture(writer, number)[2])))
    found = []
    for number, image in enumerate(images):
        width = 320 + 160 * (number % 4)
        small = image.convert("RGB").resize((width, width * image.height // image.width))
        for name, options in FORMS:
            out = io.BytesIO()
            small.save(out, name, **options)
            found.append(out.getvalue())
    return found


def change_bytes(rng, data, _):
    for at in rng.integers(0, len(data), int(rng.integers(1, 40))):
        data[at] = rng.integers(256)


def change_head(rng, data, _):
    """Where sizes, tables and chunks' lengths stand."""
    for at in rng.integers(0, min(len(data), 700), int(rng.integers(1, 6))):
        data[at] ^= 1 << int(rng.integers(8))


def write_edge(rng, data, _):
    value = EDGES[rng.integers(len(EDGES))]
    form = ("B", ">H", "<H", ">I", "<I")[rng.integers(5)]
    packed = struct.pack(form, value & (1 << 8 * struct.calcsize(form)) - 1)
    at = int(rng.integers(0, min(len(data), 400)))
    data[at:at + len(packed)] = packed


def cut_off(rng, data, _):
    del data[int(rng.integers(1, len(data))):]


def cut_out(rng, data, _):
    at = int(rng.integers(len(data)))
    del data[at:at + int(rng.integers(1, 2000))]


def double(rng, data, _):
    at = int(rng.integers(len(data)))
    data[at:at] = data[at:at + int(rng.integers(1, 4000))]


def take_over(rng, data, other):
    at, start = int(rng.integers(len(data))), int(rng.integers(len(other)))
    part = other[start:start + int(rng.integers(1, 4000))]
    data[at:at + len(part)] = part


WAYS = (change_bytes, change_head, write_edge, cut_off, cut_out, double, take_over)


def marred(pictures, number):
    """(bytes, what it is to show) of a number, the same for ever."""
    rng = np.random.default_rng([666, number])
    data = bytearray(pictures[rng.integers(len(pictures))])
    other = pictures[rng.integers(len(pictures))]
    for _ in range(int(rng.integers(1, 4))):
        WAYS[rng.integers(len(WAYS))](rng, data, other)
        if not data:
            break
    return bytes(data), SHOWS[rng.integers(len(SHOWS))]


def ending(limen, data, shows):
    """What became of the process, in a word."""
    try:
        done = subprocess.run(["apart", "read-picture", shows], executable=limen, input=data,
                              capture_output=True, timeout=PATIENCE, env={}, check=False)
    except subprocess.TimeoutExpired:
        return "hung"
    except BrokenPipeError:
        return "did not listen"
    if done.returncode < 0:
        return signal.Signals(-done.returncode).name
    if done.returncode or not done.stdout:
        return f"exit {done.returncode}"
    return "unreadable" if b"\nsize 0 0\n" in done.stdout else "looked at"


PICTURES, LIMEN = [], ""


def one(number):
    start = time.monotonic()
    data, shows = marred(PICTURES, number)
    word = ending(LIMEN, data, shows)
    if word.startswith("SIG") or word == "hung":
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"marred-{number}-{shows}").write_bytes(data)
    return number, word, time.monotonic() - start


def main():
    global LIMEN
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("limen")
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    LIMEN = os.path.abspath(given.limen)
    PICTURES.extend(originals(ROOT / "build/release/test/documents"))
    words, slowest, found = collections.Counter(), 0.0, []
    numbers = range(given.first, given.first + given.count)
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as lanes:
        for number, word, seconds in lanes.imap_unordered(one, numbers, chunksize=64):
            words[word] += 1
            slowest = max(slowest, seconds)
            if word.startswith("SIG") or word == "hung":
                found.append(number)
    told = ", ".join(f"{count} {word}" for word, count in words.most_common())
    print(f"{given.count} marred pictures: {told}; the slowest took {slowest:.2f} s")
    for number in sorted(found):
        print(f"finding: number {number}, kept in {KEPT.relative_to(ROOT)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
