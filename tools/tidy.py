#!/usr/bin/env python3
"""The house rules, executed: reads every source file and prints `file:line: rule: message`.

Exit status 1 when a rule is broken. It parses nothing properly: comments and strings are blanked
(tidy_text.py) and the rest is matched by regular expressions, which is fast and good enough for a
tree that clang-format keeps regular. A deliberate exception is a comment on the line or the one
above it: the word `tidy:allow`, the rule in parentheses, a reason. All are listed at the end.
Formatting is clang-format's business, types and warnings are the compiler's.
"""
import ast
import os
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import tidy_words  # noqa: E402
from tidy_text import KINDS, File, cpp_functions  # noqa: E402

# room: the other rooms it may include. main, tests and tools may include anything.
LAYERS = {
    "base": "", "seal": "base", "grant": "base seal", "journey": "base seal grant",
    "onboard": "base seal grant journey", "store": "base seal grant journey onboard",
    "outbox": "base seal onboard", "http": "base",
    "doors": "base seal grant journey onboard http",
    "evidence": "base journey",
    "main": "base seal grant journey onboard evidence store outbox http doors",
}
# system header: the rooms that may include it.
HEADERS = [
    (r"boost/(asio|beast)", "http main"), (r"boost/json", "base"),
    (r"sqlite3\.h", "store"), (r"openssl/", "seal http"), (r"sodium\.h", "seal"),
    (r"curl/", "outbox"), (r"ZXing/", "evidence"), (r"(jpeglib|png|webp/\w+)\.h", "evidence main"),
    (r"toml\+\+/", "journey main"),
]
# rule, pattern over code without comments and strings, where it may stand, what to do instead.
ENTROPY = r"\bgetrandom\b|\brandom_device\b|\bRAND_(priv_)?bytes\b|\bKernelEntropy\b(?=[\s({>;])"
WORDS = [
    ("co_await", r"\bco_(await|return|yield)\b", "src/(http|main)/",
     "coroutines live where bytes wait: http, and the client in main"),
    ("clock", r"\bsystem_clock::now\b|\btime\((nullptr|NULL|0)\)|\b(clock_gettime|gettimeofday)\b",
     "src/main/", "time is given: take a Time from the caller"),
    ("clock", r"\bsteady_clock::now\b", "src/http/",
     "only the deadlines of http read the steady clock"),
    ("entropy", ENTROPY, r"src/main/|src/seal/entropy\.",
     "randomness is given: take an Entropy& from the caller"),
    ("throw", r"\bthrow\b", "src/(?!grant/|journey/)", "refuse with a Problem instead"),
    ("reveal", r"(\.|->)reveal\(", "src/(seal|doors|outbox|main)/",
     "secrets leave in seal, doors, outbox and main only"),
]
DOMAIN = re.compile(r"(?<![a-z_])(grant|tenant|session)", re.I)  # not OpenSSL's own names
SQL = re.compile(r"\s*(SELECT |INSERT INTO |UPDATE |DELETE FROM |CREATE |ALTER TABLE |PRAGMA )")
PLAIN = {".md", ".mustache", ".json", ".toml", ".sql", ".txt", ".yml", ".html", ""}
SKIP = {".git", "build", "corpus", "node_modules", "__pycache__"}
MAX_LINE, MAX_FILE, MAX_FUNCTION, LAWS = 100, 500, 70, 12
ROOMS = "|".join(LAYERS)
ALLOW = re.compile(r"tidy:" r"allow\(([\w-]+)\)[ \t]*([^\n]*)")


class Tidy:
    def __init__(self, root):
        self.root, self.found, self.allowed = Path(root), [], []
        paths = []
        for folder, names, files in os.walk(self.root):
            names[:] = sorted(n for n in names if n not in SKIP)
            paths += [os.path.relpath(os.path.join(folder, f), self.root) for f in sorted(files)]
        read = [File(self.root, p) for p in sorted(paths)
                if Path(p).suffix in KINDS or Path(p).suffix in PLAIN]
        self.files = [f for f in read if f.kind or "\0" not in f.text[:1000]]  # no binaries
        self.cpp = [f for f in self.files if f.kind == "cpp"]

    def say(self, file, line, rule, message):
        self.found.append((file if isinstance(file, str) else file.path, line, rule, message))

    def text_of(self, path):
        return next((f.text for f in self.files if f.path == path), None)

    def run(self):
        for file in self.files:
            is_data = file.kind is None and file.path.startswith("test/")
            if not is_data:
                self.check_characters(file)
            if file.kind:
                self.check_shape(file)
            if file.suffix == ".md":
                self.check_links(file)
        for file in self.cpp:
            self.check_includes(file)
            self.check_words(file)
            self.check_awaits(file)
        self.check_dead_headers()
        self.check_rooms()
        self.check_problems()
        self.check_laws_and_rows()
        self.check_routes()
        self.check_tested()
        self.check_packages()
        tidy_words.check(self)
        self.apply_exceptions()
        return self

    # --- shape: characters, length, head ---
    def check_characters(self, file):
        for number, line in enumerate(file.lines, 1):
            if "\t" in line and Path(file.path).name not in ("Makefile", ".gitmodules"):
                self.say(file, number, "tab", "indent with spaces")
            if line != line.rstrip():
                self.say(file, number, "blank", "trailing blank")
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]",
                         line.rstrip("\r")):
                self.say(file, number, "control", "control character or invalid UTF-8")

    def check_shape(self, file):
        for number, line in enumerate(file.lines, 1):
            if len(line) > MAX_LINE:
                self.say(file, number, "line", f"{len(line)} columns, at most {MAX_LINE}")
            if re.search(r"\b(TO" r"DO(?!\(#\d+\))|FIX" r"ME)\b", line):
                self.say(file, number, "todo", "name the issue: TO" "DO(#12)")
        if file.text.count("\n") > MAX_FILE:
            count = file.text.count("\n")
            self.say(file, 1, "file", f"{count} lines, at most {MAX_FILE}: it has two reasons")
        head = file.lines[1:] if file.text.startswith("#!") else file.lines
        if head and not head[0].startswith(("//", "/*", "# ", '"""', "'''")):
            self.say(file, 1, "header", "open with what it is, why, and what it does not do")
        for name, first, last in self.functions(file):
            if last - first + 1 > MAX_FUNCTION:
                self.say(file, first, "function",
                         f"{name} has {last - first + 1} lines, at most {MAX_FUNCTION}")

    def functions(self, file):
        if file.kind == "py":
            try:
                nodes = list(ast.walk(ast.parse(file.text)))
            except SyntaxError as error:
                return self.say(file, error.lineno or 1, "syntax", "not Python 3") or []
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
            return [(n.name, n.lineno, n.end_lineno) for n in nodes if isinstance(n, kinds)]
        return list(cpp_functions(file)) if file.code else []

    # --- layers and words ---
    def check_includes(self, file):
        for number, line in enumerate(file.lines, 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not match or file.is_test or file.room is None:
                continue
            form, target = match.groups()
            if form == "<":
                for pattern, rooms in HEADERS:
                    if re.match(pattern, target) and file.room not in rooms.split():
                        self.say(file, number, "layer",
                                 f"<{target}> belongs to {rooms.replace(' ', ', ')}")
                continue
            room = target.split("/")[0]
            if room not in LAYERS or "/" not in target:
                self.say(file, number, "layer", f'"{target}": name it from src/, room first')
            elif room != file.room and room not in LAYERS.get(file.room, "").split():
                self.say(file, number, "layer", f"{file.room} may not include {room}")
            if target == "base/json.hpp" and (
                    file.room == "grant" or file.room == "journey" and file.suffix == ".hpp"):
                self.say(file, number, "layer", "JSON is a form of the wire; this room has values")

    def check_words(self, file):
        if file.suffix == ".hpp":
            for match in re.finditer(r"\busing\s+namespace\b", file.code):
                self.say(file, file.line_of(match.start()), "using", "not in a header")
        if file.is_test:
            return
        for rule, pattern, where, message in WORDS:
            if not re.match(where, file.path):
                for match in re.finditer(pattern, file.code):
                    self.say(file, file.line_of(match.start()), rule, message)
        if file.room == "http":
            for match in DOMAIN.finditer(file.text):
                self.say(file, file.line_of(match.start()), "domain", "http knows no domain")
        if file.room != "store":
            for position, text in file.strings:
                if SQL.match(re.sub(r'^(R"[^(]*\(|")', "", text)):
                    self.say(file, file.line_of(position), "sql", "SQL belongs to store")

    def check_awaits(self, file):
        for match in re.finditer(r"\bco_await\b", file.code):
            depth = 0
            for position in range(match.end(), len(file.code)):
                c = file.code[position]
                if c in "{[":
                    self.say(file, file.line_of(match.start()), "await",
                             "bind it to a name, then await the name (g++ 12 destroys it twice)")
                depth += {"(": 1, ")": -1}.get(c, 0)
                if c in ";{[}" or depth < 0 or (c == "," and depth == 0):
                    break

    def check_dead_headers(self):
        used = {m for f in self.cpp for m in re.findall(r'#\s*include\s*"([^"]+)"', f.text)}
        used |= {m.rsplit("/", 1)[-1] for m in used if not re.match(rf"({ROOMS})/", m)}
        for file in self.cpp:
            name = Path(file.path).name if file.room is None else file.path[len("src/"):]
            if file.suffix == ".hpp" and name not in used:
                self.say(file, 1, "dead", "no file includes this header")

    # --- documents against code; each starts to bite when the document is there ---
    def check_rooms(self):
        text = self.text_of("ARCHITECTURE.md")
        if text is None:
            return
        section = re.search(r"^##+ [^\n]*[Rr]ooms[^\n]*\n(.*?)(?=^## |\Z)", text, re.M | re.S)
        body = section.group(1) if section else ""
        told = set(re.findall(r"^\s*(?:[|*-]\s*)?\**`?(?:src/)?([a-z_]+)/`?", body, re.M))
        there = {p.name for p in (self.root / "src").iterdir() if p.is_dir()}
        for name in sorted(told ^ there):
            self.say("ARCHITECTURE.md", 1, "rooms", f"src/{name}/ is " + (
                "not in the list of rooms" if name in there else "in the list, not on the disk"))

    def check_problems(self):
        codes = "".join(self.text_of(f"src/base/problem_codes{part}.hpp") or ""
                        for part in ("", "_console"))
        told = self.text_of("docs/problems.md")
        for code in re.findall(r'= "([a-z0-9_]+)"', codes or ""):
            if told is not None and f"`{code}`" not in told:
                self.say("docs/problems.md", 1, "problems", f"`{code}` is missing")

    def check_laws_and_rows(self):
        tests = "\n".join(f.text for f in self.files
                          if f.path.endswith("_test.cpp") or
                          f.path.startswith("test/") and f.path != "test/rows.txt")
        laws = {int(n) for n in re.findall(r"\blaw_(\d+)_", tests)}
        engine = "src/grant/engine_test.cpp"
        for number in range(1, LAWS + 1):
            if self.text_of(engine) is not None and number not in laws:
                self.say(engine, 1, "laws", f"no test is named law_{number}_…")
        for number, line in enumerate((self.text_of("test/rows.txt") or "").split("\n"), 1):
            row = [] if line.startswith("#") else line.split(maxsplit=1)
            if len(row) == 1:
                self.say("test/rows.txt", number, "rows", f"{row[0]} has no sentence")
            if row and not re.search(rf"(?<![A-Za-z0-9]){re.escape(row[0])}(?![A-Za-z0-9])", tests):
                self.say("test/rows.txt", number, "rows", f"no test names {row[0]}")

    def check_routes(self):
        pages = [f.text for f in self.files if re.match(r"docs/wire/[^/]+\.md$", f.path)]
        for file in self.cpp:
            if not pages or not re.match(r"src/doors/(.*/)?routes\.cpp$", file.path):
                continue
            for match in re.finditer(r'\{\s*"([A-Z]+)",\s*"(/[^"]*)"', file.text):
                route = rf"{match[1]}`?\s+`?{re.escape(match[2])}(?![\w/{{-])"
                if not any(re.search(route, page) for page in pages):
                    self.say(file, file.line_of(match.start()), "routes",
                             f"{match[1]} {match[2]} is on no page of docs/wire/")

    def check_tested(self):
        """Every problem code stands in a test, every route in a transcript."""
        tests = "\n".join(f.text for f in self.files if f.is_test and f.path != "test/rows.txt")
        told = "\n".join(f.text for f in self.files if f.path.startswith("test/transcripts/"))
        for file in self.cpp if told else ():
            if file.path.startswith("src/base/problem_codes"):
                for match in re.finditer(r'= "([a-z0-9_]+)"', file.text):
                    if not re.search(rf"\b{match[1]}\b", tests):
                        self.say(file, file.line_of(match.start()), "tested",
                                 f"{match[1]} is in no test")
            if re.match(r"src/doors/(.*/)?routes\.cpp$", file.path):
                for match in re.finditer(r'\{\s*"([A-Z]+)",\s*"(/[^"]*)"', file.text):
                    path = re.sub(r"\\\{\w+\\\}", r"[^/\\s?]+", re.escape(match[2]))
                    if not re.search(rf"^> {match[1]} {path}(\?\S*)?$", told, re.M):
                        self.say(file, file.line_of(match.start()), "tested",
                                 f"{match[1]} {match[2]} is in no transcript")

    def check_packages(self):
        told = self.text_of("docs/dependencies.md")
        for number, line in enumerate((self.text_of("tools/packages.txt") or "").split("\n"), 1):
            row = line.split("#")[0].split()
            if row and told is not None and f"`{row[1]}`" not in told:
                self.say("tools/packages.txt", number, "packages",
                         f"{row[1]} has no reason in docs/dependencies.md")

    def check_links(self, file):
        for number, line in enumerate(file.lines, 1):
            for target in re.findall(r"\]\(([^)\s]+)\)", line):
                if not re.match(r"[a-z]+:|#", target):
                    there = (self.root / file.path).parent / target.split("#")[0]
                    if not there.exists():
                        self.say(file, number, "link", f"{target} is not there")
            for name in re.findall(r"`((?:src|docs|test|tools|web|bench|skills)/[\w./-]+)`", line):
                if not (self.root / name).exists():
                    self.say(file, number, "link", f"{name} is not there")
            for name in re.findall(rf"`((?:{ROOMS})/[\w/]+\.(?:hpp|cpp|md))`", line):
                if not (self.root / "src" / name).exists():
                    self.say(file, number, "link", f"src/{name} is not there")

    # --- exceptions ---
    def apply_exceptions(self):
        for file in self.files:
            for match in ALLOW.finditer(file.text) if file.kind else ():
                line, rule = file.line_of(match.start()), match.group(1)
                mine = [f for f in self.found if f[0] == file.path and f[2] == rule
                        and f[1] in (line, line + 1)]
                if not match.group(2).strip(" */") or not mine:
                    self.say(file, line, "allow", "give a reason" if mine else "nothing to allow")
                    continue
                self.found = [f for f in self.found if f not in mine]
                self.allowed.append(f"{file.path}:{line}: {rule}: {match.group(2).strip()}")


def main():
    tidy = Tidy(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent).run()
    for path, line, rule, message in sorted(set(tidy.found)):
        print(f"{path}:{line}: {rule}: {message}")
    if tidy.allowed:
        print(f"{len(tidy.allowed)} deliberate exceptions:")
        print("\n".join(f"  {line}" for line in tidy.allowed))
    return 1 if tidy.found else 0


if __name__ == "__main__":
    sys.exit(main())
