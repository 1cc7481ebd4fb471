"""Unpacks Asterisk from the distribution's packages for this user alone: no root, no chroot.

A private apt state resolves and downloads Asterisk with all it needs, `dpkg-deb` unpacks it. The
mirror is the machine's own, signatures are verified by apt. Once it is there no network is needed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from parley.adapters.telephony import asterisk_absent as absent
from parley.adapters.telephony.asterisk_find import (
    COMPLETE,
    Program,
    cache_dir,
    find,
    newest_in,
    passed_over,
    unpacked,
)

SUITES = ("sid", "forky")  # the first Debian suites that have Asterisk 22 again
PACKAGES = ("asterisk", "asterisk-core-sounds-en", "asterisk-moh-opsound-wav")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
NEEDED = ("apt-get", "apt-config", "dpkg", "dpkg-deb")
ROOM_BYTES = 450_000_000  # packages and what comes out of them
TELL_EVERY = 25  # packages
# Only maintainer scripts and init need these; Asterisk itself does not.
SKIPPED = re.compile(
    r"(systemd|udev|dpkg|apt|perl|adduser|debconf|passwd|login|init-system-helpers|sysvinit|tar|mount"
    r"|util-linux|coreutils|bash|dash|libpam|libsystemd-shared|sqv|grep|sed|gzip|base-|bsdutils"
    r"|findutils|diffutils|debianutils|ncurses|hostname|e2fsprogs|freetds|libodbc|procps|logsave)"
)
USELESS = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian")

Tell = Callable[[str], None]


@dataclass(slots=True)
class Unpacking:
    """One attempt to have an Asterisk in `cache`; `stop` ends it early from another thread."""

    cache: Path
    tell: Tell
    mirror: str | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    _process: subprocess.Popen[str] | None = None

    def run(self) -> Program:
        """Blocks. Raises NoAsterisk with cause and cure; what was half done is removed."""
        require_tools()
        try:
            with _only_one(self.cache, self.tell):
                return newest_in(self.cache) or self._unpack()
        except OSError as error:
            raise absent.no_room(self.cache, error.strerror or str(error)) from error

    def stop(self) -> None:
        self.stopped.set()
        if self._process is not None:
            self._process.terminate()

    def _unpack(self) -> Program:
        if shutil.disk_usage(self.cache).free < ROOM_BYTES:
            raise absent.no_room(self.cache, f"{ROOM_BYTES // 1_000_000} MB")
        mirror = self.mirror or machine_mirror()
        if mirror is None:
            raise passed_over() or absent.no_packages()
        with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=self.cache) as name:
            folder = Path(name)
            self._fetch(folder, mirror)
            self._extract(folder)
            program = unpacked(folder)
            if program is None:
                raise absent.not_fetched("what was unpacked does not run here")
            shutil.rmtree(folder / "apt")
            (folder / COMPLETE).touch()
            folder.chmod(0o755)
            home = self.cache / f"asterisk-{program.version_text}"
            shutil.rmtree(home, ignore_errors=True)  # without the mark: an older attempt
            folder.rename(home)
            folder.mkdir()  # what the context removes
        self.tell(f"Asterisk {program.version_text} is unpacked")
        found = unpacked(home)
        if found is None:
            raise absent.not_fetched("what was unpacked does not run here")
        return found

    def _fetch(self, folder: Path, mirror: str) -> None:
        """The packages of the first suite that has them, into `folder`/apt."""
        for suite in SUITES:
            env = _private_apt(folder / "apt", mirror, suite)
            self.tell(f"Asterisk: reading what Debian {suite} has")
            try:
                self._apt(env, "update")
                total = sum(
                    line.startswith("'")
                    for line in self._apt(env, "--print-uris", "install", *PACKAGES)
                )
                self._apt(env, "--download-only", "install", *PACKAGES, total=total)
            except absent.NoAsterisk:
                if suite == SUITES[-1] or self.stopped.is_set():
                    raise
            else:
                return

    def _apt(self, env: dict[str, str], *arguments: str, total: int = 0) -> list[str]:
        """What apt-get said. Raises NoAsterisk with its last words."""
        if self.stopped.is_set():
            raise absent.not_fetched("stopped")
        said: list[str] = []
        self._process = subprocess.Popen(
            ["apt-get", "-q", "-y", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
        )
        assert self._process.stdout is not None
        with self._process:
            for line in self._process.stdout:
                said.append(line.strip())
                count = re.match(r"Get:(\d+) ", line)
                if total and count and int(count[1]) % TELL_EVERY == 0:
                    self.tell(f"Asterisk: {count[1]} of {total} packages")
        if self._process.returncode != 0:
            errors = [line for line in said if line.startswith("E:")] or said or ["?"]
            raise absent.not_fetched(errors[-1])
        return said

    def _extract(self, folder: Path) -> None:
        self.tell("Asterisk: unpacking")
        root = folder / "root"
        root.mkdir(exist_ok=True)
        for package in sorted((folder / "apt/cache/archives").glob("*.deb")):
            if self.stopped.is_set():
                raise absent.not_fetched("stopped")
            if not SKIPPED.match(package.name):
                subprocess.run(["dpkg-deb", "-x", package, root], check=True, capture_output=True)
        for name in USELESS:
            shutil.rmtree(root / name, ignore_errors=True)


def require_tools() -> None:
    """Raises NoAsterisk where there are no Debian packages to be had."""
    if any(shutil.which(program) is None for program in NEEDED) or not KEYRING.is_file():
        raise passed_over() or absent.no_packages()


def machine_mirror() -> str | None:
    """The Debian mirror this machine's own apt is told, also before it ever read its lists."""
    listing = subprocess.run(
        ["apt-get", "-o", "Dir::State::lists=/nonexistent", "update", "--print-uris"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    mirrors = re.findall(r"^'([^']+/debian/)dists/[^/']+/InRelease'", listing, re.MULTILINE)
    return mirrors[0] if mirrors else None


def _private_apt(home: Path, mirror: str, suite: str) -> dict[str, str]:
    """An apt of its own in `home`, which knows proxies and passwords of the machine's."""
    shutil.rmtree(home, ignore_errors=True)
    for part in ("state/lists/partial", "cache/archives/partial", "etc"):
        (home / part).mkdir(parents=True)
    (home / "status").touch()
    (home / "etc/sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n")
    architecture = _said(["dpkg", "--print-architecture"]).strip()
    acquire = "\n".join(
        line
        for line in _said(["apt-config", "dump", "Acquire"]).splitlines()
        if re.match(r"Acquire::(http|https|ftp|Retries|ForceIPv)", line)
    )
    (home / "apt.conf").write_text(f"""{acquire}
Dir::Etc "{home}/etc"; Dir::Etc::main "none"; Dir::Etc::parts "none";
Dir::Etc::sourcelist "{home}/etc/sources.list"; Dir::Etc::sourceparts "-";
Dir::Etc::trusted "/etc/apt/trusted.gpg"; Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";
Dir::Etc::netrc "/etc/apt/auth.conf"; Dir::Etc::netrcparts "/etc/apt/auth.conf.d";
Dir::Etc::preferences "none"; Dir::Etc::preferencesparts "none";
Dir::State "{home}/state"; Dir::State::status "{home}/status";
Dir::Cache "{home}/cache"; Dir::Log "{home}";
APT::Install-Recommends "false"; APT::Sandbox::User "";
APT::Architecture "{architecture}"; APT::Architectures {{ "{architecture}"; }};
Acquire::Check-Valid-Until "false"; Acquire::Languages "none";
Debug::NoLocking "true";
""")  # a mirror that is a snapshot has old dates; the signature is checked all the same
    return {**os.environ, "APT_CONFIG": str(home / "apt.conf"), "LC_ALL": "C.UTF-8"}


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@contextmanager
def _only_one(cache: Path, tell: Tell) -> Iterator[None]:
    """Two processes do not unpack at once: the second waits, and finds it done."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "asterisk.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Asterisk: waiting for another process that unpacks it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for rest in cache.glob(".unpacking-*"):  # of a process that was killed
            shutil.rmtree(rest, ignore_errors=True)
        yield


def main() -> int:
    """`python -m …asterisk_unpack`: have one now, so that nobody waits for it later."""
    given = os.environ.get("PARLEY_ASTERISK_DIR")
    cache = cache_dir(Path(given) if given else None)
    try:
        program = find(None, cache) or Unpacking(cache, _say).run()
    except absent.NoAsterisk as error:
        _say(f"{error}; {error.cure['en-US']}")
        return 1
    _say(f"Asterisk {program.version_text}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
