"""What the stories about calls need beyond packages: an Asterisk, and a network of their own.

The sound of a browser's call never goes over loopback, so those stories run in a network namespace.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import apt
import environment
from steps import Stop, say, step

TOOLS = {"ip": "iproute2", "unshare": "util-linux"}


def prepare() -> None:
    """Have them where that is possible; elsewhere say loudly what is missing and the cure."""
    missing = [package for program, package in TOOLS.items() if not found(program)]
    if missing and apt.possible():
        apt.install(*missing)
    elif missing:
        warn(f"stories of calls in the browser need {' and '.join(missing)}: apt install "
             f"{' '.join(missing)}")  # fmt: skip
    elif os.geteuid() != 0:
        say(
            "  (stories of calls in the browser are skipped: they need root for a network of their own)"
        )
    if shutil.which("asterisk") or any(cache().glob("asterisk-*/complete")):
        return
    module = "parley.adapters.telephony.asterisk_unpack"
    try:
        step("Asterisk, once for this user", [environment.PYTHON, "-m", module])
    except Stop as stop:
        warn(f"tests with a real Asterisk are skipped: {stop}")


def cache() -> Path:
    """Where parley.adapters.telephony.asterisk_find keeps what was unpacked."""
    base = os.environ.get("PARLEY_ASTERISK_DIR")
    if base:
        return Path(base)
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "parley"


def found(program: str) -> bool:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None


def warn(sentence: str) -> None:
    say(f"\n{'!' * 88}\n! {sentence}\n{'!' * 88}\n")
