"""The rule of tidy about words: what people read is there in every language, and nothing else is.

words.py knows what a locale must look like. That a key exists, C++ learns from the compiler; here
the templates of letters and the script of the pages are looked through. A key is used where its
name stands in a source, whole, or in two parts: a prefix that ends in a dot or an underscore
before a hole ("capture.${what}"), and the rest as a text of its own.
"""
import re

import words

SCRIPT = "web/src/page/"
FREE = ("field", "step", "upload", "option")  # what stands in skill files: people may need it


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
    for key in sorted(dead(keys, spoken)):
        tidy.say(f"web/locales/{words.SOURCE}.json", 1, "words", f"{key} is used nowhere")
    rooms = "|".join(sorted({key.split(".")[0] for key in keys}))
    for file in spoken:
        pattern = r"\[\[(letter\.\w+)" if file.path.endswith(".mustache") else (
            rf"[\"'`]((?:{rooms})\.[a-z0-9_]*[a-z0-9])[\"'`]" if file.path.startswith(SCRIPT)
            else None)
        for match in re.finditer(pattern, file.text) if pattern else ():
            if match[1] not in keys:
                tidy.say(file, file.text.count("\n", 0, match.start()) + 1, "words",
                         f"{match[1]} is not in web/locales/{words.SOURCE}.json")


def dead(keys, spoken):
    """The keys that no source speaks of."""
    told = "\n".join(f.text for f in spoken)
    literals = set(re.findall(r"[\"'`]([a-z0-9_.]+)[\"'`]", told))
    literals |= set(re.findall(r"\[\[(letter\.\w+)", told))
    prefixes = set(re.findall(r"[\"'`]([a-z]+\.(?:[a-z_]*_)?)(?:\$\{|[\"'`])", told))
    return {key for key in keys
            if key.split(".")[0] not in FREE and key not in literals and not any(
                key.startswith(p) and (p.endswith("_") or key[len(p):] in literals)
                for p in prefixes)}
