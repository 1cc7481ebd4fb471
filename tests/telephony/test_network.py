"""The network of a test's own."""

from __future__ import annotations

import socket

import pytest

from tests.telephony.network import own_network

__all__ = ["own_network"]

pytestmark = pytest.mark.telephony


def test_it_has_an_address_of_its_own_and_leads_nowhere(own_network: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside:
        inside.bind((own_network, 0))
        inside.sendto(b"hello", inside.getsockname())
        assert inside.recv(10) == b"hello"
    with socket.socket() as out:
        out.settimeout(0.2)
        with pytest.raises(OSError):  # noqa: PT011
            out.connect(("192.0.2.1", 80))


def test_afterwards_the_old_one_is_there_again() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside, pytest.raises(OSError):  # noqa: PT011
        outside.bind(("10.9.0.1", 0))
