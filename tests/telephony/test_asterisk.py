"""One real Asterisk: found, configured, supervised, adopted."""

from __future__ import annotations

import stat

import pytest

from parley.adapters.telephony.ari import Ari
from tests.telephony.fixtures import Running

pytestmark = pytest.mark.telephony


async def test_it_answers_with_our_password_and_nothing_of_it_is_readable_by_others(
    asterisk: Running,
) -> None:
    ari = Ari(asterisk.switch.access)
    told = await ari.get("/asterisk/info", only="build")
    ari.close()
    assert told["build"]
    kept = [*asterisk.home.etc.iterdir(), asterisk.home.path / "secrets.json"]
    assert [path.name for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
