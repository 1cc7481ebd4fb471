"""The places of the console, for tests that look at each of them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.person import Console

SETTINGS = [
    "",
    "/queues/presales",
    "/skills/product",
    "/hours/office",
    "/dispositions/other",
    "/reasons/break",
    "/canned-replies/hello",
    "/entry-points/demo-shop",
    "/entry-points/ent_hotline",
    "/flows/flw_hotline",
    "/prompts",
    "/trunks/trk_demo",
    "/routing",
    "/company",
]


def pages_of(person: Console) -> list[str]:
    """Every place of the console, and the first record of each list."""
    interaction = person.api("GET", "interactions?limit=1&outcome=served")["items"][0]["id"]
    ticket = person.api("GET", "tickets?limit=1")["items"][0]["id"]
    customer = person.api("GET", "customers?limit=1")["items"][0]["id"]
    return [
        "/desk",
        "/live",
        "/wallboard",
        "/interactions",
        "/calls",
        "/audit",
        f"/interactions/{interaction}",
        "/tickets",
        f"/tickets/{ticket}",
        "/customers",
        f"/customers/{customer}",
        "/people",
        "/people/agt_lin",
        *(f"/settings{path}" for path in SETTINGS),
        "/nowhere",
    ]


def settle(person: Console) -> None:
    """Everything that was asked for is there."""
    person.page.wait_for_load_state("networkidle")
    expect(person.page.locator(".ant-skeleton, .ant-spin-spinning")).to_have_count(0)
