"""Documents of the telephone: trunks to carriers, and prompts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from parley.api.schemas.common import Body, Id, Instant, Language, Name, Names, Wire
from parley.api.schemas.numbers import Received
from parley.api.schemas.reference import SettingBody
from parley.core.desk.networks import network_problem

MAX_TRUNK_NUMBERS = 1_000
MAX_TRUNK_CALLS = 10_000
SPOKEN_CHARS = 1_000

Host = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$")
]
FromHost = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:/-]{0,251}[A-Za-z0-9])?$")
]
SipUser = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+@-]{1,64}$")]
TrunkSecret = Annotated[str, StringConstraints(pattern=r"^[!-~]{0,128}$", strip_whitespace=False)]
Prefix = Annotated[str, StringConstraints(pattern=r"^[0-9*#+]{1,12}$")]
Codec = Literal["ulaw", "alaw", "opus", "g722"]
Transport = Literal["udp", "tcp", "tls"]
Spoken = Annotated[str, StringConstraints(min_length=1, max_length=SPOKEN_CHARS)]


class TrunkBody(SettingBody):
    """A line to a carrier. Those of a larger `priority` are tried first."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    name: Name
    host: Host
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    transport: Transport = "udp"
    username: SipUser | None = None
    registers: Annotated[bool, Field(alias="register")] = False  # `register` is the metaclass's
    numbers: Annotated[
        list[Received], Field(max_length=MAX_TRUNK_NUMBERS)
    ] = []  # others are refused; empty: any
    codecs: Annotated[list[Codec], Field(min_length=1, max_length=4)] = ["alaw", "ulaw"]
    verify: bool = True  # over TLS: the carrier's certificate must be valid for its host
    srtp: bool = False
    limit: Annotated[int, Field(ge=0, le=MAX_TRUNK_CALLS)] | None = None  # calls at once
    priority: Annotated[int, Field(ge=0, le=100)] = 10
    from_hosts: Annotated[list[FromHost], Field(max_length=50)] = []  # whose calls are taken
    prefix: Prefix | None = None  # put before each number that is called
    enabled: bool = True

    @model_validator(mode="after")
    def has_a_user_to_register(self) -> TrunkBody:
        if self.registers and self.username is None:
            raise PydanticCustomError("register_needs_user", "a user name to register with")
        return self


class TrunkCreate(TrunkBody):
    secret: TrunkSecret | None = None

    @field_validator("from_hosts")
    @classmethod
    def is_of_a_carrier(cls, hosts: list[str]) -> list[str]:
        for host in hosts:
            problem = network_problem(host)
            if problem is not None:
                raise PydanticCustomError(
                    problem, "a name, an address, or at most a /24 (IPv6 /48)"
                )
        return hosts

    @model_validator(mode="after")
    def has_a_user_with_that_secret(self) -> TrunkCreate:
        if self.secret and self.username is None:
            raise PydanticCustomError("secret_needs_user", "the user name that the secret is of")
        return self


class TrunkUpdate(TrunkCreate):
    """Without `secret` the one before stays; an empty one removes it, as does no `username`."""

    version: int


class Trunk(TrunkBody):
    """The secret itself is never shown."""

    id: str
    version: int
    updated_at: Instant
    secret_set: bool


class PromptBody(SettingBody):
    """What callers hear: a text that is spoken, or a recording that was uploaded."""

    names: Names
    texts: Annotated[dict[Language, Spoken], Field(max_length=20)] = {}
    audio: Annotated[dict[Language, Id], Field(max_length=20)] = {}  # files; see the upload


class PromptAudio(Wire):
    id: str
    version: int  # of the prompt, from now on
    language: str
    file_id: str


class PromptSound(Wire):
    """How far the sound of a prompt in one language is; `code` says why it failed."""

    language: str
    uploaded: bool  # else made of the text
    state: Literal["making", "ready", "failed"]
    code: str | None
    tried_again: bool  # by itself


class SystemPrompt(Wire):
    """What everybody's system says under a key, by language."""

    key: str
    texts: dict[str, str]
    durations_s: dict[str, float]
    unit: bool  # a piece of a number


class Hold(Body):
    held: bool
