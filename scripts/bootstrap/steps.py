"""Steps that show progress, are skipped when nothing changed, and fail in one sentence."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
REQUIREMENTS = ROOT / "requirements"
FREE_DISK_BYTES = 1_500_000_000  # the environment, node_modules and two builds, with room to spare
HEARTBEAT_S = 15.0
TAIL_LINES = 40

FULL = "The disk is full: free some space."
READ_ONLY = f"{ROOT} is on a read-only file system: clone Parley to a place you may write to."
NOT_YOURS = f"This user may not write in {ROOT}: use a clone of your own."
NO_NETWORK = (
    "No package registry could be reached: check the network, or what pip and npm are told on "
    "this machine about index, proxy and certificates."
)
REMEDIES = {
    r"No space left on device|ENOSPC|os error 28": FULL,
    r"Read-only file system|EROFS|os error 30": READ_ONLY,
    r"Temporary failure in name resolution|Name or service not known|EAI_AGAIN|ENOTFOUND": NO_NETWORK,
    r"ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Network is unreachable": NO_NETWORK,
    r"Failed to establish a new connection|Connection refused|Read timed out": NO_NETWORK,
    r"dns error|tcp connect error|error sending request|operation timed out": NO_NETWORK,
    r"No matching distribution found|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER": NO_NETWORK,
    r"Exit handler never called": NO_NETWORK,  # how npm 10 ends when every download failed
    r"Permission denied|EACCES": NOT_YOURS,
}


class Stop(Exception):
    """Ends the bootstrap with one sentence for the person who typed `make`."""


def step(
    label: str,
    command: Sequence[str | Path],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run one command quietly, with a sign of life; its last lines are shown only if it fails."""
    began = time.monotonic()
    say(f"  … {label}")
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
        )
        watch(process, label, began)
        if process.returncode != 0:
            output.seek(0)
            raise failure(label, output.read())
    say(f"  ✓ {label} ({time.monotonic() - began:.1f} s)")


def say(line: str) -> None:
    print(line, flush=True)


def watch(process: subprocess.Popen[bytes], label: str, began: float) -> None:
    while True:
        try:
            process.wait(timeout=HEARTBEAT_S)
            return
        except subprocess.TimeoutExpired:
            say(f"    {label}: {time.monotonic() - began:.0f} s so far")
        except BaseException:
            process.terminate()
            process.wait()
            raise


def failure(label: str, output: str) -> Stop:
    """What to tell about a failed step: the cure if the cause is known, and its last lines."""
    tail = "\n".join("    " + line for line in output.splitlines()[-TAIL_LINES:])
    for pattern, remedy in REMEDIES.items():
        if re.search(pattern, output):
            last = next((line for line in reversed(output.splitlines()) if line.strip()), "")
            return Stop(f"{remedy} (While doing: {label}. It said: {last.strip()[:200]})")
    return Stop(f"this step failed: {label}\n{tail}")


def of_system(error: OSError) -> str:
    """The one sentence for what the operating system refused."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return FULL
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return f"{Path(ROOT, error.filename or '')} cannot be written to: use a clone of your own."
    return f"{error.strerror}: {error.filename}"


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """One hash over the contents and names of `paths` and over `facts`."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in sorted(paths):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def unless_unchanged(stamp: Path, mark: str, make: Callable[[], None]) -> None:
    """Call `make` unless the last success left this very `mark`; a failure leaves none."""
    if stamp.is_file() and stamp.read_text().strip() == mark:
        return
    stamp.unlink(missing_ok=True)
    make()
    leave(stamp, mark)


def leave(stamp: Path, mark: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark + "\n")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two `make` at once build once. The lock is on this file, so it works in a read-only tree."""
    with Path(__file__).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Parley: waiting for another make in this folder to finish its preparations")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def require_room() -> None:
    """Before the first long step: may this user write here, and is there space for it?"""
    if not os.access(ROOT, os.W_OK):
        raise Stop(
            f"{ROOT} cannot be written to (it is read-only, or belongs to another user): "
            "use a clone of your own."
        )
    free = shutil.disk_usage(ROOT).free
    if free < FREE_DISK_BYTES:
        raise Stop(
            f"The disk is nearly full: {free / 1e9:.1f} GB are free where {ROOT} is, and this "
            f"needs {FREE_DISK_BYTES / 1e9:.1f} GB."
        )
