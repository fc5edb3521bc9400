"""How tidy.py sees a file: its lines, and its code with comments and strings blanked.

Blanking keeps every character's place, so a match in the code gives a line in the file. This is no
parser: it relies on clang-format having run and judges nothing; the rules are in tidy.py.
"""
import re
from pathlib import Path

KINDS = {".cpp": "cpp", ".hpp": "cpp", ".py": "py", ".sh": "sh", ".ts": "ts",
         ".tsx": "ts", ".mjs": "ts", ".css": "css"}

STRING = r'R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
CPP_TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|" + STRING
                       + r"|(?<![0-9A-Za-z_])'(?:\\[^\n']+|\\'|[^'\\\n])'", re.S)
TS_TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|" + STRING
                      + r"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.S)
MORE = re.compile(r"\s*[,{]")  # the brace was an initialiser of the list in front of a body
ACCESS = re.compile(r"(\s*(public|private|protected)\s*:)+")
CONTAINER = re.compile(r"(export\s+|default\s+|abstract\s+|declare\s+|inline\s+)*"
                       r"(namespace|class|struct|union|enum|extern|interface)\b")


class File:
    """One file: its text, and for C++ and TypeScript the code without comments and strings."""

    def __init__(self, root, path):
        self.path, self.suffix = path, Path(path).suffix
        self.text = (root / path).read_bytes().decode("utf-8", "replace")
        self.lines = self.text.split("\n")
        self.kind = KINDS.get(self.suffix)
        if self.suffix == "" and self.text.startswith("#!"):
            first = self.lines[0]
            self.kind = "py" if "python" in first else "sh" if "sh" in first else "ts"
        room = re.match(r"src/(\w+)/", path)
        self.room = room.group(1) if room else None
        self.is_test = path.endswith(("_test.cpp", "_test.hpp")) or not path.startswith("src/")
        self.strings, self.code = [], ""
        if self.kind in ("cpp", "ts"):
            self.code = (CPP_TOKEN if self.kind == "cpp" else TS_TOKEN).sub(self._blank, self.text)

    def _blank(self, match):
        token = match.group(0)
        if token[0] in '"R':
            self.strings.append((match.start(), token))
        return re.sub(r"[^\n]", " ", token)

    def line_of(self, position):
        return self.text.count("\n", 0, position) + 1


def cpp_functions(file):
    """Outermost braced blocks with a parameter list in front: (name, first line, last line)."""
    code = re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda m: re.sub(r"[^\n]", " ", m[0]), file.code,
                  flags=re.M)
    depth, start, begin, is_function = 0, 0, 0, False
    for match in re.finditer(r"[{};]", code):
        c, at = match.group(0), match.start()
        if c == "{" and depth == 0:
            label = ACCESS.match(code, start, at)
            begin = label.end() if label else start
            head = strip_template(code[begin:at].strip())
            if CONTAINER.match(head):
                start = at + 1
                continue
            is_function = "(" in head and not head.endswith(("=", "("))
        if c == "{":
            depth += 1
        elif depth > 0:
            depth -= c == "}"
            if c == "}" and depth == 0 and not MORE.match(code, at + 1):
                if is_function:
                    name = re.search(r"([\w:~]+)\s*\(", code[begin:at])
                    first = begin + len(code[begin:at]) - len(code[begin:at].lstrip())
                    yield name[1] if name else "block", file.line_of(first), file.line_of(at)
                start = at + 1
        else:
            start = at + 1


def strip_template(head):
    """Drops template<…> in front of a declaration."""
    while head.startswith("template"):
        depth = 0
        for position, c in enumerate(head):
            depth += {"<": 1, ">": -1}.get(c, 0)
            if c == ">" and depth == 0:
                break
        head = head[position + 1:].strip()
    return head
