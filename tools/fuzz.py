#!/usr/bin/env python3
"""Runs the fuzz targets of test/fuzz: tools/fuzz.py [-s CPU_SECONDS] [-r RUNS] [-k] [TARGET]...

Each target starts from its kept corpus (test/fuzz/corpus) and what earlier runs here found
(build/fuzz/corpus), and stops after so many CPU seconds or runs, or at a finding, which stays in
build/fuzz/findings. Two at a time on two cores. With -k nothing is searched: the kept corpora are
made anew from both, as few and as small inputs as reach the same edges. The last line is
`N passed, N failed`, a count of targets; the exit status is 1 when there was a finding. Whoever
stops it (INT or TERM, to it or to a target) found nothing: such a target is `stopped`, counts as
neither, and the exit status is 130. It does not build: that is the preset `fuzz`.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES, BUILT = ROOT / "test/fuzz", ROOT / "build/fuzz"
SLICE_SECONDS = 60
COMMON = ["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=1"]
# Inputs of one target that are kept: enough to start from, few enough to live in a repository.
KEPT, KEPT_OF = 80, {"json_doors": 240}
STOPS = (signal.SIGINT, signal.SIGTERM)
# libFuzzer's own status when one of them reached it, and that of a process too young to know them.
STOPPED = {72, *(-number for number in STOPS)}


class Running:
    """The programs under way, so that a stop reaches each. One that ended is not reaped before it
    is off this list: its number is nobody else's until then."""

    def __init__(self):
        self.lock, self.pids, self.is_stopped = threading.RLock(), set(), False

    def add(self, start):
        with self.lock:
            process = start()
            self.pids.add(process.pid)
            if self.is_stopped:
                os.kill(process.pid, signal.SIGTERM)
        return process

    def reap(self, pid):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        with self.lock:
            self.pids.remove(pid)
            return os.wait4(pid, 0)

    def stop(self, *_):
        # A second handler may come over the first; whoever holds the lock elsewhere lets it go.
        self.is_stopped = True
        with self.lock:
            for pid in self.pids:
                os.kill(pid, signal.SIGTERM)


RUNNING = Running()


def targets():
    return sorted(p.name.removesuffix("_target.cpp") for p in SOURCES.glob("*_target.cpp"))


def program(name):
    return str(BUILT / "test/fuzz" / f"fuzz_{name}")


class Outcome:
    def __init__(self, name):
        self.name, self.runs, self.cpu, self.edges, self.log = name, 0, 0.0, 0, None
        self.is_stopped = False

    def add(self, log, usage):
        self.cpu += usage.ru_utime + usage.ru_stime
        runs = re.findall(r"^stat::number_of_executed_units:\s*(\d+)", log, re.M)
        self.runs += int(runs[-1]) if runs else 0
        self.edges = max([self.edges, *map(int, re.findall(r"\bcov: (\d+)", log))])

    def __str__(self):
        state = "FINDING" if self.log else "stopped" if self.is_stopped else "ok"
        rate = self.runs / self.cpu if self.cpu else 0
        return (f"{self.name:14} {self.runs:>10} runs {self.cpu:7.0f} CPU s {rate:>8.0f} runs/s "
                f"{self.edges:>6} edges  {state}")


def run_once(command):
    """The output, the exit status and what the process used of the machine."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        process = RUNNING.add(lambda: subprocess.Popen(command, cwd=ROOT, stdout=out,
                                                       stderr=subprocess.STDOUT))
        _, status, usage = RUNNING.reap(process.pid)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return out.read(), process.returncode, usage


def search(name, seconds, runs):
    found, findings = BUILT / "corpus" / name, BUILT / "findings"
    found.mkdir(parents=True, exist_ok=True)
    findings.mkdir(exist_ok=True)
    words = SOURCES / f"{name}.dict"
    kept = SOURCES / "corpus" / name
    outcome = Outcome(name)
    while outcome.cpu < seconds and outcome.runs < runs and not outcome.log:
        outcome.is_stopped |= RUNNING.is_stopped
        if outcome.is_stopped:
            break
        left = max(1, min(SLICE_SECONDS, round(seconds - outcome.cpu)))
        command = [program(name), *COMMON, f"-max_total_time={left}",
                   f"-runs={runs - outcome.runs}", f"-artifact_prefix={findings}/{name}-",
                   str(found), str(kept)]
        if words.exists():
            command.insert(1, f"-dict={words}")
        log, status, usage = run_once(command)
        outcome.add(log, usage)
        if status in STOPPED:
            outcome.is_stopped = True
        elif status != 0:
            outcome.log = log or f"status {status}, without a word"
    return outcome


def keep(name):
    """The kept corpus made anew: of too many inputs some of every size."""
    kept, found = SOURCES / "corpus" / name, BUILT / "corpus" / name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as fresh:
        log, status, _ = run_once([program(name), *COMMON, "-merge=1",
                                   "-use_counters=0", fresh, str(kept), str(found)])
        if status != 0:
            raise SystemExit(log)
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        paths = sorted(Path(fresh).iterdir(), key=lambda p: (p.stat().st_size, p.name))
        step = max(1.0, len(paths) / KEPT_OF.get(name, KEPT))
        for at in range(min(len(paths), int(len(paths) / step))):
            path = paths[int(at * step)]
            shutil.copy(path, kept / path.name[:16])
    print(f"{name:14} {len(list(kept.iterdir())):>5} inputs")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("-s", "--seconds", type=float, default=60)
    parser.add_argument("-r", "--runs", type=int, default=10**9)
    parser.add_argument("-k", "--keep", action="store_true")
    parser.add_argument("-j", "--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("target", nargs="*")
    options = parser.parse_args()
    chosen = options.target or targets()
    if set(chosen) - set(targets()):
        parser.error("targets are " + " ".join(targets()))
    # Also where a shell made it ignore INT, as those do that start it in the background; what it
    # starts then minds it too.
    for number in STOPS:
        signal.signal(number, RUNNING.stop)
    if options.keep:
        for name in chosen:
            keep(name)
        return 0
    red = stopped = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(search, name, options.seconds, options.runs) for name in chosen]
        for job in jobs:
            outcome = job.result()
            print(outcome, flush=True)
            stopped += outcome.is_stopped
            if outcome.log:
                red += 1
                print(outcome.log[-6000:], flush=True)
    print(f"{len(chosen) - red - stopped} passed, {red} failed")
    return 1 if red else 130 if stopped else 0


if __name__ == "__main__":
    sys.exit(main())
