"""Names that the exchange and the switch's configuration must agree on.

What the exchange expects of a configuration (see the templates):

- ari.conf: `channelvars = ` the CHANNEL_VARIABLES. Dialplan of both contexts: a call of digits (with
  or without '+') goes `Stasis(parley)` at once, without Answer; if that fails (nobody listens),
  `Hangup(34)`, so that a carrier tries another way. Whatever else is dialled is not found. AMD_CONTEXT
  listens to whoever answered a call of ours, then `Stasis(parley,amd,<AMDSTATUS>,<AMDCAUSE>)`.
- sorcery.conf: endpoint, auth, aor (res_pjsip), identify (res_pjsip_endpoint_identifier_ip) and
  registration (res_pjsip_outbound_registration) have the wizard `memory` after `config`: trunks and
  phones are pushed over ARI (`/asterisk/config/dynamic`), never written to files.
- transports named as in TRANSPORTS; a music class `default`; `transmit_silence = yes`.
- manager.conf on loopback: a user with read = system,security and write = system,call, for
  recordings (MixMonitor), registrations of trunks and strangers' requests.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

APP = "parley"  # the Stasis application
TRUNK_CONTEXT = "from-trunk"
PHONE_CONTEXT = "from-phone"
AMD_CONTEXT, AMD, MACHINE = "amd", "amd", "MACHINE"  # and what StasisStart says of a machine
TRANSPORTS = {
    "udp": "parley-udp",
    "tcp": "parley-tcp",
    "tls": "parley-tls",  # the carrier must show a certificate that is valid for its host
    "tls_any": "parley-tls-any",  # any certificate will do
    "ws": "parley-ws",
}
CHANNEL_VARIABLES = (
    "PARLEY_TENANT", "PARLEY_INTERACTION", "PARLEY_ROLE", "PARLEY_AGENT", "PARLEY_TRUNK",
)  # fmt: skip


def trunk_name(tenant_id: str, trunk_id: str) -> str:
    """The SIP endpoint of a trunk. Asterisk's channel names have no room for our ids."""
    return "t" + _short(tenant_id, trunk_id)


def phone_name(tenant_id: str, agent_id: str) -> str:
    """The SIP endpoint, and the user, of an agent's phone."""
    return "p" + _short(tenant_id, agent_id)


def _short(*words: str) -> str:
    return hashlib.sha256("~".join(words).encode()).hexdigest()[:20]


IN, OUT = "in", "out"  # sides of a recording: what the leg says, what it hears


class Spooled(NamedTuple):
    """A recording's name in the spool, without side and extension."""

    tenant_id: str
    interaction_id: str
    recording_id: str
    kind: str  # call or voicemail
    leg_id: str  # of which it is

    def stem(self, side: str) -> str:
        """`side` is `in` (what the leg says) or `out` (what it hears)."""
        return "~".join((*self, side))


def spooled(stem: str) -> tuple[Spooled, str] | None:
    """Name and side of a file of ours; None for any other."""
    words = stem.split("~")
    return (Spooled(*words[:5]), words[5]) if len(words) == 6 else None
