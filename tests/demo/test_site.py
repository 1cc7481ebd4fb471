"""How the demo reaches a running Parley."""

import time

import pytest

from parley.adapters.channels.webchat.identity import read_identity
from parley.demo.customers import make_customers
from parley.demo.site import Site, SiteUnusable, is_this_machine, open_site

SECRET = "s" * 43


def test_the_identity_the_demo_shop_signs_is_believed_by_web_chat():
    known = make_customers(1, time.time())[0]
    token = Site("http://127.0.0.1:1", SECRET).identity(known)
    assert token is not None
    identity = read_identity(token, SECRET, time.time())
    assert (identity.subject, identity.name) == (known.external, "王晓燕")
    assert identity.phone == known.customer.phone


def test_without_the_secret_visitors_stay_anonymous():
    assert Site("http://127.0.0.1:1").identity(make_customers(1, time.time())[0]) is None


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost:9000", True),
        ("http://[::1]:8080", True),
        ("https://desk.example.com", False),
        ("http://192.168.1.4:8080", False),
        ("not an address", False),
    ],
)
def test_another_machine_is_told_from_this_one(url, ours):
    assert is_this_machine(url) is ours


async def test_nobody_at_home_is_one_sentence_with_a_cure():
    with pytest.raises(SiteUnusable, match="make run"):
        await open_site("http://127.0.0.1:9")
