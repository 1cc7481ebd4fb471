"""`parley simulate`: run a scenario, show the figures or print them as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from parley.core.errors import Invalid
from parley.simulate.report import simulate as run
from parley.simulate.scenario import read, read_policy

_SENTENCES = {
    "scenario_unreadable": ("读不了场景文件", "The scenario cannot be read"),
    "scenario_invalid": ("场景有误", "The scenario is wrong"),
    "policy_unreadable": ("读不了策略文件", "The policy cannot be read"),
    "policy_invalid": ("策略有误", "The policy is wrong"),
    "trace_invalid": ("到达记录有误", "The trace is wrong"),
    "numbers_invalid": ("时长数据有误", "The file of durations is wrong"),
}
_SHOWN = (
    ("offered", "来电 offered", "{:,.0f}"), ("answered", "接通 answered", "{:,.0f}"),
    ("p_abandon", "放弃 abandoned", "{:.2%}"), ("p_blocked", "拒入 blocked", "{:.2%}"),
    ("p_wait", "等待 waited", "{:.2%}"), ("service_level", "服务水平 level", "{:.2%}"),
    ("asa_s", "ASA s", "{:,.1f}"), ("wait_p95_s", "P95 s", "{:,.1f}"),
)  # fmt: skip


def simulate(scenario: Path, policy: Path | None, seed: int | None, *, as_json: bool) -> None:
    """Raises Invalid whose text says in both languages what is wrong."""
    try:
        read_in = read(scenario)
        if seed is not None:
            read_in = read_in.model_copy(update={"seed": seed})
        chosen = None if policy is None else read_policy(policy)
        with _bar() as advance:
            report = run(read_in, chosen, scenario.parent, advance)
    except Invalid as error:
        chinese, english = _SENTENCES[error.code]
        raise Invalid(error.code, f"{chinese} · {english}: {error.detail}") from None
    if as_json:
        Console(soft_wrap=True, highlight=False, markup=False).out(
            json.dumps(report, ensure_ascii=False), highlight=False
        )
    else:
        _show(report)


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; it stays away where that is no terminal."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("simulate", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def _show(report: dict[str, Any]) -> None:
    console = Console()
    table = Table("", *(title for _, title, _ in _SHOWN))
    for name, figures in {**report["queues"], **report["kinds"], "=": report["total"]}.items():
        table.add_row(name, *(_cell(figures[key], form) for key, _, form in _SHOWN))
    console.print(table)
    groups = Table("坐席组 group", "占用率 occupancy", "差距 spread")
    for number, group in enumerate(report["groups"], 1):
        groups.add_row(
            str(number), _cell(group["occupancy"], "{:.2%}"), _cell(group["spread"], "{:.2%}")
        )
    console.print(groups)
    speed = f"{report['calls']:,} calls, {report['calls_per_s'] or 0:,}/s, {report['wall_s']:.1f} s"
    console.print(speed)


def _cell(figure: dict[str, float | None], form: str) -> str:
    mean, half = figure["mean"], figure["half_width"]
    if mean is None:
        return "–"
    return form.format(mean) + ("" if half is None else f" ± {form.format(half)}")
