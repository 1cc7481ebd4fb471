from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import structlog

from parley.adapters.store.database import Database
from tests.api.house import House, open_house


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with open_house(database) as opened:
        yield opened


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> None:
    """Pretty ones show every local variable, which takes half a minute for a whole house."""
    structlog.configure(
        processors=[
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        ]
    )
