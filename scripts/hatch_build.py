"""Puts the built console and widget into the wheel, as parley/web_dist/."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """A wheel without its screens is refused; an editable install reads web/*/dist in place."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for name in ("console", "widget"):
            dist = Path(self.root, "web", name, "dist")
            if not dist.is_dir():
                raise RuntimeError(f"{dist} is missing: build the web first with `make web`")
            build_data["force_include"][str(dist)] = f"parley/web_dist/{name}"
