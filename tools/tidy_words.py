"""The rule of tidy about words: what people read is there in every language.

words.py knows what a locale must look like. That a key exists, C++ learns from the compiler; here
the templates of letters and the script of the pages are looked through. It finds no dead keys.
"""
import re

import words

SCRIPT = "web/src/page/"


def check(tidy):
    folder = tidy.root / "web" / "locales"
    if not folder.is_dir():
        return
    locales = words.read(folder)
    for file, message in words.problems(locales):
        tidy.say(file, 1, "words", message)
    keys = locales.get(words.SOURCE, {})
    spoken = [f for f in tidy.files if f.path.startswith(("src/", SCRIPT))
              and not f.path.endswith(("_test.cpp", "_test.hpp", ".test.ts", ".md"))]
    rooms = "|".join(sorted({key.split(".")[0] for key in keys}))
    for file in spoken:
        pattern = r"\[\[(letter\.\w+)" if file.path.endswith(".mustache") else (
            rf"[\"'`]((?:{rooms})\.[a-z0-9_]*[a-z0-9])[\"'`]" if file.path.startswith(SCRIPT)
            else None)
        for match in re.finditer(pattern, file.text) if pattern else ():
            if match[1] not in keys:
                tidy.say(file, file.text.count("\n", 0, match.start()) + 1, "words",
                         f"{match[1]} is not in web/locales/{words.SOURCE}.json")
