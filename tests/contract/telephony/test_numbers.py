"""Numbers as carriers send them."""

from __future__ import annotations

import pytest

from parley.adapters.telephony.numbers import Numbers, ani
from parley.core.desk.settings import Document


@pytest.mark.parametrize(
    ("sent", "country", "meant"),
    [
        ("13800001111", "CN", "+8613800001111"),
        ("8613800001111", "CN", "+8613800001111"),
        ("008613800001111", "CN", "+8613800001111"),
        ("+86 138-0000-1111", "CN", "+8613800001111"),
        ("057188880001", "CN", "+8657188880001"),
        ("442079460958", "CN", "+442079460958"),
        ("2125550123", "US", "+12125550123"),
        ("1001", "CN", "1001"),
        ("anonymous", "CN", ""),
        ("", "CN", ""),
    ],
)
def test_a_callers_number_is_said_in_e164(sent: str, country: str, meant: str):
    assert ani(sent, country) == meant


@pytest.mark.parametrize("dialled", ["+8657188880001", "057188880001", "8657188880001", "95501"])
def test_a_dialled_number_is_found_as_it_is_sent_or_meant(dialled: str):
    body = {"channel": "voice", "numbers": ["+8657188880001", "95501"]}
    numbers = Numbers([Document("entry_point", "ep", body)])
    found = numbers.find(dialled)
    assert found is not None
    assert found.entry_point == "ep"
