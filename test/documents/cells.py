#!/usr/bin/python3
"""Labelled cells for training: pictures with numbers for training, cut by the reader's own finder.

    cells.py CUT_CELLS OUT.npz FIRST COUNT     CUT_CELLS is the built tool of test/documents

What the finder sees is what the network will see, its mistakes of a fraction of a pixel included.
A cell is labelled by where it lies on the page: a character of the zone, or none.
"""
import io
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

import sets

CLASSES = "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NONE = len(CLASSES)
CELL = 560
LEVELS = ("hard", "moderate", "hard", "clean")  # most of what is hard to tell
RECORD = 16 + CELL


def perspective(source, target):
    """The matrix that leads four points to four others."""
    rows, values = [], []
    for (u, v), (x, y) in zip(source, target):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        values += [x, y]
    return np.append(np.linalg.solve(np.array(rows), values), 1).reshape(3, 3)


def render(task):
    number, folder = task
    # Every tenth is a whole picture, for there the finder also finds what is no zone.
    person, _, _, data, corners = sets.picture(number, "training", LEVELS[number % 4],
                                               zone_only=number % 10 != 0)
    path = Path(folder) / f"{number}.pgm"
    Image.open(io.BytesIO(data)).convert("L").save(path)
    return str(path), person.zone, corners


def lattices(stream):
    """(path, places and directions, cells) of each lattice the tool wrote."""
    at = 0
    while at < len(stream):
        end = stream.index(b"\n", at)
        path, lines, columns = stream[at:end].decode().split()
        size = int(lines) * int(columns)
        block = np.frombuffer(stream, np.uint8, size * RECORD, end + 1).reshape(size, RECORD)
        at = end + 1 + size * RECORD
        yield path, block[:, :16].copy().view(np.float32), block[:, 16:]


def labelled(zone, corners, places, cells):
    """Cells the right way up and their classes; cells half on a character are left out."""
    width, lines = len(zone[0]), len(zone)
    frame = [(-0.5, -0.5), (width - 0.5, -0.5), (width - 0.5, lines - 0.5), (-0.5, lines - 0.5)]
    to_page = np.linalg.inv(perspective(frame, corners))

    def on_page(points):
        out = np.c_[points, np.ones(len(points))] @ to_page.T
        return out[:, :2] / out[:, 2:]
    at = on_page(places[:, :2])
    ahead = on_page(places[:, :2] + places[:, 2:]) - at
    off = np.abs(at - np.round(at))
    column, line = np.round(at).astype(int).T
    inside = (column >= 0) & (column < width) & (line >= 0) & (line < lines)
    exact = (off[:, 0] < 0.2) & (off[:, 1] < 0.1) & (np.abs(np.abs(ahead[:, 0]) - 1) < 0.1)
    keep = exact | ~inside
    labels = np.full(len(cells), NONE)
    for i in np.flatnonzero(inside & exact):
        labels[i] = CLASSES.index(zone[line[i]][column[i]])
    upright = np.where((ahead[:, :1] < 0), cells[:, ::-1], cells)
    return upright[keep], labels[keep]


def main(tool, out, first, count):
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor() as pool:
        tasks = [(n, folder) for n in range(first, first + count)]
        known = {path: (zone, corners) for path, zone, corners in pool.map(render, tasks)}
        stream = subprocess.run(tool, input="\n".join(known).encode(), stdout=subprocess.PIPE,
                                check=True).stdout
    parts = [labelled(*known[path], places, cells) for path, places, cells in lattices(stream)]
    cells, labels = (np.concatenate(p) for p in zip(*parts))
    np.savez_compressed(out, cells=cells, labels=labels.astype(np.uint8))
    print(f"{len(labels)} cells, {np.mean(labels == NONE):.0%} none, from {count} pictures")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
