"""requirements/*.txt from pyproject.toml: newest versions, every hash, no host's name.

Only the main index is asked: a side index that holds one wheel of a version would hide the hashes
of all its other wheels.
"""

from __future__ import annotations

import environment
from steps import REQUIREMENTS, step

PYTHON_FROM = "3.11"
SIDE_INDEXES = ("UV_INDEX", "UV_FIND_LINKS")


def write() -> None:
    """Lock all groups anew. Running packages are held to the versions the tests run with."""
    environment.prepare("run")
    env = environment.uv_environment()
    env = {name: value for name, value in env.items() if name not in SIDE_INDEXES}
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
        step(f"requirements/{name}.txt", command, env=env)
