#!/usr/bin/env python3
"""The words of pages and letters, from web/locales/*.json: checked, and written as C++ for base/.

  words.py build FOLDER   writes FOLDER/words_keys.inc and FOLDER/words_texts.inc, the names of
                          countries among them
  words.py check          every language against en-US.json; exit status 1 when a rule is broken
  words.py missing        what each language still lacks, as JSON
  words.py add FILE...    merges JSON objects {code: {key: text}} into the locales, keys sorted

A locale is one flat JSON object: sorted keys `room.what`, texts with {placeholders}. A text that a
language lacks is built in English and `check` says so. It translates nothing.
"""
import json
import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "web" / "locales"
COUNTRIES = FOLDER.parent.parent / "src" / "base" / "countries.json"  # by tools/countries.mjs
CODES = ("ar-SA cs-CZ da-DK de-DE en-US es-ES fi-FI fr-CA fr-FR hu-HU jp-JP lv-LV pt-PT ro-RO "
         "sk-SK sv-SE uk-UA").split()
SOURCE = "en-US"
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def pairs_once(pairs):
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError("twice: " + ", ".join(twice))
    return dict(pairs)


def read(folder=FOLDER):
    """{code: {key: text}} of the files that are there."""
    out = {}
    for code in CODES:
        path = folder / f"{code}.json"
        if path.exists():
            try:
                out[code] = json.loads(path.read_text(encoding="utf-8"),
                                       object_pairs_hook=pairs_once)
            except ValueError as error:
                raise SystemExit(f"{path}: {error}")
    return out


def text_problems(key, text, source):
    if not isinstance(text, str) or not text.strip():
        return [f"{key} is empty"]
    out = []
    if text != text.strip() or re.search(r"\s\s|[\x00-\x1f\x7f]", text):
        out.append(f"{key} has a blank or control character too many")
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        out.append(f"{key} has a brace that is no {{placeholder}}")
    ours, theirs = (sorted(set(PLACEHOLDER.findall(t))) for t in (text, source))
    if ours != theirs:
        out.append(f"{key} has the placeholders {ours}, en-US has {theirs}")
    return out


def problems(locales):
    """(file, message) of every broken rule."""
    out = []
    source = locales.get(SOURCE, {})
    for code in CODES:
        name, texts = f"web/locales/{code}.json", locales.get(code)
        if texts is None:
            out.append((name, "is not there"))
            continue
        if list(texts) != sorted(texts):
            out.append((name, "keys are not sorted: tools/words.py add sorts them"))
        out += [(name, f"{key} is no key: room.what") for key in texts if not KEY.fullmatch(key)]
        out += [(name, f"{key} is missing") for key in source if key not in texts]
        for key, text in texts.items():
            if key not in source:
                out.append((name, f"{key} is not in en-US.json"))
            else:
                out += [(name, p) for p in text_problems(key, text, source[key])]
    return out


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def write(path, text):
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def build(folder):
    locales = read()
    source = locales[SOURCE]
    keys = sorted(source)
    names = "".join(f"    {quoted(key)},\n" for key in keys)
    codes = ", ".join(quoted(code) for code in CODES)
    enum = ", ".join(code.replace("-", "_") for code in CODES)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "words_keys.inc",
          "// Written by tools/words.py from web/locales/.\nnamespace limen::words {\n"
          f"enum class Language : std::uint8_t {{ {enum} }};\n"
          f"inline constexpr std::array<std::string_view, {len(CODES)}> language_codes = "
          f"{{{codes}}};\n"
          f"inline constexpr std::array<std::string_view, {len(keys)}> key_names = {{\n{names}}};\n"
          "}  // namespace limen::words\n")
    rows = ""
    for code in CODES:
        texts = locales.get(code, {})
        rows += f"  {{  // {code}\n"
        rows += "".join(f"    {quoted(texts.get(key, source[key]))},\n" for key in keys) + "  },\n"
    write(folder / "words_texts.inc",
          "// Written by tools/words.py from web/locales/.\n"
          f"constexpr std::string_view texts[{len(CODES)}][{len(keys)}] = {{\n{rows}}};\n"
          + country_names())


def country_names():
    names = json.loads(COUNTRIES.read_text(encoding="utf-8"))
    rows = ""
    for code in CODES:
        rows += f"  {{  // {code}\n" + "".join(
            f"    {{{quoted(country)}, {quoted(name)}}},\n"
            for country, name in names[code].items()) + "  },\n"
    count = len(names[SOURCE])
    return f"constexpr Country country_names[{len(CODES)}][{count}] = {{\n{rows}}};\n"


def add(files):
    locales = read()
    for file in files:
        for code, texts in json.loads(Path(file).read_text(encoding="utf-8")).items():
            locales.setdefault(code, {}).update(texts)
    for code, texts in locales.items():
        text = json.dumps(dict(sorted(texts.items())), ensure_ascii=False, indent=1)
        write(FOLDER / f"{code}.json", text + "\n")


def main(arguments):
    command = arguments[0] if arguments else ""
    if command == "build" and len(arguments) == 2:
        build(Path(arguments[1]))
    elif command == "check":
        found = problems(read())
        for file, message in found:
            print(f"{file}: {message}")
        return 1 if found else 0
    elif command == "missing":
        locales = read()
        print(json.dumps({code: {k: v for k, v in locales[SOURCE].items()
                                 if k not in locales.get(code, {})} for code in CODES},
                         ensure_ascii=False, indent=1))
    elif command == "add":
        add(arguments[1:])
    else:
        print(__doc__.strip())
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
