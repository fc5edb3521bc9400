#!/usr/bin/python3
"""One rendered document as a file: `one.py NUMBER LEVEL FORM FILE [TOP]` writes a JPEG picture to
FILE, without the upper TOP of its height (a share), and prints who its holder is as JSON. Numbers
are those of sets.py for tuning.
"""
import dataclasses
import io
import json
import sys

sys.dont_write_bytecode = True
from PIL import Image  # noqa: E402

import sets  # noqa: E402

number, level, form, file = sys.argv[1:5]
person, _, _, picture, _ = sets.picture(int(number), "tuning", level=level, form=form)
if sys.argv[5:]:
    image = Image.open(io.BytesIO(picture))
    out = io.BytesIO()
    top = round(float(sys.argv[5]) * image.height)
    image.crop((0, top, image.width, image.height)).save(out, "JPEG", quality=90)
    picture = out.getvalue()
with open(file, "wb") as out:
    out.write(picture)
print(json.dumps(dataclasses.asdict(person)))
