"""Which Asterisk runs: the one that is named, the machine's, or one unpacked for this user."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from parley.adapters.telephony import asterisk_absent as absent

LEAST_MAJOR = 22
ASK_TIMEOUT_S = 20.0
COMPLETE = "complete"  # marks a folder whose unpacking was finished


@dataclass(frozen=True, slots=True)
class Program:
    """An Asterisk that can be run: how, and where its parts are."""

    command: tuple[str, ...]
    version: tuple[int, ...]
    modules: Path
    share: Path  # documentation, sounds, music on hold

    @property
    def version_text(self) -> str:
        return ".".join(str(part) for part in self.version)

    def has(self, module: str) -> bool:
        return (self.modules / f"{module}.so").is_file()


def find(named: Path | None, cache: Path) -> Program | None:
    """The Asterisk to use, None if there is none yet. Raises NoAsterisk if the named one is unfit."""
    if named is not None:
        program = installed(named)
        if program is None:
            raise absent.wrong_program(named, _version_words([str(named)]) or "?")
        return program
    on_path = _on_path()
    if on_path is not None and (program := installed(on_path)):
        return program
    return newest_in(cache)


def passed_over() -> absent.NoAsterisk | None:
    """The machine's own, if it is unfit: how old it is, and what to do where no other can be had."""
    path = _on_path()
    if path is None or installed(path) is not None:
        return None
    return absent.too_old(path, _version_words([str(path)]) or "?")


def fit(version: str) -> bool:
    """Whether Asterisk's own words for its version, such as `22.10.1~dfsg`, tell of one new enough."""
    found = re.match(r"(?:certified/)?(\d+)\.", version)
    return found is not None and int(found[1]) >= LEAST_MAJOR


def _on_path() -> Path | None:
    folders = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = shutil.which("asterisk", path=folders)
    return Path(found) if found else None


def cache_dir(given: Path | None) -> Path:
    """Where unpacked ones are kept, for all data directories of this user."""
    if given is not None:
        return given.expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "parley"


def installed(path: Path) -> Program | None:
    """The Asterisk at `path` if it is fit, with the folders it was built for."""
    if path.is_dir():
        return unpacked(path)
    version = _version([str(path)])
    if version is None:
        return None
    prefix = path.resolve().parent.parent
    modules = _first(_module_dirs(prefix))
    share = _first(
        [prefix / "share/asterisk", Path("/var/lib/asterisk"), Path("/usr/share/asterisk")]
    )
    if modules is None or share is None:
        return None
    return Program((str(path),), version, modules, share)


def unpacked(folder: Path) -> Program | None:
    """An Asterisk unpacked from packages, run by the loader and libraries beside it."""
    root = folder / "root"
    modules = _first(sorted(root.glob("usr/lib/*/asterisk/modules")))
    if modules is None:
        return None
    libraries = modules.parent.parent
    loader = _first([*root.glob("usr/lib64/ld-linux-*.so.*"), *libraries.glob("ld-linux-*.so.*")])
    if loader is None:
        return None
    search = ":".join(str(path) for path in (libraries, libraries / "libpj", root / "usr/lib"))
    command = [str(loader), "--argv0", "asterisk", "--library-path", search]
    command.append(str(root / "usr/sbin/asterisk"))
    version = _version(command)
    return (
        Program(tuple(command), version, modules, root / "usr/share/asterisk") if version else None
    )


def newest_in(cache: Path) -> Program | None:
    """The newest of those that were unpacked completely."""
    folders = [mark.parent for mark in cache.glob(f"asterisk-*/{COMPLETE}")]
    programs = [program for folder in folders if (program := unpacked(folder))]
    return max(programs, key=lambda program: program.version, default=None)


def _module_dirs(prefix: Path) -> Iterator[Path]:
    for base in (prefix, Path("/usr")):
        yield from (base / lib / "asterisk/modules" for lib in ("lib64", "lib"))
        yield from sorted(base.glob("lib/*/asterisk/modules"))


def _first(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.exists()), None)


def _version(command: list[str]) -> tuple[int, ...] | None:
    found = re.search(r"Asterisk (?:certified/)?(\d+)\.(\d+)\.(\d+)", _version_words(command))
    version = tuple(int(part) for part in found.groups()) if found else (0,)
    return version if version[0] >= LEAST_MAJOR else None


def _version_words(command: list[str]) -> str:
    try:
        done = subprocess.run(
            [*command, "-V"], capture_output=True, text=True, timeout=ASK_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
