"""A product of each test's own, to be killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.product import Product


@pytest.fixture
def product(open_dir: Path, request: pytest.FixtureRequest) -> Iterator[Product]:
    """Started with the demo company; whatever is left of it is ended."""
    node = Product(open_dir / request.node.name.replace("[", "-").strip("]"))
    try:
        node.start()
        yield node
    finally:
        node.end()
