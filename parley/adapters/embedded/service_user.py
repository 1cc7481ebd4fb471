"""The user PostgreSQL runs as: ourselves, or, since it refuses root, a user without rights."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

_SERVICE_USERS = ("parley", "postgres", "nobody")  # the first that exists; nobody always does


@dataclass(frozen=True, slots=True)
class ServiceUser:
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def can_reach(self, path: Path) -> bool:
        """Whether this user may enter `path` and every directory above it."""
        if self.is_us:
            return True
        absolute = path.resolve()
        existing = next(p for p in (absolute, *absolute.parents) if p.exists())
        return all(self._may_enter(p) for p in (existing, *existing.parents))

    def own(self, path: Path) -> None:
        """Gives `path` and all below to this user. Links are given away, never followed."""
        if self.is_us:
            return
        os.lchown(path, self.uid, self.gid)
        for parent, directories, files in os.walk(path):
            for name in (*directories, *files):
                os.lchown(os.path.join(parent, name), self.uid, self.gid)

    def _may_enter(self, directory: Path) -> bool:
        entry = directory.stat()
        if entry.st_uid == self.uid:
            return bool(entry.st_mode & stat.S_IXUSR)
        if entry.st_gid == self.gid:
            return bool(entry.st_mode & stat.S_IXGRP)
        return bool(entry.st_mode & stat.S_IXOTH)


def service_user(data: Path) -> ServiceUser:
    """Who owns `data` already, else who we are, or as root the first service user there is."""
    if os.geteuid() != 0:
        return ServiceUser(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return ServiceUser(owner.st_uid, owner.st_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in _SERVICE_USERS if name in known)
    return ServiceUser(entry.pw_uid, entry.pw_gid)
