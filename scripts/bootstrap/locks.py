"""requirements/*.txt from pyproject.toml: newest versions, every hash, no host's name."""

from __future__ import annotations

import environment
from steps import REQUIREMENTS, step

PYTHON_FROM = "3.11"


def write() -> None:
    """Lock all groups anew. Running packages are held to the versions the tests run with."""
    environment.prepare("run")
    tested = str(REQUIREMENTS / "dev.txt")
    for name, what in (
        ("dev", ["pyproject.toml", "--group", "dev"]),
        ("run", ["pyproject.toml", "--constraints", tested]),
        ("node", ["--group", "node"]),
        ("installer", ["--group", "installer"]),
        ("build", ["--group", "build"]),
    ):
        lock = REQUIREMENTS / f"{name}.txt"
        command = [str(environment.installer()), "pip", "compile", "--quiet", "--upgrade"]
        command += ["--universal", "--python-version", PYTHON_FROM, "--generate-hashes"]
        command += ["--no-header", "--no-annotate", *what, "--output-file", str(lock)]
        step(f"requirements/{name}.txt", command, env=environment.uv_environment())
