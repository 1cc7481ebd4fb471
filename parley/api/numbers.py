"""Numbers as people write them, as E.164 of the tenant's country."""

from __future__ import annotations

import phonenumbers

from parley.api.caller import Caller
from parley.core.errors import Conflict

DEFAULT_COUNTRY = "CN"


def e164(number: str, country: str) -> str | None:
    """None if no carrier could take it. Short numbers (110, 10086) have no E.164."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


async def dialled(caller: Caller, number: str) -> str:
    """The number to be called, E.164. Raises Conflict(number_invalid)."""
    found = e164(number, await _country(caller))
    if found is None:
        raise Conflict("number_invalid", number=number)
    return found


async def as_e164(caller: Caller, number: str) -> str:
    """The number as records hold it; one that is none is left as it is and found nowhere."""
    return e164(number, await _country(caller)) or number


async def _country(caller: Caller) -> str:
    entries = await caller.directory.of(caller.tenant_id)
    return str(entries.body("tenant", caller.tenant_id).get("country") or DEFAULT_COUNTRY)
