#!/usr/bin/env python3
"""Branch coverage of the rooms where a missed branch hurts people: make coverage.

Builds the unit tests of seal, grant, journey and onboard with clang's coverage mapping (preset
`cover`), runs them, and names every branch of seal/, grant/, journey/ and onboard/limiter.cpp that
went only one way. A branch that no test can take says why, `// cover: why`, on its line or alone on
the line above; those are listed, so that they stay few. Exit 1 when one is missed without a word,
or when a word is there for a line that misses nothing. It measures nothing of the other rooms.
"""
import collections
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "cover"
TESTS = ("seal_test", "grant_test", "journey_test", "onboard_test")
WATCHED = ("src/seal/", "src/grant/", "src/journey/", "src/onboard/limiter.")
EXCUSE = re.compile(r"// cover: (.+)")
# Not ours to test: a comparison the compiler writes; the default of an exhaustive switch, which has
# none (-Wswitch sees that no enumerator is missing); a loop without a condition.
NO_BRANCH = re.compile(r"= default|\bswitch \(|\bwhile \(true\)")


def run(*command, cwd=ROOT, **options):
    return subprocess.run(command, cwd=cwd, check=True, **options)


def profile():
    """Builds, runs the tests, and returns llvm-cov's account of their branches."""
    run("cmake", "--preset", "cover", stdout=subprocess.DEVNULL)
    run("cmake", "--build", "--preset", "cover", "-j", str(len(os.sched_getaffinity(0))))
    raw = []
    for test in TESTS:
        raw.append(BUILD / f"{test}.profraw")
        raw[-1].unlink(missing_ok=True)
        # %c: counters live in the file, so that a death test's process counts as well.
        run(BUILD / test, "--gtest_brief=1", cwd=BUILD,
            env={**os.environ, "LLVM_PROFILE_FILE": str(BUILD / f"%c{test}.profraw")})
    merged = BUILD / "all.profdata"
    run("llvm-profdata-19", "merge", "-o", merged, *raw)
    objects = [option for test in TESTS for option in ("-object", BUILD / test)]
    done = run("llvm-cov-19", "export", "-instr-profile", merged, *objects, capture_output=True)
    return json.loads(done.stdout)


def branches(account):
    """{(file, line, column, place in a macro): [times true, times false]}, summed over templates.

    A branch inside a macro (ASSERT, TRY) belongs to the line that uses the macro.
    """
    found = collections.defaultdict(lambda: [0, 0])
    for data in account["data"]:
        for file in data["files"]:
            path = os.path.relpath(BUILD / file["filename"], ROOT)
            if not path.startswith(WATCHED) or path.endswith(("_test.cpp", "_test.hpp")):
                continue
            here = [((b[0], b[1], ()), b) for b in file["branches"]]
            for use in file["expansions"]:
                line, column = use["source_region"][:2]
                here += [((line, column, tuple(b[:2])), b) for b in use["branches"]]
            for place, branch in here:
                found[(path, *place)][0] += branch[4]
                found[(path, *place)][1] += branch[5]
    return found


def excuse_for(lines, number):
    """What line `number` (from 1) says for itself, behind its code or alone on the line above."""
    above = lines[number - 2].strip() if number > 1 else ""
    found = EXCUSE.search(lines[number - 1]) or EXCUSE.match(above)
    return found.group(1) if found else None


def judge(found, texts):
    """(missed branches as lines to print, {excused line: why}, how many branches there are)."""
    missed, excused, total = [], {}, 0
    for (path, number, column, macro), (yes, no) in sorted(found.items()):
        text = texts[path][number - 1]
        if NO_BRANCH.search(text) and not (yes and no):
            continue
        total += 2
        if yes and no:
            continue
        excuse = excuse_for(texts[path], number)
        if excuse:
            excused[path, number] = excuse
            continue
        for way in [way for way, times in (("true", yes), ("false", no)) if not times]:
            where = f"{path}:{number}:{column}" + (" (in the macro)" if macro else "")
            missed.append(f"{where}: never {way}: {text.strip()}")
    return missed, excused, total


def idle_excuses(texts, excused):
    """Excuses that nothing needs any more."""
    for path, lines in texts.items():
        for number, line in enumerate(lines, 1):
            found = EXCUSE.search(line)
            if found and not {(path, number), (path, number + 1)} & excused.keys():
                yield f"{path}:{number}: excuses a branch that is not missed: {found.group(1)}"


def main():
    try:
        found = branches(profile())
    except subprocess.CalledProcessError as error:
        print(error, file=sys.stderr)
        return 1
    texts = {path: (ROOT / path).read_text(encoding="utf-8").split("\n")
             for path in {place[0] for place in found}}
    missed, excused, total = judge(found, texts)
    idle = list(idle_excuses(texts, excused))
    for line in missed + idle:
        print(line)
    for (path, number), why in excused.items():
        print(f"excused {path}:{number}: {why}")
    print(f"{total} branches of {', '.join(WATCHED)}: {len(missed)} missed, {len(excused)} excused")
    return 1 if missed or idle or not total else 0


if __name__ == "__main__":
    sys.exit(main())
