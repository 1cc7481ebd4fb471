"""Who may do what: roles → permissions with a data scope. Every route names its permission.

`OWN`: what the person serves or was given. `TEAM`: the queues they belong to (none named: all).
`TENANT`: everything of the company. scope.py turns a scope into query conditions.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from parley.core.desk.account import AccountRole


class Scope(IntEnum):
    OWN = 1
    TEAM = 2
    TENANT = 3


class Permission(StrEnum):
    PRESENCE_SET_OWN = "presence.set_own"
    PRESENCE_SET = "presence.set"  # of others
    AGENTS_READ = "agents.read"
    INTERACTIONS_READ = "interactions.read"
    INTERACTIONS_SERVE = "interactions.serve"  # accept, write, transfer, wrap up
    INTERACTIONS_SUPERVISE = "interactions.supervise"  # take over, read along, assign, reprioritise
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    TICKETS_READ = "tickets.read"
    TICKETS_WRITE = "tickets.write"
    SETTINGS_READ = "settings.read"
    SETTINGS_WRITE = "settings.write"
    CANNED_REPLIES_WRITE = "canned_replies.write"
    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    ATTACHMENTS_READ = "attachments.read"
    ATTACHMENTS_WRITE = "attachments.write"
    SEARCH = "search"
    NOTICES_OWN = "notices.own"
    BOARD_READ = "board.read"
    PHONE_OWN = "phone.own"  # register one's own phone, call numbers
    CALLS_READ = "calls.read"  # call detail records
    RECORDINGS_READ = "recordings.read"  # listen; every time is audited
    RECORDINGS_DOWNLOAD = "recordings.download"  # take the file away; every time is audited
    RECORDINGS_HOLD = "recordings.hold"  # keep one beyond the rule
    TRUNKS_READ = "trunks.read"
    AUDIT_READ = "audit.read"  # who changed, read and took away what
    LIVE = "live"


_AGENT: dict[Permission, Scope] = {
    Permission.PRESENCE_SET_OWN: Scope.OWN,
    Permission.AGENTS_READ: Scope.TENANT,  # whom to transfer to or consult
    Permission.INTERACTIONS_READ: Scope.OWN,
    Permission.INTERACTIONS_SERVE: Scope.OWN,
    Permission.CUSTOMERS_READ: Scope.OWN,
    Permission.CUSTOMERS_WRITE: Scope.OWN,
    Permission.TICKETS_READ: Scope.OWN,
    Permission.TICKETS_WRITE: Scope.OWN,
    Permission.SETTINGS_READ: Scope.TENANT,  # names of queues, dispositions, canned replies
    Permission.ATTACHMENTS_READ: Scope.OWN,
    Permission.ATTACHMENTS_WRITE: Scope.OWN,
    Permission.SEARCH: Scope.OWN,
    Permission.NOTICES_OWN: Scope.OWN,
    Permission.PHONE_OWN: Scope.OWN,
    Permission.CALLS_READ: Scope.OWN,
    Permission.RECORDINGS_READ: Scope.OWN,
    Permission.LIVE: Scope.OWN,
}

_SUPERVISOR: dict[Permission, Scope] = {
    **_AGENT,
    Permission.PRESENCE_SET: Scope.TEAM,
    Permission.INTERACTIONS_READ: Scope.TEAM,
    Permission.INTERACTIONS_SUPERVISE: Scope.TEAM,
    Permission.CUSTOMERS_READ: Scope.TENANT,  # customers belong to no queue; reading is audited
    Permission.CUSTOMERS_WRITE: Scope.TENANT,
    Permission.TICKETS_READ: Scope.TEAM,
    Permission.TICKETS_WRITE: Scope.TEAM,
    Permission.CANNED_REPLIES_WRITE: Scope.TENANT,
    Permission.PEOPLE_READ: Scope.TEAM,
    Permission.ATTACHMENTS_READ: Scope.TEAM,
    Permission.SEARCH: Scope.TEAM,
    Permission.BOARD_READ: Scope.TEAM,
    Permission.CALLS_READ: Scope.TEAM,
    Permission.RECORDINGS_READ: Scope.TEAM,
    Permission.RECORDINGS_DOWNLOAD: Scope.TEAM,
    Permission.LIVE: Scope.TEAM,
}

_ADMINISTRATOR: dict[Permission, Scope] = dict.fromkeys(Permission, Scope.TENANT)

GRANTS: dict[AccountRole, dict[Permission, Scope]] = {
    AccountRole.AGENT: _AGENT,
    AccountRole.SUPERVISOR: _SUPERVISOR,
    AccountRole.ADMINISTRATOR: _ADMINISTRATOR,
}


def scope_of(role: AccountRole, permission: Permission) -> Scope | None:
    """How far `permission` reaches for `role`; None: not at all."""
    return GRANTS[role].get(permission)


def permissions_of(role: AccountRole) -> list[str]:
    """The names of what the role may do, for screens that disable what would be refused."""
    return sorted(GRANTS[role])
