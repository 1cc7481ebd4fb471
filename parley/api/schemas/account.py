"""Who is signed in, presence, the people behind the accounts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from parley.api.limits import LIST_ITEMS, PASSWORD_CHARS_MAX
from parley.api.schemas.common import Body, Id, Instant, Language, Level, Name, Wire
from parley.api.schemas.numbers import E164
from parley.core.desk.account import AccountRole
from parley.core.model import Channel, PhoneKind, PresenceStatus

Email = Annotated[
    str,
    StringConstraints(
        to_lower=True, strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
    ),
]
Password = Annotated[str, StringConstraints(max_length=PASSWORD_CHARS_MAX, strip_whitespace=False)]
Capacity = dict[Channel, Annotated[int, Field(ge=0, le=50)]]
Levels = Annotated[dict[Id, Level], Field(max_length=LIST_ITEMS)]


class SignIn(Body):
    email: Email
    password: Password
    tenant: Id | None = None


class PasswordChange(Body):
    current: Password
    new: Password


class LanguageChange(Body):
    language: Language


class MyAccount(Wire):
    id: str
    name: str
    email: str
    role: AccountRole
    language: str
    must_change_password: bool


class MyTenant(Wire):
    id: str
    names: dict[str, str]
    zone: str
    languages: list[str]


class Phone(Body):
    """What rings when the person is called; an outside `number` for kind number only."""

    kind: PhoneKind = PhoneKind.BROWSER
    number: E164 | None = None

    @model_validator(mode="after")
    def has_its_number(self) -> Phone:
        if (self.kind is PhoneKind.NUMBER) != (self.number is not None):
            raise PydanticCustomError("phone_number", "a number for kind number, and only then")
        return self


class Me(Wire):
    account: MyAccount
    tenant: MyTenant
    phone: Phone  # what rings when I am called
    permissions: list[str]
    csrf: str


class PresenceChange(Body):
    status: PresenceStatus
    reason: Id | None = None


class PresenceReason(Wire):
    id: str
    names: dict[str, str]


class Agent(Wire):
    """An agent as the pickers for transfer, consult and assignment show them."""

    id: str
    name: str
    role: AccountRole
    status: PresenceStatus
    reason: str | None
    since: Instant | None
    online: bool
    busy: dict[str, int]  # channel -> how many
    capacity: dict[str, int]
    queues: list[str]
    skills: dict[str, int]
    languages: list[str]
    free: bool


class Person(Wire):
    id: str
    email: str
    name: str
    role: AccountRole
    language: str
    active: bool
    must_change_password: bool
    locked_until: Instant | None
    queues: dict[str, int]  # queue -> tier
    skills: dict[str, int]  # skill -> level
    capacity: dict[str, int]
    languages: list[str]
    phone: Phone
    version: int


class PersonProfile(Body):
    email: Email
    name: Name
    role: AccountRole
    language: Language = "zh-CN"
    queues: Levels = {}  # queue -> tier
    skills: Levels = {}
    capacity: Capacity = {Channel.CHAT: 3, Channel.TASK: 1, Channel.VOICE: 1}
    languages: Annotated[list[Language], Field(max_length=10)] = ["zh-CN"]
    phone: Phone = Phone()


class PersonCreate(PersonProfile):
    password: Password | None = None  # none: a temporary one is made


class PersonUpdate(PersonProfile):
    version: int


class PersonActive(Body):
    active: bool


class DeskPhone(Wire):
    """What a SIP desk phone is set up with; its password stays the same."""

    uri: str
    user: str
    password: str


class PersonCreated(Person):
    temporary_password: str | None


class TemporaryPassword(Wire):
    temporary_password: str
