#!/usr/bin/env python3
"""Runs the tests, all of them or the stages named:
tidy coverage asan tsan release sim documents e2e browser e2e-asan e2e-tsan fuzz, and dev.

`make test`, and so CI, is this script without arguments; it leaves dev out, for asan runs the same
tests. The last line it prints is exactly `N passed, N failed` over everything it ran; the exit
status is 0 only when nothing failed. A red test does not stop the later stages, a failed build
does. It installs nothing (tools/install.sh).
"""
import os
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JOBS = str(len(os.sched_getaffinity(0)))
STAGES = ["tidy", "coverage", "asan", "tsan", "release", "sim", "documents", "e2e", "browser",
          "e2e-asan", "e2e-tsan", "fuzz"]
ON_REQUEST = ["dev"]
SANITIZERS = {
    "ASAN_OPTIONS": "strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}
FORMATTED = ("src", "test", "bench")
# The server keeps every other process from looking into it, so its leaks cannot be walked; the unit
# tests look for leaks. A sanitizer's shadow memory is no measure of ours, and its runtime must be
# the first library: test_faults preloads one of its own. test_copies, test_evidence
# and test_themes (a logo is drawn anew) need a process that lives within less memory than a
# sanitizer takes.
SANITIZED_SERVER = {**SANITIZERS, "ASAN_OPTIONS": SANITIZERS["ASAN_OPTIONS"] + ":detect_leaks=0"}
NOT_SANITIZED = ("-x", "test_idle_memory", "-x", "test_starts_within_a_second", "-x", "test_faults",
                 "-x", "test_copies", "-x", "test_evidence", "-x", "test_themes")
# Thousands of runs of one thread at a time: nothing there for ThreadSanitizer, and asan runs them.
WITHOUT_THREADS = ("--gtest_filter=-*NthTest.*:NthFileTest.*:*PowerTest.*:*FuzzCorpus.*:"
                   "*PlantedBugs.*",)
# The programs with threads in them; the rest has nothing for ThreadSanitizer either.
WITH_THREADS = ("conformance_test", "faults_test", "http_test", "main_test", "onboard_test",
                "outbox_test", "store_test", "transcript_test")
# Black-box tests that one sanitizer leaves to the other: races are ThreadSanitizer's, and the
# command that checks receipts has one thread.
OTHERS_BUSINESS = {"asan": ("-x", "test_races"), "tsan": ("-x", "test_receipts")}
SHARES, PROGRAM_SECONDS = 4, 900
E2E_SECONDS, BROWSER_SECONDS = 1200, 900
# Each flow once, in one language on one device, and what goes wrong; `make browser` runs all.
BROWSER_SHARE = (
    "skills", "returnUrl, phone, en-US", "/capture to the end, desktop, ar-SA",
    "letter to consent, phone, de-DE", "letter to result, phone, ar-SA",
    "consent refused, desktop, en-US",
    "without script: device, phone", "switching the language", "second scan", "tab dies",
    "follows the phone to the end, en-US", "time runs out, phone, en-US", "no camera", "network",
    "foreign URL is not followed, en-US", "organisation's own, phone", "alone, by camera",
    "default theme: an invitation, phone", "default theme: the phone's side",
    "device: with a keyboard alone", "invitation: with a keyboard alone",
    "reviewed, with a keyboard alone", "every screen, desktop, dark")
FUZZ_SECONDS = "5"  # of CPU, each target; `make fuzz` is for more
SIM_SECONDS, FORGED_TRIES = 60, 1_000_000
# `make documents`, which sets Tesseract beside, `make barcodes` and `make marred` are for more.
DOCUMENTS, WRONG_DIGITS, LICENCES, MARRED = "60", "24", "30", "300"
SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)


class BuildFailed(Exception):
    """Names the stage whose build failed; nothing behind it can be tested."""


class Tally:
    def __init__(self):
        self.passed, self.failed, self.red = 0, 0, []

    def add(self, name, passed, failed):
        self.passed += passed
        self.failed += failed
        self.red += [name] if failed else []


def call(*command, **options):
    """Runs a command in the root of the repository; True when it exited 0."""
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT, check=False, **options).returncode == 0


def tidy(tally):
    for script in ("tidy_test", "test_test", "fuzz_test", "tidy"):
        tally.add(f"tools/{script}.py", *as_counts(call("python3", f"tools/{script}.py")))
    sources = [str(p) for top in FORMATTED for p in sorted((ROOT / top).rglob("*.[ch]pp"))]
    unlike = unformatted(sources)
    for path in unlike:
        print(f"{path}: not formatted: make fmt")
    tally.add("clang-format", *as_counts(not unlike))


def unformatted(sources):
    """The files clang-format would change; its own messages run to thousands of lines."""
    done = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *sources], cwd=ROOT,
                          check=False, capture_output=True, text=True)
    paths = re.findall(r"^(.+?):\d+:\d+: error", done.stderr, re.M)
    if done.returncode != 0 and not paths:
        return [done.stderr.strip()]
    return sorted({os.path.relpath(path, ROOT) for path in paths})


def as_counts(is_good):
    return (1, 0) if is_good else (0, 1)


def fixed_addresses():
    """A prefix that switches address randomisation off, where the machine lets us.

    g++ 12's ThreadSanitizer stops at start with the wide randomisation of newer kernels.
    """
    prefix = ["setarch", "-R"]
    try:
        return prefix if call(*prefix, "true", stderr=subprocess.DEVNULL) else []
    except FileNotFoundError:
        return []


def build(preset, prefix=()):
    chosen = ("--target", "limen", *WITH_THREADS) if preset == "tsan" else ()
    if not (call("cmake", "--preset", preset, stdout=subprocess.DEVNULL)
            and call(*prefix, "cmake", "--build", "--preset", preset, "-j", JOBS, *chosen)):
        raise BuildFailed(preset)


def build_and_test(preset, tally):
    prefix = fixed_addresses() if preset == "tsan" else []
    build(preset, prefix)
    if preset != "dev":
        return run_programs(preset, tally, prefix)
    report = ROOT / "build" / preset / "tests.xml"
    report.unlink(missing_ok=True)
    ctest = ["ctest", "--test-dir", f"build/{preset}", "-j", JOBS, "--timeout", "300",
             "--no-tests=error", "--output-on-failure", "--output-junit", str(report)]
    tally.add(f"ctest {preset}", *count_report(report, call(*ctest)))


def run_programs(preset, tally, prefix):
    """Each test program in a few processes. ctest takes one for each test, and under a sanitizer
    a process needs longer to start than most tests to run."""
    folder = ROOT / "build" / preset
    programs = sorted(p for p in folder.rglob("*_test") if p.is_file() and os.access(p, os.X_OK)
                      and (preset != "tsan" or p.name in WITH_THREADS))
    shares = [(p, share) for share in range(SHARES) for p in programs]
    with ThreadPoolExecutor(int(JOBS)) as lanes:
        for counted in lanes.map(lambda it: run_share(prefix, *it, preset), shares):
            tally.add(*counted)


def run_share(prefix, program, share, preset):
    report = program.with_name(f"{program.name}.{share}.xml")
    report.unlink(missing_ok=True)
    env = {**os.environ, **SANITIZERS, "GTEST_TOTAL_SHARDS": str(SHARES),
           "GTEST_SHARD_INDEX": str(share)}
    command = [*prefix, str(program), f"--gtest_output=xml:{report}", "--gtest_brief=1",
               *(WITHOUT_THREADS if preset == "tsan" else ())]
    start = time.monotonic()
    try:
        done = subprocess.run(command, cwd=program.parent, env=env, check=False, text=True,
                              errors="replace", timeout=PROGRAM_SECONDS,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said, is_good = done.stdout, done.returncode == 0
    except subprocess.TimeoutExpired as late:
        said, is_good = f"{late.stdout}\nended after {PROGRAM_SECONDS} s", False
    passed, failed = count_report(report, is_good)
    if failed:
        print(said, flush=True)
    print(f"{preset} {program.name} {share + 1}/{SHARES}: {passed} passed, {failed} failed, "
          f"{time.monotonic() - start:.0f} s", flush=True)
    return f"{preset} {program.name}", passed, failed


def count_report(report, is_good):
    """Passed and failed of a JUnit file; a run that failed otherwise counts as one failure."""
    try:
        suites = list(xml.parse(report).getroot().iter("testsuite"))
    except (FileNotFoundError, xml.ParseError):
        return 0, 1

    def number(key):
        return sum(int(suite.get(key, 0)) for suite in suites)
    failed, idle = number("failures") + number("errors"), number("skipped") + number("disabled")
    return number("tests") - failed - idle, failed or int(not is_good)


def end_to_end(preset, tally):
    """test/e2e/run gets the server's path in LIMEN and ends with its own `N passed, N failed`."""
    runner, server = ROOT / "test/e2e/run", ROOT / "build" / preset / "limen"
    prefix = fixed_addresses() if preset == "tsan" else []
    if not server.exists():
        build(preset, prefix)
    if not os.access(runner, os.X_OK):
        print("test/e2e/run is not there: no end-to-end tests")
        return
    left_out = () if preset == "release" else (*NOT_SANITIZED, *OTHERS_BUSINESS[preset])
    command = [*prefix, str(runner), *left_out]
    tally.add(f"end to end, {preset}", *watched(command, server, E2E_SECONDS))


def in_a_browser(tally):
    """test/browser/run: people at the pages of the release build, in Chromium."""
    server = ROOT / "build/release/limen"
    if not server.exists():
        build("release")
    share = [word for part in BROWSER_SHARE for word in ("-k", part)]
    command = [str(ROOT / "test/browser/run"), *share]
    tally.add("browser", *watched(command, server, BROWSER_SECONDS))


def watched(command, server, seconds):
    """Runs a test program against a server, its output shown as it comes; the sums of its end."""
    sys.stdout.flush()
    env = {**os.environ, **SANITIZED_SERVER, "LIMEN": str(server)}
    with subprocess.Popen(command, cwd=ROOT, env=env, text=True,
                          stdout=subprocess.PIPE, start_new_session=True) as process:
        watchdog = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
        watchdog.start()
        lines = []
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
        is_good = process.wait() == 0
        watchdog.cancel()
    return count_summary("".join(lines), is_good)


def fuzz(tally):
    """A short search from the kept corpora: it finds what a change broke, not what nobody found."""
    build("fuzz")
    sys.stdout.flush()
    done = subprocess.run(["tools/fuzz.py", "-s", FUZZ_SECONDS], cwd=ROOT, check=False, text=True,
                          stdout=subprocess.PIPE)
    print(done.stdout, end="")
    tally.add("fuzz", *count_summary(done.stdout, done.returncode == 0))


def simulate(tally):
    """A share of `make sim` and `make forge`: the same histories every time."""
    if not (call("cmake", "--preset", "release", stdout=subprocess.DEVNULL)
            and call("cmake", "--build", "--preset", "release", "-j", JOBS,
                     "--target", "limen_sim", "limen_forge")):
        raise BuildFailed("sim")
    folder, seed = "build/release/test/sim", "1"
    tally.add("simulation", *as_counts(call(f"{folder}/limen_sim", "--seed", seed, "--seconds",
                                            str(SIM_SECONDS))))
    tally.add("forgery", *as_counts(call(f"{folder}/limen_forge", str(FORGED_TRIES), seed)))


def read_documents(tally):
    """A share of `make documents` and `make barcodes`: rendered documents no training or tuning has
    seen, the promised rates. And marred ones, which nobody can read."""
    if not (call("cmake", "--preset", "release", stdout=subprocess.DEVNULL)
            and call("cmake", "--build", "--preset", "release", "-j", JOBS,
                     "--target", "limen", "read_zones", "read_codes", "write_codes")):
        raise BuildFailed("documents")
    tally.add("documents", *as_counts(call(
        "test/documents/evaluate.py", "build/release/test/documents/read_zones", DOCUMENTS,
        "--crops", "0", "--whole", "0", "--least")))
    tally.add("wrong digits", *as_counts(call(
        "test/documents/wrong_digits.py", "build/release/test/documents/read_zones",
        WRONG_DIGITS)))
    tally.add("bar codes", *as_counts(call(
        "test/documents/licences.py", "build/release/test/documents", LICENCES, "--least")))
    tally.add("marred pictures", *as_counts(call(
        "test/documents/marred.py", "build/release/limen", MARRED)))


def count_summary(output, is_good):
    """The last summary line of a test program; without one its exit status is one test."""
    found = SUMMARY.findall(output)
    if not found:
        return as_counts(is_good)
    passed, failed = map(int, found[-1])
    return passed, failed or int(not is_good)


def run_stage(stage, tally):
    if stage == "tidy":
        tidy(tally)
    elif stage == "coverage":
        tally.add("tools/coverage.py", *as_counts(call("python3", "tools/coverage.py")))
    elif stage == "fuzz":
        fuzz(tally)
    elif stage == "release":
        build("release")
    elif stage == "sim":
        simulate(tally)
    elif stage == "documents":
        read_documents(tally)
    elif stage == "browser":
        in_a_browser(tally)
    elif stage.startswith("e2e"):
        end_to_end(stage.removeprefix("e2e").removeprefix("-") or "release", tally)
    else:
        build_and_test(stage, tally)


def main(stages):
    if set(stages) - {*STAGES, *ON_REQUEST}:
        print(f"usage: tools/test.py [{'|'.join(STAGES + ON_REQUEST)}]...", file=sys.stderr)
        return 2
    tally = Tally()
    try:
        for stage in stages or STAGES:
            start = time.monotonic()
            print(f"== {stage}")
            run_stage(stage, tally)
            print(f"== {stage}: {time.monotonic() - start:.0f} s")
    except BuildFailed as preset:
        print(f"the {preset} build failed: stopped here, the later stages did not run")
        tally.add(f"build {preset}", 0, 1)
    if tally.red:
        print("red: " + ", ".join(tally.red))
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
