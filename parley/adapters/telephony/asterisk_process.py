"""One Asterisk process: launched so that it outlives us, found again after we were killed, ended.

Calls go on while Parley is away, since the audio is Asterisk's. So it gets a session of its own and
no signal at our death; a note beside its pid file says which process it is and what it was told.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from parley.adapters.telephony.asterisk_find import Program
from parley.adapters.telephony.asterisk_home import Home, write_private

STOP_S = 15.0  # for it to hang up and leave; then it is killed
LOG_LIMIT_BYTES = 16 * 1024 * 1024  # of each of two
LAST_WORDS_BYTES = 64 * 1024
NOTE = "parley.json"


@dataclass(slots=True)
class Process:
    """A running Asterisk. `child` is None if an earlier Parley launched it."""

    pid: int
    handle: int  # pidfd: the number may be another's one day, the handle is not
    config: str  # fingerprint of what it was told
    child: subprocess.Popen[bytes] | None = None

    async def ended(self) -> None:
        """Returns when it is no more."""
        loop = asyncio.get_running_loop()
        gone = loop.create_future()

        def tell() -> None:
            if not gone.done():
                gone.set_result(None)

        loop.add_reader(self.handle, tell)
        try:
            await gone
        finally:
            loop.remove_reader(self.handle)
        if self.child is not None:
            self.child.wait()  # has ended: leaves no zombie

    async def end(self) -> None:
        """Hang up, stop, and wait: the next one could not have its ports before."""
        for number, patience_s in ((signal.SIGTERM, STOP_S), (signal.SIGKILL, STOP_S)):
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.handle, number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended(), patience_s)
                return

    def kill(self) -> None:
        """Without a word to those who talk; whoever awaits `ended` is told."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def close(self) -> None:
        os.close(self.handle)


def launch(program: Program, home: Home, config: str) -> Process:
    """Raises OSError."""
    shorten(home.log)
    output = home.log.with_name("output")
    shorten(output)
    with output.open("ab") as words:
        child = subprocess.Popen(
            [*program.command, "-f", "-C", str(home.etc / "asterisk.conf")],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            cwd=home.path,
            env=_environment(),
            start_new_session=True,
            umask=0o077,
        )
    handle = os.pidfd_open(child.pid)
    note = {"pid": child.pid, "born": _born(child.pid), "config": config}
    write_private(home.run / NOTE, json.dumps(note))
    return Process(child.pid, handle, config, child)


def left_over(home: Home) -> Process | None:
    """The process that an earlier Parley launched here, if it still runs."""
    try:
        note = json.loads((home.run / NOTE).read_text())
        handle = os.pidfd_open(note["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if _born(note["pid"]) != note["born"]:  # the number is another's now
        os.close(handle)
        return None
    return Process(note["pid"], handle, str(note.get("config", "")))


def forget(home: Home) -> None:
    (home.run / NOTE).unlink(missing_ok=True)


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def last_words(home: Home) -> str:
    """The last complaint in its log, for one sentence."""
    for path in (home.log.with_name("output"), home.log):
        lines = tail(path).splitlines()
        for line in reversed(lines):
            if any(word in line for word in ("ERROR", "error while loading", "Unable", "cannot")):
                return line.strip()[-300:]
    return "it ended without a word"


def shorten(path: Path) -> None:
    """Moves a long log aside and empties it in place: Asterisk appends to the same file."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LOG_LIMIT_BYTES:
            shutil.copyfile(path, path.with_name(path.name + ".1"))
            os.truncate(path, 0)


def tail(path: Path) -> str:
    """The end of a log, LAST_WORDS_BYTES of it."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LAST_WORDS_BYTES))
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def _born(pid: int) -> int | None:
    """When the process started, in ticks since the machine did. Source: proc(5), stat."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None


def _environment() -> dict[str, str]:
    """Little of ours: no secret of the environment is its business."""
    kept = {
        name: os.environ[name] for name in ("PATH", "TZ", "HOME", "TMPDIR") if name in os.environ
    }
    return {**kept, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
