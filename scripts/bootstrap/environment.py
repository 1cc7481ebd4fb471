"""The Python environment in .venv: exactly the packages of requirements/, and parley itself."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import apt
from steps import (
    REQUIREMENTS,
    ROOT,
    Stop,
    fingerprint,
    leave,
    require_room,
    say,
    step,
    unless_unchanged,
)

VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def prepare(kind: str) -> None:
    """Make .venv hold requirements/<kind>.txt (`run` or `dev`) unless it does already."""
    if VENV.exists() and not works(PYTHON):
        require_room()
        shutil.rmtree(VENV)
    unless_unchanged(stamp(kind), mark(kind), lambda: fill(kind))
    if kind == "dev":  # dev holds all of run: `make run` after `make test` has nothing to do
        leave(stamp("run"), mark("run"))


def stamp(kind: str) -> Path:
    return VENV / f".parley-{kind}"


def mark(kind: str) -> str:
    """What .venv is made from. Its own path counts: an environment that was moved is made anew."""
    paths = [REQUIREMENTS / f"{kind}.txt", ROOT / "pyproject.toml", ROOT / "scripts/hatch_build.py"]
    return fingerprint(paths, str(ROOT), kind)


def fill(kind: str) -> None:
    require_room()
    say("Parley: preparing the Python environment")
    packages = REQUIREMENTS / f"{kind}.txt"
    count = sum("==" in line for line in packages.read_text().splitlines())
    install(f"{count} packages", "--require-hashes", "-r", packages)
    builder = ("--build-constraints", REQUIREMENTS / "build.txt")
    install("parley itself", *builder, "--no-deps", "-e", ROOT)


def install(label: str, *what: str | Path) -> None:
    """`uv pip install` into .venv."""
    uv = installer()
    step(label, [uv, "pip", "install", "--python", PYTHON, *what], env=uv_environment())


def works(python: Path) -> bool:
    probe = [str(python), "-c", "import sys; print(sys.version_info >= (3, 11))"]
    try:
        done = subprocess.run(probe, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == "True"


def installer() -> Path:
    """The uv that fills .venv: .venv's own, else the machine's, else one fetched by its pip."""
    candidates = (BIN / "uv", VENV / "uv" / "bin" / "uv")
    if found := next((uv for uv in candidates if uv.exists()), None):
        return found
    if not PYTHON.exists():
        create()
    locked = ["--quiet", "--require-hashes", "-r", str(REQUIREMENTS / "installer.txt")]
    label = "uv, which installs the rest"
    if (BIN / "pip").exists():
        step(label, [PYTHON, "-m", "pip", "install", *locked])
    elif uv := shutil.which("uv"):
        return Path(uv)
    else:
        python = base_python()
        step(label, [python, "-m", "pip", "install", "--target", VENV / "uv", *locked])
    return installer()


def create() -> None:
    """An empty .venv by whatever this machine's Python offers. Debian splits it into packages."""
    python = base_python()
    label = "an empty environment"
    if has(python, "ensurepip"):
        step(label, [python, "-m", "venv", VENV])
    elif has(python, "venv") and (shutil.which("uv") or has(python, "pip")):
        step(label, [python, "-m", "venv", "--without-pip", VENV])
    elif apt.possible():
        apt.install("python3-venv")
        step(label, [python, "-m", "venv", VENV])
    else:
        raise Stop(
            "this Python can make no environment (it has neither ensurepip nor pip): "
            "apt install python3-venv, then type the same again."
        )


def base_python() -> Path:
    """The machine's Python, also when this one runs inside an environment."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)


def has(python: Path, module: str) -> bool:
    probe = [str(python), "-c", f"import {module}"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def uv_environment() -> dict[str, str]:
    """The process environment with pip's settings spelled for uv; what uv was told itself wins."""
    pip = pip_settings()
    spelled = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": pip.get("extra-index-url"),
        "UV_FIND_LINKS": ",".join(pip.get("find-links", "").split()),
        "UV_HTTP_TIMEOUT": pip.get("default-timeout") or pip.get("timeout"),
        "UV_INSECURE_HOST": pip.get("trusted-host"),
        "SSL_CERT_FILE": pip.get("cert"),
        "HTTPS_PROXY": pip.get("proxy"),
        # As pip does; every file is held to its hash, so no index can slip in another.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_SYSTEM_CERTS": "true" if SYSTEM_CERTIFICATES.exists() else None,
        "UV_LINK_MODE": "copy",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    ours = {name: value for name, value in spelled.items() if value and name not in os.environ}
    return {**os.environ, **ours}


def pip_settings() -> dict[str, str]:
    """What this machine's own pip is told (index, certificates, …), by option name."""
    python = PYTHON if (BIN / "pip").exists() else base_python()
    listing = subprocess.run(
        [str(python), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    by_scope: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.stdout.splitlines():
        key, _, value = line.partition("=")
        scope, _, option = key.rpartition(".")
        if scope in by_scope:
            # pip prints a list as one quoted string with its line breaks spelled \n
            by_scope[scope][option] = " ".join(shlex.split(value)).replace("\\n", " ").strip()
    return {**by_scope["global"], **by_scope["install"], **by_scope[":env:"]}
