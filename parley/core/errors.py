"""One root of errors, told apart by what the caller can do about it.

    ParleyError
    ├── Invalid        422  the request is wrong: change it
    ├── NotSignedIn    401
    ├── Forbidden      403
    ├── NotFound       404
    ├── Conflict       409  the world moved on: reload, then decide
    ├── TooLarge       413
    ├── TooMany        429  slow down, retry later
    └── Unavailable    503  retry: a part restarts, or another node leads
        └── Deposed         this node no longer leads the shard

`code` is stable and translated by screens; `detail` is for engineers, never shown alone.
"""

from __future__ import annotations

from typing import ClassVar


class ParleyError(Exception):
    status: ClassVar[int] = 500
    retry: ClassVar[bool] = False  # can trying the same again help

    def __init__(self, code: str, detail: str = "", **values: str | float) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
        self.values = values  # fill the screen's sentence: {"limit": 10}


class Invalid(ParleyError):
    status = 422


class NotSignedIn(ParleyError):
    status = 401


class Forbidden(ParleyError):
    status = 403


class NotFound(ParleyError):
    status = 404


class Conflict(ParleyError):
    status = 409


class TooLarge(ParleyError):
    status = 413


class TooMany(ParleyError):
    status = 429
    retry = True


class Unavailable(ParleyError):
    status = 503
    retry = True


class Deposed(Unavailable):
    """A commit was refused because a later epoch leads the shard."""
