#!/bin/sh
# Finds a Python that Parley can run on and hands over to the bootstrap folder beside it.
# Usage: scripts/bootstrap.sh run|dev|lock (or PYTHON=/path/to/python to choose one).
set -eu
here=$(dirname "$0")
for python in ${PYTHON:-"$here/../.venv/bin/python" python3 python3.13 python3.12 python3.11 python}; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$python" -B "$here/bootstrap" "$@"
    fi
done
found=$(python3 --version 2>/dev/null || echo 'no Python at all')
echo "parley: Python 3.11 or newer is needed and this machine has $found:" \
    "install it (Debian, Ubuntu: apt install python3) or name one: make PYTHON=/path/to/python3.11 …" >&2
exit 1
