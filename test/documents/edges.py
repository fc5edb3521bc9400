#!/usr/bin/python3
"""Documents whole and cut, and what the reader says of their edges: edges.py READ_ZONES N

READ_ZONES is the built tool. Each of N pictures, all levels and forms, numbers from 10^6 on, is
read whole and with the side cut off where the page's upper edge is. The share of the page that is
missing is known from the drawing; the reader tells it from the zone. The exit status is 1 when a
whole page was called cut, or one in fifty that lack a tenth was not.
"""
import io
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

import degrade
import sets

CALLED_CUT, IS_CUT = 0.0625, 0.1  # src/evidence/edges.hpp; a share nobody should miss
SIZE, AROUND = (2000, 1500), 800


def missing(page, low, high):
    """The share of the page's pixels outside low to high."""
    mask = Image.new("L", tuple(v + 2 * AROUND for v in (SIZE[0] + SIZE[1],) * 2), 0)
    ImageDraw.Draw(mask).polygon([tuple(p + AROUND) for p in page], fill=1)
    pixels = np.asarray(mask)
    (left, top), (right, bottom) = np.array(low) + AROUND, np.array(high) + AROUND
    return 1 - pixels[top:bottom, left:right].sum() / pixels.sum()


def cut(page, size, share):
    """(low, high) of a picture without so much of the page at its upper edge."""
    low, high = np.array([0, 0]), np.array(size)
    up = page[0] + page[1] - page[2] - page[3]
    axis = int(abs(up[1]) > abs(up[0]))
    first, last = page.min(axis=0)[axis], page.max(axis=0)[axis]
    if up[axis] < 0:
        low[axis] = max(0, int(first + share * (last - first)))
    else:
        high[axis] = min(size[axis], int(last - share * (last - first)))
    return low, high


def one(tool, number):
    """Two rows of (level, share missing, share as told or None)."""
    _, level, _, data, page = sets.picture(number, "evaluation", size=SIZE,
                                           corners_of=degrade.page_corners)
    image, page, rows = Image.open(io.BytesIO(data)).convert("L"), np.array(page), []
    share = np.random.default_rng(number).uniform(0.03, 0.35)
    for low, high in (((0, 0), image.size), cut(page, image.size, share)):
        with tempfile.NamedTemporaryFile(suffix=".pgm") as file:
            image.crop((*low, *high)).save(file, "PPM")
            file.flush()
            said = subprocess.run([tool], input=file.name + "\n", capture_output=True, text=True,
                                  check=True).stdout
        rows.append((level, missing(page, low, high), json.loads(said).get("cut")))
    return rows


def main(tool, count):
    numbers = range(sets.EVALUATED, sets.EVALUATED + count)
    with ProcessPoolExecutor() as lanes:
        rows = [row for two in lanes.map(partial(one, tool), numbers) for row in two]
    known = [row for row in rows if row[2] is not None]
    is_bad = False
    for level in degrade.LEVELS:
        some = [(truth, told) for name, truth, told in known if name == level]
        whole = [told for truth, told in some if truth < 0.01]
        lacking = [told for truth, told in some if truth >= IS_CUT]
        errors = np.abs([told - truth for truth, told in some])
        false, missed = sum(t > CALLED_CUT for t in whole), sum(t <= CALLED_CUT for t in lacking)
        is_bad = is_bad or false > 0 or missed * 50 > len(lacking) + 50
        print(f"{level:9}{false} of {len(whole)} whole called cut, {missed} of {len(lacking)} that "
              f"lack a tenth not; off by {errors.mean():.3f} at the mean, "
              f"{errors.max():.3f} at most")
    print(f"{len(rows) - len(known)} of {len(rows)} without a zone found")
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
