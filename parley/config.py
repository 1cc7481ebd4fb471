"""All settings, from the environment (prefix PARLEY_) or a file `.env` beside it. The defaults run on a laptop."""

from __future__ import annotations

import os
import socket
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import (
    Field,
    FilePath,
    IPvAnyNetwork,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent  # the checkout, if this is one

PRIVATE_NETS = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
)  # RFC 1918, and our own
TurnUrl = Annotated[
    str,
    StringConstraints(pattern=r"^turns?:[\w.-]+(:\d{1,5})?(\?transport=(udp|tcp))?$"),  # RFC 7065
]


class LogFormat(StrEnum):
    AUTO = "auto"  # for people on a terminal, else JSON
    CONSOLE = "console"
    JSON = "json"


class WrongSetting(Exception):
    """A setting that makes no sense; `str(error)` is one sentence for whoever set it."""


def _data_dir() -> Path:
    """`.parley` in the checkout; with an installed package, in the current directory."""
    checkout = (ROOT / "pyproject.toml").is_file()
    return (ROOT if checkout else Path.cwd()) / ".parley"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PARLEY_", env_file=".env", extra="ignore")

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    data_dir: Path = Field(
        default_factory=_data_dir, description="everything that is kept: database, files, secret"
    )
    database_url: SecretStr | None = Field(
        None, description="a PostgreSQL 15 or newer, as its owner; none: the embedded one"
    )
    database_port: int | None = Field(
        None, ge=1, le=65535, description="opens the embedded database on 127.0.0.1 as well"
    )
    database_patience_s: float = Field(
        30.0, ge=0, description="how long a database that does not answer yet is waited for"
    )
    pool_size: int = Field(10, ge=2, le=200, description="database connections")
    secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="signs visitors' tokens, the same on every node; none: <data dir>/secret",
    )
    https: bool = Field(False, description="browsers reach this server through https")
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default=[], description="addresses, separated by commas, that may set X-Forwarded-For"
    )
    node: str = Field(
        default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}",
        description="this process among the nodes of a cluster",
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")
    log_format: LogFormat = LogFormat.AUTO
    otlp_endpoint: str | None = Field(
        None, description="where traces go, e.g. http://localhost:4318/v1/traces; none: nowhere"
    )

    telephony: bool = Field(True, description="calls, over an Asterisk")
    asterisk: Path | None = Field(
        None, description="an Asterisk 22 or newer; none: the machine's, else one is unpacked once"
    )
    asterisk_dir: Path | None = Field(
        None, description="where Asterisk is unpacked; none: parley in the user's cache"
    )
    asterisk_mirror: str | None = Field(
        None, description="Debian mirror it is unpacked from (…/debian/); none: apt's own"
    )
    sip_host: str = Field("127.0.0.1", description="address on which carriers and desk phones ring")
    sip_port: int | None = Field(
        None, ge=1, le=65535, description="for UDP and TCP; none: 5060 if free at the first start"
    )
    sip_tls_port: int | None = Field(
        None, ge=1, le=65535, description="for TLS; none: 5061 if free at the first start"
    )
    sip_public_host: str | None = Field(
        None, description="address of this machine outside, behind a NAT"
    )
    sip_local_nets: Annotated[list[IPvAnyNetwork], NoDecode] = Field(
        default=[ip_network(net) for net in PRIVATE_NETS],
        description="networks, separated by commas, that are told this machine's own address",
    )
    stun_server: str | None = Field(
        None,
        pattern=r"^[\w.-]+(:\d{1,5})?$",
        description="host:port that tells browsers their address outside",
    )
    turn_urls: Annotated[list[TurnUrl], NoDecode] = Field(
        default=[],
        description="relays for browsers that can't reach the RTP ports, separated by commas",
    )
    turn_user: str = Field(
        "", description="of PARLEY_TURN_URLS; empty: each agent has credentials of their own"
    )
    turn_secret: SecretStr = Field(
        SecretStr(""), description="password of PARLEY_TURN_USER, or what the relay shares with us"
    )
    sip_certificate: Path | None = Field(None, description="for TLS, PEM; none: one made here")
    sip_key: Path | None = Field(None, description="of PARLEY_SIP_CERTIFICATE, PEM")
    sip_authorities: FilePath | None = Field(
        None, description="whose certificates carriers show, PEM; none: the machine's"
    )
    rtp_ports: str | None = Field(
        None,
        pattern=r"^\d{4,5}-\d{4,5}$",
        description="UDP ports of the sound, first-last; none: 4,000 chosen at the first start",
    )
    ari_url: str | None = Field(
        None, description="an Asterisk that somebody else runs, e.g. http://pbx:8088"
    )
    ari_user: str = Field("parley", description="of PARLEY_ARI_URL, for ARI and AMI")
    ari_password: SecretStr = Field(SecretStr(""), description="of PARLEY_ARI_URL")
    ami_port: int = Field(5038, ge=1, le=65535, description="AMI of PARLEY_ARI_URL's host")
    ari_recordings: Path = Field(
        Path("/var/spool/asterisk/recording"),
        description="where that Asterisk writes recordings, as this machine sees it",
    )

    @field_validator("trusted_proxies", "sip_local_nets", "turn_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


def rtp_range(text: str | None) -> tuple[int, int] | None:
    """`10000-13999` as numbers. Raises WrongSetting if the first is not the smaller one."""
    if text is None:
        return None
    first, last = (int(part) for part in text.split("-"))
    if not 1024 <= first < last <= 65535:
        raise WrongSetting("PARLEY_RTP_PORTS: first-last, between 1024 and 65535.")
    return first, last


def load(**given: object) -> Settings:
    """The settings, `given` ones (from the command line) first. Raises WrongSetting."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise WrongSetting(f"PARLEY_{name}: {first['msg']}.") from error
