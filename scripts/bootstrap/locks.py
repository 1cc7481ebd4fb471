"""requirements/*.txt from pyproject.toml: newest versions, every hash, no host's name."""

from __future__ import annotations

import environment
from steps import REQUIREMENTS, ROOT, step

PYTHON_FROM = "3.11"


def write() -> None:
    """Lock all groups anew. Running packages are held to the versions the tests run with."""
    environment.prepare("run")
    project = ROOT / "pyproject.toml"
    for name, what in (
        ("dev", [project, "--group", "dev"]),
        ("run", [project, "--constraints", REQUIREMENTS / "dev.txt"]),
        ("node", ["--group", "node"]),
        ("installer", ["--group", "installer"]),
        ("build", ["--group", "build"]),
    ):
        lock = REQUIREMENTS / f"{name}.txt"
        command = [environment.installer(), "pip", "compile", "--quiet", "--upgrade"]
        command += ["--universal", "--python-version", PYTHON_FROM, "--generate-hashes"]
        command += ["--no-header", "--no-annotate", *what, "--output-file", lock]
        step(f"requirements/{name}.txt", command, env=environment.uv_environment())
