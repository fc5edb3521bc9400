#!/usr/bin/env python3
"""Tests of tidy.py: each rule is broken once in a small tree and must be found, and nothing else.

Words that tidy looks for in its own sources are written in two pieces here.
"""
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import words  # noqa: E402
from tidy import Tidy  # noqa: E402

HEAD = "// What it is.\n"
LONG = "int f() {\n" + "  g();\n" * 69 + "}\n"  # 71 lines
ALLOW = "tidy:" + "allow"


def run(files):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "src").mkdir()
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())
        return Tidy(root).run()


def rules(files):
    """What was found, as "path:line rule", sorted."""
    return sorted(f"{path}:{line} {rule}" for path, line, rule, _ in run(files).found)


class Source(unittest.TestCase):
    """One line of code at one place; the rule it breaks there, or None."""

    CASES = [
        # layers
        ("src/grant/a.cpp", '#include "seal/secret.hpp"', None),
        ("src/grant/a.cpp", '#include "onboard/open.hpp"', "layer"),
        ("src/base/a.cpp", '#include "seal/secret.hpp"', "layer"),
        ("src/doors/skills/a.cpp", '#include "store/writer.hpp"', "layer"),
        ("src/doors/skills/a.cpp", '#include "doors/wire.hpp"', None),
        ("src/http/a.cpp", '#include "onboard/open.hpp"', "layer"),
        ("src/main/a.cpp", '#include "store/writer.hpp"', None),
        ("src/grant/a_test.cpp", '#include "store/writer.hpp"', None),
        ("test/sim/a.cpp", '#include "store/writer.hpp"', None),
        ("src/grant/a.cpp", '#include "engine.hpp"', "layer"),
        ("src/doors/a.cpp", "#include <boost/asio/post.hpp>", "layer"),
        ("src/http/a.cpp", "#include <boost/beast/http.hpp>", None),
        ("src/onboard/a.cpp", "#include <boost/json.hpp>", "layer"),
        ("src/base/a.cpp", "#include <boost/json.hpp>", None),
        ("src/onboard/a.cpp", "#include <sqlite3.h>", "layer"),
        ("src/grant/a.cpp", "#include <openssl/evp.h>", "layer"),
        ("src/doors/a.cpp", "#include <curl/curl.h>", "layer"),
        ("src/onboard/a.cpp", "#include <toml++/toml.h>", "layer"),
        ("src/grant/a.cpp", '#include "base/json.hpp"', "layer"),
        ("src/journey/a.cpp", '#include "base/json.hpp"', None),
        # words
        ("src/store/a.cpp", "co_return 1;", "co_await"),
        ("src/outbox/a.cpp", "co_await send(letter);", "co_await"),
        ("src/main/a.cpp", "co_await send(letter);", None),
        ("src/onboard/a.cpp", "auto t = std::chrono::system_clock::now();", "clock"),
        ("src/http/a.cpp", "auto t = std::chrono::steady_clock::now();", None),
        ("src/http/a.cpp", "auto t = std::chrono::system_clock::now();", "clock"),
        ("src/store/a.cpp", "auto t = std::chrono::steady_clock::now();", "clock"),
        ("src/outbox/a.cpp", "auto t = std::chrono::steady_clock::now();", "clock"),
        ("src/outbox/a.cpp", "#include <boost/asio/post.hpp>", "layer"),
        ("src/main/a.cpp", "auto t = std::chrono::system_clock::now();", None),
        ("src/store/a.cpp", "auto t = time(nullptr);", "clock"),
        ("src/onboard/a.cpp", "// system_clock::now is for main", None),
        ("src/onboard/a.cpp", "seal::KernelEntropy entropy;", "entropy"),
        ("src/doors/a.cpp", "std::random_device device;", "entropy"),
        ("src/seal/entropy.cpp", "getrandom(p, n, 0);", None),
        ("src/seal/code.cpp", "getrandom(p, n, 0);", "entropy"),
        ("src/main/a.cpp", "seal::KernelEntropy entropy;", None),
        ("src/grant/a.cpp", "throw 1;", "throw"),
        ("src/journey/a.cpp", "throw 1;", "throw"),
        ("src/store/a.cpp", "throw 1;", None),
        ("src/grant/a_test.cpp", "throw 1;", None),
        ("src/grant/a.cpp", "auto t = secret.reveal();", "reveal"),
        ("src/store/a.cpp", "auto t = issued->reveal();", "reveal"),
        ("src/doors/a.cpp", "auto t = secret.reveal();", None),
        # http knows no domain, not even in a comment
        ("src/http/a.cpp", "int x;  // of a Session", "domain"),
        ("src/http/a.cpp", 'auto path = "/grants";', "domain"),
        ("src/http/a.cpp", "SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);", None),
        ("src/http/a_test.cpp", 'auto path = "/sessions";', None),
        ("src/doors/a.cpp", "int session;", None),
        # SQL
        ("src/onboard/a.cpp", 'auto q = "SELECT id FROM grants";', "sql"),
        ("src/doors/a.cpp", 'auto q = R"sql(\nINSERT INTO grants)sql";', "sql"),
        ("src/store/a.cpp", 'auto q = "SELECT id FROM grants";', None),
        ("src/onboard/a.cpp", 'auto q = "Select a document";', None),
        # awaited expressions
        ("src/http/a.cpp", "co_await f(Args{1, 2});", "await"),
        ("src/http/a.cpp", "co_await f([p] { use(p); });", "await"),
        ("src/http/a.cpp", "int f() { if (co_await g(x)) { return 1; } }", None),
        ("src/http/a.cpp", "int f() { h(co_await g(x), v[0]); }", None),
        # shape
        ("src/base/a.cpp", "int x;  // " + "x" * 100, "line"),
        ("src/base/a.cpp", "int x;  // " + "\u00fc" * 80, None),
        ("src/base/a.cpp", "// TO" + "DO: later", "todo"),
        ("src/base/a.cpp", "// TO" + "DO(#12): later", None),
        ("src/base/a.cpp", "\tint x;", "tab"),
        ("src/base/a.cpp", "int x; ", "blank"),
        ("src/base/a.cpp", "int x;\r", "blank"),
        ("src/base/a.cpp", "// \x1b[31m", "control"),
        ("src/base/a.cpp", "// \u202e", "control"),
        ("tools/a.py", "x = 1  # " + "x" * 100, "line"),
        ("web/src/a.tsx", "let x = 1; // " + "x" * 100, "line"),
        ("web/src/a.css", "/* " + "x" * 100 + " */", "line"),
    ]

    def test_each_case(self):
        for path, line, want in self.CASES:
            with self.subTest(path=path, line=line):
                head = "# What it is.\n" if path.endswith(".py") else HEAD
                found = {r.split()[1] for r in rules({path: head + line + "\n"})}
                self.assertEqual(found, {want} - {None})


class Shape(unittest.TestCase):
    def test_header_comment(self):
        self.assertEqual(rules({"src/base/a.cpp": "int x;\n"}), ["src/base/a.cpp:1 header"])
        self.assertEqual(rules({"tools/a.sh": "#!/bin/sh\nset -e\n"}), ["tools/a.sh:1 header"])
        self.assertEqual(rules({"tools/run": "#!/usr/bin/env bash\n# Why.\n"}), [])

    def test_file_length(self):
        self.assertEqual(rules({"src/base/a.cpp": HEAD + "int x;\n" * 499}), [])
        self.assertEqual(rules({"src/base/a.cpp": HEAD + "int x;\n" * 500}),
                         ["src/base/a.cpp:1 file"])

    def test_function_length(self):
        fine = LONG.replace("  g();\n", "", 1)
        wrap = "namespace a {{\nclass B {{\n public:\n{}}};\n}}\n".format
        brace = "B::B() : a_{1}, b_{2} {\n" + "  g();\n" * 69 + "}\n"
        shut = "template <class T, class U = A<T>>\nR<T> f(T t) {\n" + "  g();\n" * 68 + "}\n"
        table = "const Case cases[] = {\n" + "  {f(1)},\n" * 90 + "};\n"
        macro = "#define M(x) \\\n  do { \\\n    x; \\\n  } while (0)\n"
        text = 'auto a = "{";\nchar b = \'{\';\nint c = 1\'000;\n// {\n'
        for given, want in [(fine, []), (LONG, [2]), (wrap(fine), []), (wrap(LONG), [5]),
                            (fine + fine, []), (brace, [2]), (shut, [2]), (table, []),
                            (macro + LONG, [6]), (text + LONG, [6])]:
            found = rules({"src/base/a.cpp": HEAD + given})
            self.assertEqual(found, [f"src/base/a.cpp:{n} function" for n in want], given[:60])

    def test_function_length_of_python(self):
        body = "# Why.\ndef f():\n" + "    g()\n" * 70
        self.assertEqual(rules({"tools/a.py": body}), ["tools/a.py:2 function"])

    def test_using_namespace_in_a_header(self):
        files = {"src/base/a.hpp": HEAD + "using namespace std;\n",
                 "src/base/a.cpp": HEAD + '#include "base/a.hpp"\nusing namespace std;\n'}
        self.assertEqual(rules(files), ["src/base/a.hpp:2 using"])

    def test_json_in_a_journey_header(self):
        files = {"src/journey/a.hpp": HEAD + '#include "base/json.hpp"\n',
                 "src/journey/a.cpp": HEAD + '#include "journey/a.hpp"\n'}
        self.assertEqual(rules(files), ["src/journey/a.hpp:2 layer"])

    def test_dead_header(self):
        files = {"src/base/a.hpp": HEAD, "src/base/b.hpp": HEAD,
                 "src/base/a_test.cpp": HEAD + '#include "base/a.hpp"\n'}
        self.assertEqual(rules(files), ["src/base/b.hpp:1 dead"])

    def test_data_and_makefile_are_left_alone(self):
        self.assertEqual(rules({"test/transcripts/a.txt": "a \t\x01\n", "Makefile": "a:\n\tb\n",
                                "limen": b"\x7fELF\0\0"}), [])


class Documents(unittest.TestCase):
    def test_rooms(self):
        page = "# Map\n## Rooms\n| `base/` | words |\n| `gone/` | no more |\n## Else\n- `x/`\n"
        files = {"ARCHITECTURE.md": page, "src/base/a.cpp": HEAD, "src/seal/a.cpp": HEAD}
        messages = [message for _, _, _, message in run(files).found]
        self.assertEqual(messages, ["src/gone/ is in the list, not on the disk",
                                    "src/seal/ is not in the list of rooms"])

    def test_problems(self):
        files = {"src/base/problem_codes.hpp": HEAD + 'constexpr auto a = "no_route";\n',
                 "src/base/a.cpp": HEAD + '#include "base/problem_codes.hpp"\n'}
        self.assertEqual(rules(files), [])
        self.assertEqual(rules(files | {"docs/problems.md": "`no_route_here`\n"}),
                         ["docs/problems.md:1 problems"])
        self.assertEqual(rules(files | {"docs/problems.md": "`no_route`\n"}), [])

    def test_laws(self):
        named = "".join(f"TEST(Grant, law_{n}_holds) {{}}\n" for n in range(1, 12))
        files = {"src/grant/engine_test.cpp": HEAD + named}
        self.assertEqual([m for _, _, _, m in run(files).found], ["no test is named law_12_…"])
        files["test/sim/a.cpp"] = HEAD + "TEST(Store, law_12_rows) {}\n"
        self.assertEqual(rules(files), [])

    def test_routes(self):
        row = '    {"GET", "/sessions/{id}", Access::reads, Body::none},\n'
        files = {"src/doors/skills/routes.cpp": HEAD + row}
        self.assertEqual(rules(files), [])
        files["docs/wire/skills.md"] = "`GET /sessions/{id}/next`, `POST /sessions/{id}`\n"
        self.assertEqual(rules(files), ["src/doors/skills/routes.cpp:2 routes"])
        files["docs/wire/skills.md"] = "`GET /sessions/{id}`\n"
        self.assertEqual(rules(files), [])

    def test_contract_rows(self):
        files = {"test/rows.txt": "# rows\nA01 issue #1\nA02 wrong method\n",
                 "test/e2e/a.py": "# Why.\ndef test_A01_issue():\n    pass\nA021 = 1\n"}
        self.assertEqual(rules(files), ["test/rows.txt:3 rows"])
        files["test/rows.txt"] = "A01\n"
        self.assertEqual(rules(files), ["test/rows.txt:1 rows"])

    def test_tested(self):
        row = '    {"GET", "/sessions/{id}", Access::reads, Body::none},\n'
        files = {"src/base/problem_codes.hpp": HEAD + 'constexpr auto a = "no_route";\n',
                 "src/base/a.cpp": HEAD + '#include "base/problem_codes.hpp"\n',
                 "src/doors/skills/routes.cpp": HEAD + row}
        self.assertEqual(rules(files), [])
        files["test/transcripts/a.txt"] = "> GET /sessions/1/next\n> POST /sessions/1\nno_routes\n"
        self.assertEqual(rules(files), ["src/base/problem_codes.hpp:2 tested",
                                        "src/doors/skills/routes.cpp:2 tested"])
        files["test/transcripts/a.txt"] = "> GET /sessions/1?a=b\n< no_route\n"
        self.assertEqual(rules(files), [])

    def test_links(self):
        page = ("[a](docs/a.md) [b](gone.md) [c](https://example.org/x) [d](#here)\n"
                "`src/base/a.cpp` `src/base/gone.cpp` `base/a.cpp` `base/gone.hpp` `base/`\n")
        files = {"README.md": page, "docs/a.md": "[up](../README.md#x)\n", "src/base/a.cpp": HEAD}
        self.assertEqual([m for _, _, _, m in run(files).found],
                         ["gone.md is not there", "src/base/gone.cpp is not there",
                          "src/base/gone.hpp is not there"])

    def test_words(self):
        english = {"capture.dark": "Too dark", "date.month_1": "January", "field.name": "Name",
                   "letter.hello": "Hello {name}"}
        files = {f"web/locales/{code}.json": json.dumps(english) for code in words.CODES}
        files |= {"src/base/a.cpp": HEAD + 'auto a = numbered("date.month_");\n',
                  "src/outbox/a.mustache": "[[letter.hello]]\n",
                  "web/src/page/a.ts": HEAD + 'say(`capture.${"dark"}`);\n'}
        self.assertEqual(rules(files), [])

        def found(**changes):
            other = files | {path.replace("__", "/"): text for path, text in changes.items()}
            return [f"{path} {message}" for path, _, rule, message in run(other).found]

        german = "web/locales/de-DE.json"
        for text, message in (
                ({**english, "field.name": ""}, "field.name is empty"),
                ({**english, "zoo.x": "x"}, "zoo.x is not in en-US.json"),
                ({k: v for k, v in english.items() if k != "field.name"}, "field.name is missing"),
                ({**english, "letter.hello": "Hallo {nmae}"},
                 "letter.hello has the placeholders ['nmae'], en-US has ['name']"),
                ({**english, "field.name": "Na}me"},
                 "field.name has a brace that is no {placeholder}"),
                ({**english, "field.name": " Name"},
                 "field.name has a blank or control character too many"),
                (dict(reversed(english.items())),
                 "keys are not sorted: tools/words.py add sorts them")):
            self.assertEqual([m for _, _, _, m in run(files | {german: json.dumps(text)}).found],
                             [message])
        self.assertEqual(found(**{"src__outbox__a.mustache": "[[letter.hello]][[letter.helo]]\n"}),
                         ["src/outbox/a.mustache letter.helo is not in web/locales/en-US.json"])
        self.assertEqual(found(**{"src__outbox__a.mustache": "Hello\n"}),
                         ["web/locales/en-US.json letter.hello is used nowhere"])
        self.assertEqual(found(**{"web__src__page__b.ts": HEAD + "say('capture.bright');\n"}),
                         ["web/src/page/b.ts capture.bright is not in web/locales/en-US.json"])

    def test_packages(self):
        files = {"tools/packages.txt": "# x\nbuild g++ - why\nbuild jq - why\n",
                 "docs/dependencies.md": "`g++`\n"}
        self.assertEqual(rules(files), ["tools/packages.txt:3 packages"])


class Exceptions(unittest.TestCase):
    def test_counted_and_listed(self):
        for mark in (f"throw 1;  // {ALLOW}(throw) a test of the writer",
                     f"// {ALLOW}(throw) a test of the writer\nthrow 1;"):
            tidy = run({"src/grant/a.cpp": HEAD + mark + "\n"})
            self.assertEqual((tidy.found, len(tidy.allowed)), ([], 1))
            self.assertIn("a test of the writer", tidy.allowed[0])

    def test_need_a_reason_and_a_use(self):
        self.assertEqual(rules({"src/grant/a.cpp": HEAD + f"throw 1;  // {ALLOW}(throw)\n"}),
                         ["src/grant/a.cpp:2 allow", "src/grant/a.cpp:2 throw"])
        self.assertEqual(rules({"src/grant/a.cpp": HEAD + f"int x;  // {ALLOW}(throw) why\n"}),
                         ["src/grant/a.cpp:2 allow"])


if __name__ == "__main__":
    unittest.main()
