"""Debian packages, for who may install them."""

from __future__ import annotations

import os
import shutil
import subprocess

from steps import step


def possible() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install with apt; the lists are read first if this machine cannot find the packages."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    trial = subprocess.run([*command, "--dry-run"], capture_output=True, env=env, check=False)
    if trial.returncode != 0:
        step("reading the list of Debian packages", ["apt-get", "update"], env=env)
    step(f"installing {' and '.join(packages)} with apt", command, env=env)
