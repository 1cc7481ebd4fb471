"""Phone numbers as people type them, in E.164 or not at all (libphonenumber's rules)."""

from __future__ import annotations

import phonenumbers

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.entries import Entry

DEFAULT_COUNTRY = "CN"


def e164(number: str, country: str) -> str | None:
    """`country` (ISO 3166, two letters) is meant when the number has no prefix; None if not valid."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


async def country_of(chat: Chat, entry: Entry) -> str:
    """The entry point's country, else the tenant's."""
    if entry.settings.country:
        return entry.settings.country
    document = await chat.records.documents.get(entry.tenant_id, "tenant", entry.tenant_id)
    country = document.body.get("country") if document else None
    return country if isinstance(country, str) and len(country) == 2 else DEFAULT_COUNTRY
