#!/usr/bin/env python3
"""Do the tests notice? Breaks the code on purpose, a line at a time: make mutants.

tools/mutants.txt lists the changes. Each is made in a copy of the tree (build/mutants), the unit
tests of its room are built and run, then those of the rooms above it, and one of them must turn
red. Exit 1 when fewer than nine in ten do, or when a change no longer fits the code. What only the
end-to-end tests, the transcripts or the simulator would see counts as a survivor here. Arguments
select: only the mutants whose `file: before` holds one of them.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tools" / "mutants.txt"
TREE = ROOT / "build" / "mutants"
BUILD = TREE / "build" / "dev"
ROOMS = ("seal", "grant", "journey", "onboard")  # each may be noticed by those behind it
SECONDS = 60  # a test that hangs has noticed
LEAST_KILLED = 0.9


def read_table(text):
    """[(file, before, after)] of `file`, `- before` and `+ after` lines."""
    mutants, path, before = [], None, None
    for line in text.split("\n"):
        if line.startswith("- "):
            before = line[2:]
        elif line.startswith("+"):
            mutants.append((path, before, line[2:]))
        elif line and not line.startswith("#"):
            path = line
    return mutants


def sync():
    """Makes TREE a copy of the tracked and new files; what is the same keeps its time stamp."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.split("\n")
    there = {name for name in listed if name and (ROOT / name).is_file()}
    for name in there:
        content, copy = (ROOT / name).read_bytes(), TREE / name
        if not copy.exists() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
    for copy in (TREE / "src").rglob("*"):
        if copy.is_file() and str(copy.relative_to(TREE)) not in there:
            copy.unlink()


def build(target):
    """None, or what the compiler said against it."""
    done = subprocess.run(
        ["cmake", "--build", "--preset", "dev", "-j", str(len(os.sched_getaffinity(0))),
         "--target", target], cwd=TREE, check=False, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else None


def is_red(target):
    try:
        done = subprocess.run([BUILD / target, "--gtest_brief=1", "--gtest_fail_fast"], cwd=BUILD,
                              check=False, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def try_mutant(path, before, after):
    """The name of the test program that noticed, None, or a sentence why it could not be tried."""
    file = TREE / path
    text = file.read_text(encoding="utf-8")
    if text.count(before) != 1:
        return f"is there {text.count(before)} times, not once"
    file.write_text(text.replace(before, after), encoding="utf-8")
    try:
        for room in ROOMS[ROOMS.index(path.split("/")[1]):]:
            errors = build(f"{room}_test")
            if errors:
                return "does not compile: " + "\n".join(re.findall(r".*error: .*", errors)[:3])
            if is_red(f"{room}_test"):
                return f"{room}_test"
    finally:
        file.write_text(text, encoding="utf-8")
    return None


def main(wanted):
    mutants = [m for m in read_table(TABLE.read_text(encoding="utf-8"))
               if not wanted or any(word in f"{m[0]}: {m[1]}" for word in wanted)]
    sync()
    subprocess.run(["cmake", "--preset", "dev"], cwd=TREE, check=True, stdout=subprocess.DEVNULL)
    for room in ROOMS:
        if (errors := build(f"{room}_test")) or is_red(f"{room}_test"):
            print(errors or f"{room}_test is red before anything was broken")
            return 1
    survivors, unfit = [], []
    for number, (path, before, after) in enumerate(mutants, 1):
        outcome = try_mutant(path, before, after)
        name = f"{path}\n  - {before}\n  + {after}"
        if outcome is None:
            survivors.append(name)
        elif " " in outcome:
            unfit.append(f"{name}\n  {outcome}")
        print(f"{number}/{len(mutants)} {path}: {outcome or 'SURVIVED'}: {after.strip()}",
              flush=True)
    for name in survivors:
        print(f"nobody noticed {name}")
    for name in unfit:
        print(f"cannot be tried {name}")
    killed = len(mutants) - len(survivors) - len(unfit)
    print(f"{killed} of {len(mutants)} mutants killed, {len(survivors)} survived")
    return 1 if unfit or killed < LEAST_KILLED * len(mutants) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
