"""Telephone numbers as they come in; numbers.py makes E.164 of those that are to be called."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{3,14}$")]
Dialled = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()./-]{1,31}$")]
"""As people write one: with or without the country's prefix."""
Received = Annotated[str, StringConstraints(pattern=r"^\+?[0-9*#]{2,20}$")]
"""The number that was dialled, as the carrier sends it."""
