#!/usr/bin/python3
"""Rendered backs of driving licences, and how many of their PDF417 codes are read.

    licences.py TOOLS N [--tune FIRST] [--least]      TOOLS is build/release/test/documents

People are invented; the code holds what the AAMVA DL/ID card design standard asks for. The pictures
are degraded by degrade.py, level moderate: up to 5 degrees of rotation, the card tilted up to 10
degrees each way, uneven light, blur of 1.5 px, noise of 6 grey levels, JPEG quality 50, one in
seven turned by quarters. A module of the code, 0.25 mm, is 3 to 7 pixels wide before the tilt, on a
card that fills 50 to 95 % of a picture of 1 to 12 megapixels. Numbers below 10^6 are for tuning,
those from 10^6 on for the evaluation. Last line: the rate, processor times and memory.
"""
import argparse
import collections
import io
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

import degrade

FIRST_EVALUATED = 1_000_000
PROMISED = 0.98
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
PAGE = (85.6, 54.0)
MODULE = 0.25  # millimetres
FIRST = ("ANNA", "PETER", "MARIA", "JOHN", "LEE", "ROSALIND", "TAM", "INGRID")
LAST = ("SAMPLE", "ERIKSSON", "O'NEIL", "DE LA CRUZ", "STEVENSON", "NG", "WHITTLESEY-BROWN")
ISSUERS = ("636014", "636001", "636015", "636020", "604428")


def choice(rng, some):
    return some[rng.integers(len(some))]


def digits(rng, count):
    return "".join(str(rng.integers(10)) for _ in range(count))


def date(rng, first, last):
    return f"{rng.integers(1, 13):02}{rng.integers(1, 29):02}{rng.integers(first, last)}"


def invent(rng):
    """The text of a code, versions 4 to 10 of the standard."""
    elements = [
        "DCA" + choice(rng, "CDM"), "DCBNONE", "DCDNONE", "DBA" + date(rng, 2026, 2034),
        "DCS" + choice(rng, LAST), "DAC" + choice(rng, FIRST), "DAD" + choice(rng, FIRST),
        "DBD" + date(rng, 2018, 2026), "DBB" + date(rng, 1940, 2008),
        "DBC" + choice(rng, "129"), "DAY" + choice(rng, ("BRO", "BLU", "GRN")),
        f"DAU{rng.integers(58, 78):03} IN", f"DAG{rng.integers(1, 9999)} SPECIMEN STREET",
        "DAISAMPLETON", "DAJCA", "DAK" + digits(rng, 9) + "  ",
        "DAQ" + choice(rng, "ABCDEFGH") + digits(rng, int(rng.integers(7, 12))),
        "DCF" + digits(rng, int(rng.integers(8, 24))), "DCGUSA", "DDEN", "DDFN", "DDGN"]
    body = "DL" + "\n".join(elements) + "\r"
    head = f"@\n\x1e\rANSI {choice(rng, ISSUERS)}{rng.integers(4, 11):02}0001DL"
    return f"{head}0031{len(body):04}{body}"


class Writer:
    """The tool that draws modules."""
    def __init__(self, tools):
        self.process = subprocess.Popen([f"{tools}/write_codes"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def modules(self, form, level, text):
        self.process.stdin.write(f"{form} {level} {text.encode('latin-1').hex()}\n")
        self.process.stdin.flush()
        width, bits = self.process.stdout.readline().split()
        rows = np.frombuffer(bits.encode(), np.uint8).reshape(-1, int(width)) == ord("1")
        return rows


def draw(rng, modules, scale):
    """The back of a card at `scale` pixels a millimetre."""
    size = tuple(round(v * scale) for v in PAGE)
    image = Image.new("RGB", size, tuple(int(v) for v in rng.integers(215, 252, 3)))
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(DEJAVU, int(2.2 * scale))
    ink = tuple(int(v) for v in rng.integers(10, 70, 3))
    for row in range(8):
        text = " ".join(choice(rng, LAST + FIRST) for _ in range(int(rng.integers(1, 5))))
        pen.text((5 * scale, (24 + 3.4 * row) * scale), text, font=font, fill=ink)
    code = Image.fromarray(np.where(modules, 0, 255).astype(np.uint8))
    width, height = (round(v * MODULE * scale) for v in code.size)
    code = code.resize((width, height), Image.BOX if width < code.size[0] else Image.NEAREST)
    left, top = (size[0] - width) // 2, int(rng.uniform(3, 6) * scale)
    quiet = int(2 * MODULE * scale)
    pen.rectangle([left - quiet, top - quiet, left + width + quiet, top + height + quiet],
                  fill=(255, 255, 255))
    tone = tuple(int(v) for v in rng.integers(5, 60) + rng.integers(0, 12, 3))
    image.paste(Image.new("RGB", (width, height), tone), (left, top), ImageChops.invert(code))
    return image


def photograph(rng, modules, shot, module):
    """JPEG bytes of the card, a module of whose code is `module` pixels wide before the tilt."""
    scale = module / MODULE  # pixels a millimetre
    width = int(PAGE[0] * scale / shot.fill)
    shot = replace(shot, size=(width, width * 3 // 4))
    flat_scale = float(int(np.ceil(1.25 * module)) / MODULE)
    flat = draw(rng, modules, flat_scale)
    matrix = degrade.placed(rng, shot, PAGE) @ np.diag([1 / flat_scale, 1 / flat_scale, 1])
    back = np.linalg.inv(matrix)
    back = (back / back[2, 2]).ravel()[:8]
    warped = flat.transform(shot.size, Image.PERSPECTIVE, back, Image.BICUBIC)
    solid = Image.new("L", flat.size, 255).transform(shot.size, Image.PERSPECTIVE, back)
    image = degrade.table(rng, shot.size)
    image.paste(warped, (0, 0), solid)
    light = degrade.light_of(rng, shot, shot.size)
    image = ImageChops.multiply(image, Image.merge("RGB", [light] * 3))
    if shot.glare:
        image = degrade.with_glare(rng, image, shot.glare)
    image = image.filter(ImageFilter.GaussianBlur(shot.blur))
    image, _ = degrade.turned(degrade.noisy(rng, image, shot), matrix, shot.turn)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=shot.quality)
    return out.getvalue()


def picture(writer, number):
    """(text, width of a module, JPEG bytes) of a number, the same for ever."""
    rng = np.random.default_rng([417, number])
    text = invent(rng)
    shot = degrade.shot_of(rng, "moderate", "td1")
    module = float(rng.uniform(3, 7))
    shot = replace(shot, fill=max(shot.fill, module * PAGE[0] / MODULE / 4000))
    modules = writer.modules("PDF417", int(rng.integers(3, 6)), text)
    return text, module, photograph(rng, modules, shot, module)


def measure(tools, numbers):
    writer, rows = Writer(tools), []
    reader = subprocess.Popen([f"{tools}/read_codes"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "licence.jpg"
        for number in numbers:
            text, module, data = picture(writer, number)
            path.write_bytes(data)
            reader.stdin.write(f"{path}\n")
            reader.stdin.flush()
            row = json.loads(reader.stdout.readline())
            codes = [bytes.fromhex(code).decode("latin-1") for code in row["codes"]]
            rows.append(row | {"number": number, "module": module, "right": text in codes,
                               "wrong": sum(code != text for code in codes)})
    for process in (writer.process, reader):
        process.stdin.close()
        process.wait()
    return rows


def report(rows):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[int(row["module"])].append(row["right"])
    for module, right in sorted(groups.items()):
        print(f"module of {module} to {module + 1} px: {sum(right):4} of {len(right):4} read, "
              f"{sum(right) / len(right):.1%}")
    right, wrong = sum(row["right"] for row in rows), sum(row["wrong"] for row in rows)
    times = sorted(row["ms"] for row in rows)
    print(f"PDF417, moderate: {right} of {len(rows)} read, {right / len(rows):.1%}, {wrong} wrong; "
          f"median {statistics.median(times):.0f} ms, 95 % within "
          f"{times[int(len(times) * 0.95)]:.0f} ms, at most {times[-1]:.0f} ms, "
          f"{max(row['kib'] for row in rows) / 1024:.0f} MiB")
    return right / len(rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tools")
    parser.add_argument("n", type=int)
    parser.add_argument("--tune", type=int)
    parser.add_argument("--least", action="store_true")
    options = parser.parse_args()
    start = FIRST_EVALUATED if options.tune is None else options.tune
    rows = measure(options.tools, range(start, start + options.n))
    if options.tune is not None:
        print("numbers for tuning: not the evaluation; missed "
              + " ".join(str(r["number"]) for r in rows if not r["right"]))
    return 1 if report(rows) < PROMISED and options.least else 0


if __name__ == "__main__":
    sys.exit(main())
