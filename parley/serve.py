"""Serves the house over HTTP until a signal, and tells whoever waits at the terminal where to go."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
import uvloop
from rich.console import Console
from rich.table import Table

from parley import __version__, observe
from parley.config import LogFormat, Settings
from parley.main import CannotStart, House, open_house

GRACE_S = 5.0  # open requests may take so long after a signal
FRAME_BYTES = 64 * 1024  # the longest a browser may send at once
BACKLOG = 2_048
SWITCH_S = 0.0005  # how long a thread's work (a recording is mixed) may keep the loop from going on

_console = Console(highlight=False, soft_wrap=True)


def run(settings: Settings, *, demo: bool) -> None:
    """Until Ctrl-C or SIGTERM. Raises ParleyError with one sentence if it cannot start."""
    as_json = settings.log_format is LogFormat.JSON or (
        settings.log_format is LogFormat.AUTO and not sys.stderr.isatty()
    )
    observe.set_up_logs(settings.log_level, as_json=as_json)
    observe.set_up_traces(settings.otlp_endpoint, settings.node)
    sys.setswitchinterval(SWITCH_S)
    listening = take_port(settings.host, settings.port)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listening, demo=demo))
    finally:
        listening.close()
        observe.flush_traces()


async def _serve(settings: Settings, listening: socket.socket, *, demo: bool) -> None:
    began = time.monotonic()
    stop = _Stop(asyncio.get_running_loop())
    port = listening.getsockname()[1]
    with stop.listening():
        try:
            async with open_house(settings, _tell, demo=demo) as house:
                server = _Server(_config(house, settings))
                empty = not await house.store.tenants()
                server.ready = lambda: _announce(settings, port, began, demo=demo, empty=empty)
                stop.server = server
                await server.serve(sockets=[listening])
        except asyncio.CancelledError:
            if not stop.asked:
                raise
    _tell("stopped")


def _config(house: House, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        observe.Traced(house.app) if settings.otlp_endpoint else house.app,
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=int(GRACE_S),
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
    )


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again after its own end."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Stop:
    """The first signal stops in order, the second at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.asked = False
        self.server: uvicorn.Server | None = None
        self._loop = loop
        self._task = asyncio.current_task()

    @contextmanager
    def listening(self) -> Iterator[None]:
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for number in signals:
            self._loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in signals:
                self._loop.remove_signal_handler(number)

    def _stop(self) -> None:
        if self.server is not None:
            self.server.force_exit = self.asked
            self.server.should_exit = True
        elif not self.asked and self._task is not None:
            self._task.cancel()
        self.asked = True


def take_port(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises CannotStart with one sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CannotStart("cannot_listen", _why_not(error, host, port)) from error
    bound.set_inheritable(False)
    return bound


def _why_not(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} is taken by another program: stop it, or choose another port, "
                f"e.g. PARLEY_PORT={port + 1}."
            )
        case errno.EACCES:
            return f"This user may not listen on port {port}: choose one above 1023."
        case _:
            return f"{host} is no address of this machine: set PARLEY_HOST to one that is."


# --- for whoever waits at the terminal --------------------------------------------------------------


def _tell(step: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        _console.print(f"[dim]  · {step}[/dim]")


_FOUND = """
  [bold]Nobody can sign in yet[/bold]: found a company, then start again / 尚无公司，请先创建再启动：
    [cyan]parley found "<company>" --admin <e-mail>[/cyan]
"""


def _announce(settings: Settings, port: int, began: float, *, demo: bool, empty: bool) -> None:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    url = f"{'https' if settings.https else 'http'}://{host}:{port}"
    took = time.monotonic() - began
    with suppress(OSError):
        _console.print(
            f"\n[bold]Parley {__version__}[/bold] is ready after {took:.1f} s / 已就绪\n"
        )
        _console.print(_addresses(url, demo=demo, calls=settings.telephony))
        if demo:
            _console.print(_sign_ins())
        if empty:
            _console.print(_FOUND)
        _console.print("[dim]Ctrl-C stops everything / 按 Ctrl-C 停止全部[/dim]\n")


def _addresses(url: str, *, demo: bool, calls: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    if demo:
        table.add_row("  Demo shop with the chat widget / 演示商城", f"[cyan]{url}/demo/[/cyan]")
    table.add_row("  Console for agents and supervisors / 工作台", f"[cyan]{url}/[/cyan]")
    table.add_row("  API / 接口文档", f"[cyan]{url}/openapi.json[/cyan]")
    if demo and calls:
        table.add_row("  Call the demo's hotline / 拨打演示热线", "[cyan]make call[/cyan]")
    return table


def _sign_ins() -> Table:
    from parley.demo.company import PASSWORD, people

    table = Table(title=f"\nDemo sign-ins / 演示账号   (password / 密码：{PASSWORD})", box=None)
    table.title_justify = "left"
    for column in ("", "e-mail", "name / 姓名", "role / 角色"):
        table.add_column(column)
    for person in people():
        table.add_row("", person.email, person.name, str(person.role))
    return table
