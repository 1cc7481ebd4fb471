"""The bootstrap: nothing is made twice, and whatever goes wrong ends in one sentence."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import environment
import steps
import web


def test_what_is_unchanged_is_not_made_again(tmp_path: Path) -> None:
    made: list[str] = []
    for mark in ("a", "a", "b", "b", "a"):
        steps.unless_unchanged(tmp_path / "stamp", mark, partial(made.append, mark))
    assert made == ["a", "b", "a"]


def test_what_failed_is_made_again(tmp_path: Path) -> None:
    def fail() -> None:
        raise steps.Stop("no")

    stamp = tmp_path / "stamp"
    steps.leave(stamp, "old")
    with pytest.raises(steps.Stop):
        steps.unless_unchanged(stamp, "new", fail)
    made: list[str] = []
    steps.unless_unchanged(stamp, "old", lambda: made.append("again"))
    assert made == ["again"]


def test_a_renamed_or_edited_source_changes_the_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    first, second = tmp_path / "a.ts", tmp_path / "b.ts"
    first.write_text("1")
    before = steps.fingerprint([first])
    assert steps.fingerprint([first]) == before
    first.write_text("2")
    edited = steps.fingerprint([first])
    first.rename(second)
    assert len({before, edited, steps.fingerprint([second])}) == 3


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("ERROR: No matching distribution found for uv==0.13.9", steps.NO_NETWORK),
        ("npm error code ENOTFOUND\nnpm error network request failed", steps.NO_NETWORK),
        ("OSError: [Errno 28] No space left on device", steps.FULL),
        ("mkdir: cannot create directory: Read-only file system", steps.READ_ONLY),
        ("npm error code EACCES", steps.NOT_YOURS),
    ],
)
def test_a_failed_step_names_the_cure(told: str, sentence: str) -> None:
    command = [sys.executable, "-c", f"import sys; sys.exit({told!r})"]
    with pytest.raises(steps.Stop, match=r".") as stop:
        steps.step("a step", command)
    assert str(stop.value).startswith(sentence)
    assert "\n" not in str(stop.value)


def test_an_unknown_failure_shows_its_last_words() -> None:
    with pytest.raises(steps.Stop, match="the dog ate it"):
        steps.step("a step", [sys.executable, "-c", "import sys; sys.exit('the dog ate it')"])


def test_too_little_disk_is_told_before_anything_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "FREE_DISK_BYTES", 1 << 60)
    with pytest.raises(steps.Stop, match="nearly full"):
        steps.require_room()


def test_uv_is_told_what_pip_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://mirror.example/simple\n"
        "extra-index-url =\n  https://a.example/simple\n  https://b.example/simple\n"
        "cert = /etc/one.pem\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_CERT", "/etc/two.pem")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    told = environment.uv_environment()
    assert told["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert told["UV_INDEX"] == "https://a.example/simple https://b.example/simple"
    assert told["SSL_CERT_FILE"] == "/etc/two.pem"  # pip's environment wins over its files


def test_what_uv_was_told_itself_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/simple")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    assert environment.uv_environment()["UV_DEFAULT_INDEX"] == "https://uv.example/simple"


@pytest.mark.parametrize(
    ("version", "enough"),
    [("v20.18.9", False), ("v20.19.0", True), ("v22.1.0", True), ("v9.99.0", False), ("?", False)],
)
def test_node_counts_from_20_19_up(tmp_path: Path, version: str, enough: bool) -> None:
    assert web.new_enough(program(tmp_path / "node", f"echo {version}")) is enough


def test_an_old_python_gets_one_sentence(tmp_path: Path) -> None:
    old = program(tmp_path / "python", "exit 1")
    script = steps.ROOT / "scripts" / "bootstrap.sh"
    done = subprocess.run(
        ["/bin/sh", str(script), "run"],
        env={"PYTHON": old, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def program(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)
