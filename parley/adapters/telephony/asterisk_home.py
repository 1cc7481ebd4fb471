"""The folder of one Asterisk: its ports and secrets, chosen once and kept, keys and music."""

from __future__ import annotations

import json
import os
import random
import secrets
import socket
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from parley.prompts.files import MUSIC, SYSTEM

SECRET_BYTES = 24
SIP_PORT, TLS_PORT = 5060, 5061  # where carriers look first; taken ones are passed over
INNER_PORTS = range(20_000, 29_000)  # below those that the kernel hands out
RTP_PORTS = range(10_000, 20_000)
RTP_COUNT = 4_000  # for 1,000 legs: one port for audio and one for RTCP each
TRIES = 200
KEY_DAYS = 3_650
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class AsteriskSettings:
    """What may be set about the local Asterisk; the rest is chosen at the first start and kept."""

    home: Path
    program: Path | None = None
    cache: Path | None = None
    mirror: str | None = None
    sip_host: str = LOOPBACK
    sip_port: int | None = None
    tls_port: int | None = None
    rtp_ports: tuple[int, int] | None = None
    public_host: str | None = None  # what peers outside are told, behind a NAT
    local_nets: Sequence[str] = ()  # whoever is there is not outside
    stun_server: str | None = None  # host:port, which tells our address outside if none is given
    certificate: Path | None = None  # with its key; none: one made here
    key: Path | None = None
    authorities: Path | None = None  # whose certificates carriers show; none: the machine's


@dataclass(frozen=True, slots=True)
class Ports:
    sip: int  # UDP and TCP
    tls: int
    http: int  # ARI and the phones' WebSocket, on loopback
    ami: int  # on loopback
    rtp_first: int
    rtp_last: int
    tls_any: int = 0  # for carriers whose certificate is not looked at; nobody calls it


@dataclass(frozen=True, slots=True)
class Secrets:
    ari: str
    ami: str
    guard: str
    probe: str


@dataclass(frozen=True, slots=True)
class Home:
    """The folder and what was chosen for it."""

    path: Path
    ports: Ports
    secrets: Secrets

    @property
    def etc(self) -> Path:
        return self.path / "etc"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def log(self) -> Path:
        return self.path / "log/messages"

    @property
    def recordings(self) -> Path:
        """Where Asterisk writes what it records."""
        return self.path / "spool/recording"


def settle(settings: AsteriskSettings, share: Path) -> Home:
    """Make the folder, choose what is not chosen yet. Raises OSError."""
    home = settings.home
    for part in (
        "etc",
        "data/sounds",
        "data/keys",
        "db",
        "run",
        "log",
        "spool/recording",
        "keys",
    ):
        (home / part).mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    for name in ("documentation", "rest-api", "static-http"):
        _link(share / name, home / "data" / name)
    _link(
        next(iter(sorted(share.glob("sounds/en*"))), share / "sounds/en"), home / "data/sounds/en"
    )
    _music(share, home / "data/moh")
    _keys(settings, home / "keys")
    ports = _ports(settings, home / "ports.json")
    return Home(home, ports, _secrets(home / "secrets.json"))


def known(path: Path) -> Home | None:
    """The folder as it was chosen at an earlier start, None if there was none."""
    try:
        ports = Ports(**json.loads((path / "ports.json").read_text()))
        kept = Secrets(**json.loads((path / "secrets.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return Home(path, ports, kept)


# --- ports and secrets ----------------------------------------------------------------------------


def _ports(settings: AsteriskSettings, path: Path) -> Ports:
    """Those of the settings, else those of the last start, else free ones."""
    given: dict[str, int | None] = {"sip": settings.sip_port, "tls": settings.tls_port}
    if settings.rtp_ports is not None:
        given |= {"rtp_first": settings.rtp_ports[0], "rtp_last": settings.rtp_ports[1]}
    chosen = {name: port for name, port in given.items() if port is not None}
    try:
        ports = replace(Ports(**json.loads(path.read_text())), **chosen)
        if not ports.tls_any:  # of an earlier release
            ports = replace(ports, tls_any=_free(settings.sip_host))
    except (OSError, ValueError, TypeError):
        ports = _choose(settings.sip_host, chosen)
    write_private(path, json.dumps(asdict(ports)))
    return ports


def _choose(host: str, given: dict[str, int]) -> Ports:
    sip = given.get("sip") or _free(host, [SIP_PORT])
    tls = given.get("tls") or _free(host, [TLS_PORT], but=[sip])
    http = _free(LOOPBACK, but=[sip, tls])
    ami = _free(LOOPBACK, but=[sip, tls, http])
    tls_any = _free(host, but=[sip, tls, http, ami])
    first = given.get("rtp_first") or random.randrange(  # noqa: S311  # no secret
        RTP_PORTS.start, RTP_PORTS.stop - RTP_COUNT + 1, 100
    )
    last = given.get("rtp_last") or first + RTP_COUNT - 1
    return Ports(sip, tls, http, ami, first, last, tls_any)


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    return _free(LOOPBACK)


def _free(host: str, wanted: Iterable[int] = (), *, but: Iterable[int] = ()) -> int:
    """A port on which neither TCP nor UDP listens. Raises OSError if none is found."""
    taken = set(but)
    candidates = [*wanted, *random.sample(INNER_PORTS, TRIES)]
    for port in candidates:
        if port not in taken and _is_free(host, port):
            return port
    raise OSError("no port is free")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def addresses(public_host: str) -> tuple[str, str] | None:
    """Our own address, and the one outside that is forwarded to it; None if that is ours, or unknown."""
    try:
        outside = socket.gethostbyname(public_host)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((outside, SIP_PORT))  # sends nothing
            own = probe.getsockname()[0]
    except OSError:
        return None
    return None if own == outside else (own, outside)


def _secrets(path: Path) -> Secrets:
    try:
        return Secrets(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        fresh = Secrets(*(secrets.token_urlsafe(SECRET_BYTES) for _ in range(4)))
        write_private(path, json.dumps(asdict(fresh)))
        return fresh


def write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by us alone."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)


def _link(target: Path, link: Path) -> None:
    if link.is_symlink():
        link.unlink()
    if not link.exists():
        link.symlink_to(target)


# --- keys -----------------------------------------------------------------------------------------


def _keys(settings: AsteriskSettings, folder: Path) -> None:
    """The certificate that SIP over TLS shows: the given one, else one signed by itself."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    if settings.certificate is not None and settings.key is not None:
        write_private(certificate, settings.certificate.read_text())
        write_private(key, settings.key.read_text())
    elif not certificate.exists() or not key.exists():
        texts = _self_signed(settings.public_host or "parley")
        write_private(key, texts[1])
        write_private(certificate, texts[0])


def authorities(given: Path | None) -> Path | None:
    """A file of certificates: the given one, else the machine's, if it has one."""
    theirs = ssl.get_default_verify_paths().cafile
    return given or (Path(theirs) if theirs else None)


def _self_signed(name: str) -> tuple[str, str]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject: Any = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=KEY_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


# --- music ----------------------------------------------------------------------------------------


def _music(share: Path, folder: Path) -> None:
    """What comes with Asterisk, or, where nothing does, our own."""
    theirs = share / "moh"
    _link(theirs if any(theirs.glob("*.*")) else SYSTEM / MUSIC, folder)
