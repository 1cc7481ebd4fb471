"""Telephone numbers as people and carriers write them, in E.164. Source: libphonenumber's rules."""

from __future__ import annotations

import re

import phonenumbers

DEFAULT_COUNTRY = "CN"
_PUNCTUATION = re.compile(r"[\s().\-]")


def e164(number: str, country: str) -> str | None:
    """`country` (ISO 3166, two letters) is meant when the number has no prefix; None if not valid.

    Carriers leave the '+' out as often as not.
    """
    bare = _PUNCTUATION.sub("", number)
    for candidate in (bare, f"+{bare}"):
        found = _valid(candidate, country)
        if found is not None:
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return None


def domestic(digits: str, country: str) -> str | None:
    """Keys that a caller pressed, as a number of their country; None if it is none: an unknown caller
    must not make us call abroad."""
    found = _valid(digits, country)
    if found is None or phonenumbers.region_code_for_number(found) != country:
        return None
    if phonenumbers.number_type(found) is phonenumbers.PhoneNumberType.PREMIUM_RATE:
        return None
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def _valid(number: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        found = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_valid_number(found) else None
