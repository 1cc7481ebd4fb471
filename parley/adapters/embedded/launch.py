"""Becomes the given program as the given user, which ends by SIGINT when its parent thread dies.

Run as `python -I -S launch.py PARENT_PID UID GID PROGRAM ARGUMENT…`: a program of its own, since
code between fork and exec is unsafe in a process with threads. The signal is asked for after the
change of user, because the kernel forgets it then. Source: prctl(2), PR_SET_PDEATHSIG.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, uid, gid = (int(text) for text in sys.argv[1:4])
    command = sys.argv[4:]
    if uid != os.geteuid():
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:  # it died before we could ask for the signal
        sys.exit(1)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
