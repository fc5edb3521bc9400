# What the figures were measured on and how a server is held still for it: cores, versions, and
# processes that are pinned, paused while another is measured, and gone when the bench is.
# It measures nothing itself, and signals only processes that it started.
import ctypes
import os
import platform
import re
import shutil
import signal
import subprocess
import time

ALLOWED = sorted(os.sched_getaffinity(0))
SERVER_CORE = ALLOWED[0]
LOAD_CORE = ALLOWED[1] if len(ALLOWED) > 1 else ALLOWED[0]
LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
TICKS = os.sysconf("SC_CLK_TCK")


def pinned(core):
    """For a new process: one core, and a death of its own if the bench dies."""
    def prepare():
        os.sched_setaffinity(0, {core})
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    return prepare


def run_pinned(core, command, timeout, env=None, cwd=None):
    """Runs to the end on one core; its standard output, or RuntimeError with what it said."""
    done = subprocess.run(command, preexec_fn=pinned(core), capture_output=True, text=True,
                          timeout=timeout, env=env, cwd=cwd, check=False)
    if done.returncode != 0:
        raise RuntimeError("%s: exit %d: %s" % (
            os.path.basename(command[0]), done.returncode, (done.stderr or done.stdout)[-600:]))
    return done.stdout


class Server:
    """A process under test on the server core, in a process group of its own."""

    def __init__(self, name, command, log, env=None, cwd=None):
        self.name, self.log = name, log
        self.paused = False
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                command, preexec_fn=pinned(SERVER_CORE), stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, env=env, cwd=cwd, start_new_session=True)
        self.pid = self.process.pid

    def alive(self):
        return self.process.poll() is None

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def pause(self):
        if not self.paused and self.alive():
            os.killpg(self.pid, signal.SIGSTOP)
            self.paused = True

    def resume(self):
        if self.paused and self.alive():
            os.killpg(self.pid, signal.SIGCONT)
        self.paused = False

    def wait_for(self, ready, seconds):
        """Polls `ready` each millisecond; what it answered, or RuntimeError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = ready()
            if answer:
                return answer
            if not self.alive():
                raise RuntimeError("%s ended early: %s" % (self.name, self.said()[-600:]))
            time.sleep(0.001)
        raise RuntimeError("%s was not ready in %d s: %s" % (
            self.name, seconds, self.said()[-600:]))

    def cpu_seconds(self):
        """Processor time of the process and of the children it still has in its group."""
        total = 0
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open("/proc/%s/stat" % entry, encoding="utf-8") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == self.pid:
                total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def rss_kib(self):
        with open("/proc/%d/status" % self.pid, encoding="utf-8") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def stop(self, seconds=10):
        """SIGTERM, then after a while SIGKILL. True if it left by itself with status 0."""
        self.resume()
        if self.alive():
            self.process.terminate()
        try:
            left = self.process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            left = False
            self.process.kill()
            self.process.wait(seconds)
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return left


def first_line(*command):
    if shutil.which(command[0]) is None:
        return "absent"
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0].strip() if lines else "unknown"


def read_or(path, otherwise):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return otherwise


def filesystem_of(folder):
    """The type of the file system that holds the folder (the longest mount point wins)."""
    best, kind = "", "unknown"
    for line in read_or("/proc/self/mounts", "").splitlines():
        _, point, name = line.split()[:3]
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, name
    return kind


def node_major():
    found = re.match(r"v(\d+)", first_line("node", "--version"))
    return int(found.group(1)) if found else 0


def fdatasync_ms(folder):
    """The median of a few one-page writes, each forced to the disk: what `durable` costs here."""
    path, took = os.path.join(folder, "fdatasync"), []
    file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for i in range(64):
            start = time.monotonic()
            os.pwrite(file, b"x" * 4096, 4096 * i)
            os.fdatasync(file)
            took.append((time.monotonic() - start) * 1000)
    finally:
        os.close(file)
        os.unlink(path)
    return round(sorted(took)[len(took) // 2], 3)


def facts(folder, compiler):
    model = re.search(r"model name\s*:\s*(.+)", read_or("/proc/cpuinfo", ""))
    memory = re.search(r"MemTotal:\s+(\d+)", read_or("/proc/meminfo", ""))
    siblings = "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list" % SERVER_CORE
    return {
        "cores": os.cpu_count(), "server_core": SERVER_CORE, "load_core": LOAD_CORE,
        "threads_of_server_core": read_or(siblings, "unknown"),
        "processor": model.group(1) if model else platform.machine(),
        "memory_mib": int(memory.group(1)) // 1024 if memory else 0,
        "kernel": platform.release(), "filesystem": filesystem_of(os.path.realpath(folder)),
        "fdatasync_ms": fdatasync_ms(folder),
        "load_before": round(os.getloadavg()[0], 2),
        "compiler": first_line(compiler, "--version"), "openssl": first_line("openssl", "version"),
        "nginx": first_line("nginx", "-v"), "wrk": first_line("wrk", "-v"),
        "sqlite": first_line("sqlite3", "--version")[:17], "node": first_line("node", "--version"),
        "python": platform.python_version(),
    }
