"""The peer: app_queue, in C, on the very Asterisk that Parley runs, with the same phones as members.

Its dialplan and queue are added to that Asterisk's files and reloaded over AMI; Parley's own lines
stay as they are. Channel event logging (CEL) is switched on too: it times both sides alike.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path

from parley.adapters.telephony.asterisk_config import AMI_USER
from parley.adapters.telephony.asterisk_home import LOOPBACK, Home
from parley.adapters.telephony.names import TRUNK_CONTEXT

EXTENSION = "appqueue"  # what customers call
QUEUE = "rival"
CEL_MODULES = ("res_cdrel_custom.so", "cel_custom.so")
OPEN_S = 10.0

_DIALPLAN = """
[{context}](+)
exten => {extension},1,Answer(0,i)
 same => n,MixMonitor({folder}/${{UNIQUEID}}.wav)
 same => n,Queue({queue},I,,,60)
 same => n,Hangup()
"""
_QUEUES = """[general]
persistentmembers=no
autofill=yes
shared_lastcall=yes
[{queue}]
musicclass=default
strategy=leastrecent
timeout=20
retry=1
ringinuse=no
joinempty=yes
wrapuptime=0
autopause=no
{members}
"""
_CEL = "[general]\nenable=yes\nevents=CHAN_START,ANSWER,BRIDGE_ENTER,HANGUP\n"
_CEL_CUSTOM = (
    "[mappings]\nevents.csv => ${eventtime},${eventtype},${CHANNEL(uniqueid)},${CHANNEL(channame)},"
    "${CSV_QUOTE(${eventextra})}\n"
)


def cel_file(home: Home) -> Path:
    return home.path / "log/cel-custom/events.csv"


def recordings(home: Home) -> Path:
    return home.path / "spool/rival"


def join(home: Home, phones: Iterable[str]) -> None:
    """Let app_queue serve on this running Asterisk; `phones` are names of endpoints."""
    folder = recordings(home)
    folder.mkdir(exist_ok=True)
    cel_file(home).parent.mkdir(exist_ok=True)
    with (home.etc / "extensions.conf").open("a") as file:
        file.write(
            _DIALPLAN.format(context=TRUNK_CONTEXT, extension=EXTENSION, folder=folder, queue=QUEUE)
        )
    members = "\n".join(f"member => PJSIP/{name}" for name in phones)
    (home.etc / "queues.conf").write_text(_QUEUES.format(queue=QUEUE, members=members))
    (home.etc / "cel.conf").write_text(_CEL)
    (home.etc / "cel_custom.conf").write_text(_CEL_CUSTOM)
    _reload(home)


def _reload(home: Home) -> None:
    actions = [("Login", {"Username": AMI_USER, "Secret": home.secrets.ami})]
    actions += [("Reload", {"Module": name}) for name in ("pbx_config.so", "app_queue.so", "cel")]
    actions += [("ModuleLoad", {"Module": name, "LoadType": "load"}) for name in CEL_MODULES]
    with socket.create_connection((LOOPBACK, home.ports.ami), OPEN_S) as line:
        answers = line.makefile("r", newline="\r\n")
        answers.readline()  # the greeting
        for action, fields in actions:
            text = "".join(f"{k}: {v}\r\n" for k, v in {"Action": action, **fields}.items())
            line.sendall(text.encode() + b"\r\n")
            answer = [""]
            while not answer[0].startswith("Response:"):  # an event
                answer = list(iter(answers.readline, "\r\n"))
            if answer[0] != "Response: Success\r\n":
                raise SystemExit(f"{action} {fields}: {answer}")
