"""`parley run`, except that one visitor may write as fast as it can: the flood limits are lifted, as
those of the peer are. Everything else is as shipped."""

from __future__ import annotations

import functools
import sys

from parley.adapters.channels import webchat
from parley.adapters.channels.webchat.limits import Rate
from parley.config import load
from parley.serve import run

LIFTED = Rate(1_000_000, 1.0)


def lift_limits() -> None:
    limits = webchat.Limits(
        messages_per_visitor=LIFTED, messages_per_ip=LIFTED, messages_per_entry=LIFTED,
        sessions_per_entry=LIFTED, frames_per_socket=LIFTED,
    )  # fmt: skip
    lifted = functools.partial(webchat.Chat, limits=limits)
    setattr(webchat, "Chat", lifted)  # noqa: B010 - where the composition root looks it up


if __name__ == "__main__":
    lift_limits()
    run(load(port=int(sys.argv[1])), demo=False)
