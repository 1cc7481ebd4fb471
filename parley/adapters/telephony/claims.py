"""Which numbers several companies at one carrier claim: the switch could not tell whose call it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parley.adapters.telephony.numbers import Numbers
from parley.adapters.telephony.trunks import enabled
from parley.core.desk.settings import Document


def claimed(tenant_id: str, documents: Mapping[str, Sequence[Document]]) -> frozenset[str]:
    """The tenant's numbers, as they are written, that another one (by id) has there as well."""
    mine, my_trunks = Numbers(documents[tenant_id]), enabled(tenant_id, documents[tenant_id])
    found: set[str] = set()
    for other, its in documents.items():
        if other == tenant_id:
            continue
        theirs = Numbers(its)
        pairs = [(my, its_) for its_ in enabled(other, its) for my in my_trunks if my.meets(its_)]
        found.update(
            number for number in mine.written for my, its_ in pairs
            if mine.find(number, my.id) is not None
            and any(theirs.find(n, its_.id) for n in (number, mine.meant(number)))
        )  # fmt: skip
    return frozenset(found)
