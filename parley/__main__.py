"""The command line: `python -m parley …`, or `parley …` where it is installed."""

from __future__ import annotations

import sys

LEAST_PYTHON = (3, 11)

if sys.version_info < LEAST_PYTHON:
    version = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(f"parley: this is Python {version}, but Parley needs 3.11 or newer.")

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from parley.config import WrongSetting, load
from parley.core.errors import ParleyError

FAILED = 1
BROKEN = 2  # `doctor` or `reconcile` found something


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    if rest and not hasattr(given, "rest"):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    given.rest = rest
    try:
        return int(given.act(given) or 0)
    except (ParleyError, WrongSetting) as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(_of_system(error))
    except KeyboardInterrupt:
        return 130


def _refuse(sentence: str) -> int:
    print(f"parley: {sentence}", file=sys.stderr)
    return FAILED


def _of_system(error: OSError) -> str:
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parley", description="A contact center in one process.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="command")
    _add_run(commands)
    _add_upkeep(commands)
    _add_prompts(commands)
    _add_demo(commands)
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="start everything; Ctrl-C stops all of it")
    run.add_argument("--demo", action="store_true", help="with the demo company, made once")
    run.add_argument("--port", type=int, help="default: PARLEY_PORT or 8080; 0 takes a free one")
    run.add_argument("--host", help="default: PARLEY_HOST or 127.0.0.1")
    run.add_argument(
        "--no-telephony", action="store_false", dest="telephony", default=None,
        help="without calls: no Asterisk is looked for",
    )  # fmt: skip
    run.set_defaults(act=_run)


def _add_upkeep(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = commands.add_parser("doctor", help="check each part and name the broken one's cure")
    doctor.add_argument("--json", action="store_true", help="for machines")
    doctor.set_defaults(act=_doctor)
    commands.add_parser("migrate", help="bring the database to this version").set_defaults(
        act=_migrate
    )
    _add_found(commands)
    commands.add_parser("seed", help="found the demo company").set_defaults(act=_seed)
    backup = commands.add_parser("backup", help="copy all data to one file, also while running")
    backup.add_argument("file", type=Path)
    backup.set_defaults(act=_backup)
    restore = commands.add_parser("restore", help="bring a backup back; Parley must not run")
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help="replace the data that is there")
    restore.set_defaults(act=_restore)
    failures = commands.add_parser("failures", help="what was tried and failed for good")
    failures.add_argument("--forget", action="store_true", help="once it was done by hand")
    failures.set_defaults(act=_failures)
    books = commands.add_parser("reconcile", help="prove that journal, rows and state agree")
    books.add_argument("--json", action="store_true", help="for machines")
    books.set_defaults(act=_reconcile)
    _add_simulate(commands)
    commands.add_parser("openapi", help="print the API's description").set_defaults(act=_openapi)


def _add_found(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser("found", help="found a company and its administrator")
    found.add_argument("company", help="its name")
    found.add_argument("--admin", required=True, metavar="E-MAIL", help="who signs in first")
    found.add_argument("--name", help="the administrator's; default: the e-mail before its @")
    found.add_argument("--language", choices=("zh-CN", "en-US"), default="zh-CN")
    found.add_argument("--zone", default="Asia/Shanghai", help="default: Asia/Shanghai")
    found.set_defaults(act=_found)


def _add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    simulate = commands.add_parser(
        "simulate", help="run a scenario in virtual time; see docs/reference/scenario.md"
    )
    simulate.add_argument("scenario", type=Path, metavar="SCENARIO.json")
    simulate.add_argument(
        "--policy", type=Path, help="a policy document, instead of the scenario's"
    )
    simulate.add_argument("--seed", type=int, help="instead of the scenario's")
    simulate.add_argument("--json", action="store_true", help="for machines")
    simulate.set_defaults(act=_simulate)


def _add_prompts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    prompts = commands.add_parser("prompts", help="what the system itself says on the telephone")
    makes = prompts.add_subparsers(title="makes", required=True, metavar="make")
    make = makes.add_parser("make", help="speak the texts of the catalogue that changed")
    make.add_argument("--anew", action="store_true", help="all of them")
    make.set_defaults(act=_prompts_make)


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser("demo", help="play with the demo company")
    plays = demo.add_subparsers(title="plays", required=True, metavar="play")
    traffic = plays.add_parser(
        "traffic", help="realistic visitors write to a running Parley", add_help=False
    )
    traffic.set_defaults(act=_traffic, rest=[])  # its arguments are its own
    call = plays.add_parser("call", help="a customer calls a running Parley, with a voice")
    call.add_argument("number", help="the customer's number, e.g. 13800138000")
    call.add_argument("--to", help="the number that is dialled; default: the demo's hotline")
    call.add_argument("--speak", type=Path, action="append", metavar="FILE.wav", default=[])
    call.add_argument("--keys", default="", help="pressed one after the other, e.g. 1,2")
    call.add_argument("--seconds", type=float, help="hang up after so long; default: never")
    call.add_argument("--save", type=Path, metavar="HEARD.wav", help="keep what is heard")
    call.set_defaults(act=_call)
    answer = plays.add_parser("answer", help="whoever a running Parley calls answers, with a voice")
    answer.add_argument("--port", type=int, help="of the demo's trunk; default: 5080")
    answer.add_argument("--speak", type=Path, action="append", metavar="FILE.wav", default=[])
    answer.add_argument("--keys", default="", help="pressed one after the other, e.g. 1,2")
    answer.add_argument("--seconds", type=float, help="hang up after so long; default: never")
    answer.set_defaults(act=_answer)


# --- each imports what it needs: a quick command stays quick ----------------------------------------


def _run(given: argparse.Namespace) -> None:
    from parley.serve import run

    run(load(port=given.port, host=given.host, telephony=given.telephony), demo=given.demo)


def _doctor(given: argparse.Namespace) -> int:
    from parley.doctor import examine, show

    findings = asyncio.run(examine(load()))
    show(findings, as_json=given.json)
    return 0 if all(finding.ok for finding in findings) else BROKEN


def _migrate(given: argparse.Namespace) -> None:
    from parley.upkeep import migrated

    names = asyncio.run(migrated(load()))
    print("\n".join(names) or "nothing to do")


def _found(given: argparse.Namespace) -> None:
    from parley.founding import Company
    from parley.upkeep import founded

    company = Company(
        name=given.company,
        email=given.admin,
        administrator=given.name or given.admin.partition("@")[0],
        language=given.language,
        zone=given.zone,
        password=_asked_password(),
    )
    done = asyncio.run(founded(load(), company))
    print(f"{given.company} is founded. Sign in as {given.admin}", end="")
    if done.temporary_password:
        print(f" with {done.temporary_password}: it is shown only now, and changed at once", end="")
    print(
        f".\nOn your site: data-entry={done.entry_point}, open on weekdays from 9 to 18 (see Settings)."
        "\nNow `parley run`; one that runs already must be started anew."
    )


def _asked_password() -> str | None:
    """Of whoever sits at a terminal, twice; None: make one. Raises Invalid."""
    from getpass import getpass

    from parley.core.errors import Invalid

    if not sys.stdin.isatty():
        return None
    password = getpass("Password (empty: one is made): ")
    if password and getpass("Again: ") != password:
        raise Invalid("password_differs", "These are two different passwords.")
    return password or None


def _seed(given: argparse.Namespace) -> None:
    from parley.upkeep import seeded

    asyncio.run(seeded(load(), print))


def _backup(given: argparse.Namespace) -> None:
    from parley.upkeep import backed_up

    print(asyncio.run(backed_up(load(), given.file)))


def _restore(given: argparse.Namespace) -> None:
    from parley.upkeep import restored

    print(asyncio.run(restored(load(), given.file, force=given.force)))


def _failures(given: argparse.Namespace) -> None:
    from parley.upkeep import failures

    print("\n".join(asyncio.run(failures(load(), forget=given.forget))) or "none")


def _reconcile(given: argparse.Namespace) -> int:
    from parley.reconcile import printed, reconcile

    all_books = asyncio.run(reconcile(load()))
    print(printed(all_books, as_json=given.json))
    return 0 if all(books.balanced for books in all_books) else BROKEN


def _prompts_make(given: argparse.Namespace) -> None:
    from parley.prompts.make import make

    for name in make(load().data_dir / "voices", anew=given.anew):
        print(name)


def _simulate(given: argparse.Namespace) -> None:
    from parley.simulate.command import simulate

    simulate(given.scenario, given.policy, given.seed, as_json=given.json)


def _openapi(given: argparse.Namespace) -> None:
    from parley.api.openapi import printed

    print(printed(), end="")


def _traffic(given: argparse.Namespace) -> int:
    from parley.demo import traffic

    return int(traffic.main(given.rest) or 0)


def _call(given: argparse.Namespace) -> int:
    from parley.demo.phone.command import Wish, place

    return asyncio.run(
        place(
            load().data_dir,
            Wish(given.number, given.to, given.speak, given.keys, given.seconds, given.save),
            print,
        )
    )


def _answer(given: argparse.Namespace) -> int:
    from parley.demo.phone.command import CARRIER_PORT, Wish, answer

    wish = Wish(speak=given.speak, keys=given.keys, seconds=given.seconds)
    return asyncio.run(answer(given.port or CARRIER_PORT, wish, print))


if __name__ == "__main__":
    sys.exit(main())
