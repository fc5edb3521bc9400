"""A server under test/faults/interpose.cpp: its file calls and allocations in the test's hands.

Builds the shared object when it is older than its source, preloads it, and looks into the control
block that both share. What the numbers mean is said in test/faults/interpose.hpp. It expects
nothing of the server.
"""
import mmap
import os
import struct
import subprocess
from pathlib import Path

import limen

SOURCE = limen.ROOT / "test/faults/interpose.cpp"
OBJECT = limen.ROOT / "build/faults/limen_faults.so"

OPENS, READS, WRITES, TRUNCATES, SYNCS, RENAMES, UNLINKS, FOLDERS = (1 << n for n in range(8))
ANY_VERB = 255
DATABASE, LOG, MEMORY, UPLOAD, FOLDER, KEY, OTHER = (1 << n for n in range(7))
DURABLE = 127 - MEMORY
PASS, FAIL, FAIL_ON, HALVE, KILL_BEFORE, KILL_AFTER, HALVE_AND_KILL = range(7)

PLACES = {"seen": ("Q", 0), "strike": ("Q", 8), "struck": ("Q", 16), "action": ("I", 24),
          "error": ("I", 28), "verbs": ("I", 32), "parts": ("I", 36), "struck_verb": ("I", 40),
          "struck_part": ("I", 44), "allocations": ("Q", 48), "allocation_strike": ("Q", 56),
          "allocations_struck": ("Q", 64), "allocator": ("I", 72)}
SIZE = 80


def interposer():
    """The path of the shared object, built now if need be."""
    newest = max(path.stat().st_mtime for path in (SOURCE, SOURCE.with_suffix(".hpp")))
    if not OBJECT.exists() or OBJECT.stat().st_mtime < newest:
        OBJECT.parent.mkdir(parents=True, exist_ok=True)
        made = OBJECT.with_suffix(f".{os.getpid()}")
        subprocess.run(["g++", "-std=c++23", "-O2", "-shared", "-fPIC", "-I",
                        str(limen.ROOT / "test"), str(SOURCE), "-o", str(made), "-ldl"],
                       check=True)
        made.rename(OBJECT)
    return OBJECT


class Control:
    """The control block of one server."""

    def __init__(self, file):
        Path(file).write_bytes(bytes(SIZE))
        with open(file, "r+b") as opened:
            self.memory = mmap.mmap(opened.fileno(), SIZE)

    def get(self, name):
        kind, place = PLACES[name]
        return struct.unpack_from(kind, self.memory, place)[0]

    def set(self, **values):
        for name, value in values.items():
            kind, place = PLACES[name]
            struct.pack_into(kind, self.memory, place, value)

    def arm(self, action, strike, verbs=ANY_VERB, parts=DURABLE, error=0):
        """The `strike`th call from now on that fits; 0 only counts."""
        self.set(strike=0, seen=0, struck=0)
        self.set(action=action, error=error, verbs=verbs, parts=parts)
        self.set(strike=strike)

    def disarm(self):
        self.set(strike=0, allocation_strike=0)


class Server(limen.Server):
    """A server whose data folder is watched."""

    def __init__(self):
        super().__init__()
        self.faults = Control(self.home / "faults")
        self.env = {**os.environ, "LD_PRELOAD": str(interposer()),
                    "LIMEN_FAULTS": str(self.home / "faults"),
                    "LIMEN_FAULTS_FOLDER": str(self.data)}
