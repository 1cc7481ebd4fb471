"""Makes everything `make` needs before Parley itself can start; standard library only.

`run` makes the Python environment and builds the web; `dev` adds the test tools, a browser and an Asterisk;
`lock` writes requirements/ anew. Each step is skipped while what it is made from is unchanged,
so that a second start costs milliseconds. Whatever can go wrong ends in one sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import browser
import environment
import locks
import voice
import web
from steps import Stop, of_system, one_at_a_time

KINDS = ("run", "dev", "lock")


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in KINDS:
        return refuse(f"usage: bootstrap.sh {'|'.join(KINDS)}")
    try:
        with one_at_a_time():
            prepare(arguments[0])
    except Stop as stop:
        return refuse(str(stop))
    except OSError as error:
        return refuse(of_system(error))
    except KeyboardInterrupt:
        return 130
    return 0


def prepare(kind: str) -> None:
    if kind == "lock":
        locks.write()
        return
    environment.prepare(kind)
    web.prepare()
    if kind == "dev":
        browser.prepare()
        voice.prepare()


def refuse(sentence: str) -> int:
    print(f"parley: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
