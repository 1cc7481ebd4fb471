"""openapi.json as it is committed: `python -m parley openapi` prints it."""

from __future__ import annotations

import json

from parley.api.app import bare_app


def printed() -> str:
    """The description as text, the same for the same routes."""
    return json.dumps(bare_app().openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
