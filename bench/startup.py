"""How long until Parley is ready: the first start (with the demo company), a second one, and one
after everything was killed at once.

    python -m bench.startup [--rounds 3]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from bench.measure import machine, medians, table

READY_S = 180.0


def start(data_dir: Path) -> tuple[subprocess.Popen[bytes], float]:
    """`make run` in a session of its own, and the seconds until it says that it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PARLEY_DATA_DIR": str(data_dir), "PARLEY_PORT": str(port)}
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"], env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while time.monotonic() < began + READY_S and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                return process, time.monotonic() - began
        time.sleep(0.05)
    raise SystemExit("it did not get ready")


def stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    process.wait(60)


def one_round() -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o755)
        process, first_s = start(data_dir)
        stop(process, signal.SIGINT)
        process, second_s = start(data_dir)
        stop(process, signal.SIGKILL)
        process, killed_s = start(data_dir)
        stop(process, signal.SIGINT)
    return {"first": first_s, "second": second_s, "after kill -9": killed_s}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    found = medians([one_round() for _ in range(arguments.rounds)])
    print(f"{machine()}; `make run` to ready, medians of {arguments.rounds} rounds\n")
    print(table(list(found), [[f"{seconds:.1f} s" for seconds in found.values()]]))


if __name__ == "__main__":
    main()
