#!/usr/bin/python3
"""Documents with one wrong digit, and whether the reader passes them: wrong_digits.py READ_ZONES N

READ_ZONES is the built tool. N pictures, clean and moderate in turn, all forms, numbers from 10^6
on, each printed with one digit of a checked field, or a check digit, replaced by another: what a
forger does, and what a slip in a database does. A reader that weighs check digits may take the
wrong digit for a badly printed right one; then it says what does not stand there, and calls it
certain. Half of the replacements are the digits that look most alike. The exit status is 1 when one
was called certain.

    --tune FIRST   other numbers, for tuning      --keep FILE   what was said of each, as JSON lines
"""
import argparse
import dataclasses
import io
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial

sys.dont_write_bytecode = True
from PIL import Image  # noqa: E402

import sets  # noqa: E402
import zones  # noqa: E402

LEVELS = ("clean", "moderate")
FORMS = (*zones.FORMS, "fra")
ALIKE = {"0": "86", "1": "74", "2": "7", "3": "85", "4": "1", "5": "63", "6": "58", "7": "12",
         "8": "036", "9": "84"}
# By form, what a check digit watches: (line, from, to), the digits among them.
CARD = ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 30))
BACK = ((1, 0, 10), (1, 13, 20), (1, 21, 28))
WATCHED = {"td1": CARD, "td2": (*BACK, (1, 28, 36)), "td3": (*BACK, (1, 28, 44)), "mrv_a": BACK,
           "mrv_b": BACK, "fra": ((0, 30, 36), (1, 0, 13), (1, 27, 34), (1, 35, 36))}


def with_wrong_digit(rng, person):
    """The same document with one of its watched digits another."""
    places = [(line, at) for line, first, last in WATCHED[person.form]
              for at in range(first, last) if person.zone[line][at] in zones.DIGITS]
    line, at = places[rng.integers(len(places))]
    right, lines = person.zone[line][at], list(person.zone)
    others = ALIKE[right] if rng.random() < 0.5 else zones.DIGITS.replace(right, "")
    lines[line] = lines[line][:at] + others[rng.integers(len(others))] + lines[line][at + 1:]
    return dataclasses.replace(person, zone=tuple(lines))


def one(tool, purpose, number):
    level, form = LEVELS[number % 2], FORMS[number // 2 % len(FORMS)]
    person, _, _, data, _ = sets.picture(number, purpose, level=level, form=form,
                                         change=with_wrong_digit)
    with tempfile.NamedTemporaryFile(suffix=".pgm") as file:
        Image.open(io.BytesIO(data)).convert("L").save(file, "PPM")
        file.flush()
        said = json.loads(subprocess.run([tool], input=file.name + "\n", capture_output=True,
                                         text=True, check=True).stdout)
    return {"number": number, "level": level, "form": form, "zone": list(person.zone),
            "said": said.get("lines", []), "is_certain": said.get("is_certain", False),
            "checks_hold": said.get("checks_hold", False),
            "consistency": said.get("consistency", 0),
            "least": min(said.get("confidences", [0]))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("n", type=int)
    parser.add_argument("--tune", type=int)
    parser.add_argument("--keep")
    options = parser.parse_args()
    purpose = "evaluation" if options.tune is None else "tuning"
    first = sets.EVALUATED if options.tune is None else options.tune
    with ProcessPoolExecutor() as lanes:
        rows = list(lanes.map(partial(one, options.tool, purpose),
                              range(first, first + options.n)))
    if options.keep:
        with open(options.keep, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    if options.tune is not None:
        print("numbers for tuning: not the evaluation")
    for level in LEVELS:
        some = [row for row in rows if row["level"] == level]
        print(f"{level:9} {len(some)} with one wrong digit: "
              f"{sum(r['said'] == r['zone'] for r in some)} read as printed, "
              f"{sum(r['checks_hold'] for r in some)} read as if the digits fitted, "
              f"{sum(r['is_certain'] for r in some)} of these called certain")
    return int(any(row["is_certain"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
