"""Each field of a trunk changes something: what the switch is told, or which calls it takes."""

from __future__ import annotations

from typing import Any

import pytest

from parley.adapters.telephony.asterisk_peers import Peers
from parley.adapters.telephony.numbers import Numbers
from parley.adapters.telephony.trunks import enabled
from parley.api.schemas.telephony import TrunkCreate
from parley.core.desk.settings import Document

PLAIN: dict[str, Any] = {"name": "Carrier", "host": "sip.carrier.test"}
SIGNED: dict[str, Any] = {**PLAIN, "username": "u100", "secret": "hush"}
DIALLED = "+8657188880001"
LINE = Document("entry_point", "line", {"channel": "voice", "numbers": [DIALLED]})


class Switch:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    async def get(self, path: str, **query: Any) -> Any:
        return {"value": ""}

    async def post(self, path: str, **query: Any) -> object:
        return None

    async def put(self, path: str, body: object) -> object:
        self.told.append((path, body))
        return None

    async def delete(self, path: str) -> None: ...


async def effects(body: dict[str, Any]) -> tuple[list[tuple[str, Any]], list[object], bool]:
    """All that becomes of a trunk: what the switch is told, how it dials, whom it lets in."""
    stored = TrunkCreate.model_validate(body).model_dump(by_alias=True)
    document = Document("trunk", "trk", stored)
    switch = Switch()
    calls: list[object] = []
    for trunk in enabled("tnt", [document]):
        await Peers(switch).put(trunk.peer)
        calls += [trunk.title, trunk.limit, trunk.priority, trunk.address_of("+8613800001111")]
    return switch.told, calls, Numbers([LINE, document]).find(DIALLED, "trk") is not None


CHANGES: dict[str, tuple[dict[str, Any], Any]] = {
    "name": (PLAIN, "Other"),
    "host": (PLAIN, "sip.other.test"),
    "port": (PLAIN, 5070),
    "transport": (PLAIN, "tcp"),
    "username": (SIGNED, "u200"),
    "secret": (SIGNED, "other"),
    "registers": (SIGNED, True),
    "numbers": (PLAIN, ["+8657188880009"]),
    "codecs": (PLAIN, ["g722"]),
    "verify": ({**PLAIN, "transport": "tls"}, False),
    "srtp": (PLAIN, True),
    "limit": (PLAIN, 30),
    "priority": (PLAIN, 20),
    "from_hosts": (PLAIN, ["192.0.2.0/24"]),
    "prefix": (PLAIN, "0"),
    "enabled": (PLAIN, False),
}


@pytest.mark.parametrize("field", TrunkCreate.model_fields)
async def test_no_field_of_a_trunk_is_without_effect(field: str) -> None:
    body, value = CHANGES[field]
    assert await effects(body) != await effects({**body, field: value})


@pytest.mark.parametrize("codec", ["ulaw", "alaw", "opus", "g722"])
async def test_a_trunk_is_offered_the_codecs_that_were_chosen(codec: str) -> None:
    told, _, _ = await effects({**PLAIN, "codecs": [codec]})
    [endpoint] = [body["fields"] for path, body in told if "/endpoint/" in path]
    assert {"attribute": "allow", "value": codec} in endpoint


@pytest.mark.parametrize(
    ("over", "found"),
    [
        ([], True),
        ([DIALLED], True),
        (["057188880001"], True),  # as the carrier sends it
        (["+8657188880009"], False),
    ],
)
def test_only_its_own_numbers_come_over_a_trunk_that_names_them(
    over: list[str], found: bool
) -> None:
    numbers = Numbers([LINE, Document("trunk", "trk", {"numbers": over})])
    assert (numbers.find("057188880001", "trk") is not None) is found
    assert numbers.find(DIALLED, "trk_other") is not None
