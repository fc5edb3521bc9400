#!/usr/bin/python3
"""How well the reader of machine-readable zones reads, and Tesseract beside it in the same run.

    evaluate.py READ_ZONES N [--tune FIRST] [--form FORM] [--crops K] [--whole K] [--large K]
                [--limen LIMEN] [--keep FILE] [--least]

READ_ZONES is the built tool, N the number of pictures: levels in thirds, forms in turn, all with
numbers from 10^6 on, which no training and no tuning has seen; --tune takes other numbers instead
and says so; --form draws one form only. Of every K-th three pictures, one of each level, Tesseract
gets the reader's upright crop of the zone (--crops) and the whole, held upright for it (--whole); 0
is none, and a K without the factor 5 takes all forms. --large K: so many pictures of 12 megapixels
for time and memory; with --limen, a release build, also through the process in which the server
reads a picture, from its start to its end, decoding, quality and the search for a bar code where no
zone is certain included. --keep: results so far stand there, a run that was stopped goes on.
--least: exit status 1 when a rate is below what the project promises.
"""
import argparse
import hashlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

import degrade  # noqa: E402
import sets  # noqa: E402
import zones  # noqa: E402

PROMISED = {"clean": 0.995, "moderate": 0.95, "hard": 0.80}
WRONG_AT_MOST = 0.001
MS_AT_MOST, MIB_AT_MOST = 400, 256
BATCH = 40
TESSERACT = ["tesseract", "-", "-", "-l", "eng", "--dpi", "300"]
LETTERS = "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}


def render(task):
    number, folder, purpose, form, size = task
    person, level, shot, data, corners = sets.picture(number, purpose, form=form, size=size)
    path = Path(folder) / f"{number}.pgm"
    Image.open(io.BytesIO(data)).convert("L").save(path)
    return {"number": number, "path": str(path), "level": level, "form": person.form,
            "turn": shot.turn, "zone": list(person.zone), "corners": corners.tolist()}


def read(tool, known):
    done = subprocess.run(tool, input="\n".join(k["path"] for k in known), stdout=subprocess.PIPE,
                          text=True, check=True)
    for row, line in zip(known, done.stdout.splitlines(), strict=True):
        said = json.loads(line)
        assert said["path"] == row["path"], said
        row["said"] = said.get("lines", [])
        row |= {k: said.get(k) for k in ("checks_hold", "is_certain", "consistency", "cut", "ms",
                                          "kib")}
        row["least"] = min(said.get("confidences", [0]))
        row["found"] = said.get("corners")
        row["right"] = row["said"] == row["zone"]


def tesseract(image, *options):
    data = io.BytesIO()
    image.save(data, "PNG")
    done = subprocess.run([*TESSERACT, *options], input=data.getvalue(), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False, env=ONE_THREAD)
    return done.stdout.decode("utf-8", "replace").replace(" ", "").split("\n")


def crop_of(image, corners, lines):
    """The zone upright, with a margin, 24 pixels a character."""
    a, b, c, d = (np.array(p) for p in corners)
    out, down = (b - a) / 60, (d - a) / 12
    quad = np.concatenate([a - out - down, d - out + down, c + out + down, b + out - down])
    width = 24 * {2: 44, 3: 30}[lines]
    return image.transform((width, 62 * lines + 20), Image.QUAD, quad.tolist(), Image.BICUBIC)


def right_in(zone, lines):
    """Whether the text has every line of the zone, in order; what else it has is forgiven."""
    text = iter(lines)
    return all(any(line in said for said in text) for line in zone)


def is_chosen(row, every):
    return every > 0 and row["number"] // 3 % every == 0


def beside(row, options):
    """Tesseract's reading of the zone the reader found, or of the true one when it found none."""
    image = Image.open(row["path"])
    zone = row["zone"]
    if is_chosen(row, options.crops):
        crop = crop_of(image, row["found"] or row["corners"], len(zone))
        said = tesseract(crop, "--psm", "6", "-c", LETTERS)
        row["tesseract"] = right_in(zone, said)
        row["tesseract_noughts"] = right_in(*([line.replace("O", "0") for line in lines]
                                              for lines in (zone, said)))
    if is_chosen(row, options.whole):
        for _ in range(row["turn"]):
            image = image.transpose(Image.Transpose.ROTATE_270)
        row["tesseract_whole"] = right_in(zone, tesseract(image, "--psm", "3"))


def measure(options, numbers, purpose, size=None):
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            known = list(pool.map(render, [(n, folder, purpose, options.form, size)
                                           for n in numbers]))
        read(options.tool, known)
        if size is None:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(lambda row: beside(row, options), known))
        for row in known:
            del row["path"], row["corners"], row["found"]
        return known


def made_by(tool):
    """Of the reader and of what draws the pictures: results of others are not ours."""
    parts = [Path(tool), *sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"".join(p.read_bytes() for p in parts)).hexdigest()[:16]


def gathered(options):
    """All results, those of an earlier run of the same code included, written batch by batch."""
    keep, mark = Path(options.keep) if options.keep else None, made_by(options.tool)
    rows = [json.loads(line) for line in keep.read_text().splitlines()] if (
        keep and keep.exists()) else []
    rows = [row for row in rows if row["made_by"] == mark]
    purpose = "evaluation" if options.tune is None else "tuning"
    start = sets.EVALUATED if options.tune is None else options.tune
    todo = sorted(set(range(start, start + options.n)) - {r["number"] for r in rows})
    for at in range(0, len(todo), BATCH):
        more = measure(options, todo[at:at + BATCH], purpose)
        rows += [row | {"made_by": mark} for row in more]
        if keep:
            with keep.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows[-len(more):])
    return [r for r in rows if start <= r["number"] < start + options.n
            and options.form in (None, r["form"])]


def rate(rows, key="right"):
    rows = [r for r in rows if key in r]
    return f"{sum(bool(r[key]) for r in rows) / len(rows):7.1%}" if rows else "      –"


def table(rows):
    print(f"{'':10}{'pictures':>9}{'every character right':>23}{'':3}"
          f"{'certain':>8}{'certain, wrong':>16}{'checks, wrong':>15}{'nothing':>9}"
          f"{'Tesseract: crop':>18}{'O is 0':>9}{'whole':>9}")
    groups = [(level, [r for r in rows if r["level"] == level]) for level in degrade.LEVELS]
    groups += [(form, [r for r in rows if r["form"] == form]) for form in zones.WIDTHS]
    for name, some in [*(group for group in groups if group[1]), ("all", rows)]:
        def count(test, some=some):
            return sum(bool(test(r)) for r in some)
        print(f"{name:10}{len(some):9}{rate(some):>23}{'':3}{rate(some, 'is_certain'):>8}"
              f"{count(lambda r: r['is_certain'] and not r['right']):16}"
              f"{count(lambda r: r['checks_hold'] and not r['right']):15}"
              f"{count(lambda r: not r['said']):9}"
              f"{rate(some, 'tesseract'):>18}{rate(some, 'tesseract_noughts'):>9}"
              f"{rate(some, 'tesseract_whole'):>9}")


def below_promise(rows):
    out = []
    for level, least in PROMISED.items():
        some = [r for r in rows if r["level"] == level]
        if some and sum(r["right"] for r in some) < least * len(some):
            out.append(f"{level}: below {least:.1%}")
    if sum(bool(r["is_certain"] and not r["right"]) for r in rows) > WRONG_AT_MOST * len(rows):
        out.append(f"wrong readings called certain: more than {WRONG_AT_MOST:.1%}")
    return out


def large(options, first):
    purpose = "evaluation" if options.tune is None else "tuning"
    rows = measure(options, range(first, first + options.large), purpose, degrade.LARGE)
    times, kib = sorted(r["ms"] for r in rows), max(r["kib"] for r in rows)
    late = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(f"12 megapixels, {len(rows)} pictures: median {statistics.median(times):.0f} ms, "
          f"95 % within {late:.0f} ms, at most {kib / 1024:.0f} MiB")
    out = [] if statistics.median(times) <= MS_AT_MOST else [f"more than {MS_AT_MOST} ms"]
    return out + ([] if kib <= MIB_AT_MOST * 1024 else [f"more than {MIB_AT_MOST} MiB"])


def whole_process(options, first):
    """Processor time of the server's own process for the same pictures (src/main/apart.cpp)."""
    purpose = "evaluation" if options.tune is None else "tuning"
    times = {"certain": [], "not certain": []}
    limen = os.path.abspath(options.limen)
    for number in range(first, first + options.large):
        picture = sets.picture(number, purpose, form=options.form, size=degrade.LARGE)[3]
        before = os.times()
        done = subprocess.run(["apart", "read-picture", "document"], executable=limen,
                              input=picture, stdout=subprocess.PIPE, env={}, check=True)
        after = os.times()
        spent = sum(after[2:4]) - sum(before[2:4])
        word = "certain" if b"\nzone certain " in done.stdout else "not certain"
        times[word].append(1000 * spent)
    every = sum(times.values(), [])
    print(f"the whole process, {len(every)} pictures: median {statistics.median(every):.0f} ms, "
          + ", ".join(f"{len(some)} {word} {statistics.median(some):.0f} ms, at most "
                      f"{max(some):.0f} ms" for word, some in times.items() if some))
    return [] if statistics.median(every) <= MS_AT_MOST else [f"process: over {MS_AT_MOST} ms"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("n", type=int)
    parser.add_argument("--tune", type=int)
    parser.add_argument("--form", choices=[*zones.WIDTHS])
    parser.add_argument("--crops", type=int, default=3)
    parser.add_argument("--whole", type=int, default=21)
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--limen")
    parser.add_argument("--keep")
    parser.add_argument("--least", action="store_true")
    options = parser.parse_args()
    rows = gathered(options)
    if options.tune is not None:
        print("numbers for tuning: not the evaluation")
    table(rows)
    missed = below_promise(rows)
    first = sets.EVALUATED * 2 if options.tune is None else 90_000
    if options.large:
        missed += large(options, first)
    if options.large and options.limen:
        missed += whole_process(options, first)
    for line in missed:
        print(line)
    return 1 if options.least and missed else 0


if __name__ == "__main__":
    sys.exit(main())
