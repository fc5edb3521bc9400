#!/usr/bin/python3
"""One rendered document as a file: `one.py NUMBER LEVEL FORM FILE` writes a JPEG picture to FILE
and prints who its holder is as JSON. Numbers are those of sets.py for tuning.
"""
import dataclasses
import json
import sys

sys.dont_write_bytecode = True
import sets  # noqa: E402

number, level, form, file = sys.argv[1:]
person, _, _, picture, _ = sets.picture(int(number), "tuning", level=level, form=form)
with open(file, "wb") as out:
    out.write(picture)
print(json.dumps(dataclasses.asdict(person)))
