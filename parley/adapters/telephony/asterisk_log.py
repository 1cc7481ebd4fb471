"""What Asterisk tells in its log alone: carriers whose certificate it refused just now.

    [2026-11-27 21:15:05.975] ERROR[12] …: Transport 'parley-tls' to remote 'sip.example' - 192.0.2.1:5061 - The …

Source: Asterisk 22, res_pjsip/pjsip_transport_events.c; pjlib, ssl_sock.h.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from parley.adapters.telephony.asterisk_absent import both
from parley.adapters.telephony.asterisk_process import tail
from parley.core.model import Texts

RECENT = timedelta(seconds=100)  # carriers are tried every 20 or 30 seconds
_REFUSED = re.compile(
    r"^\[(?P<at>[\d :-]+)[^\]]*\].*Transport '[^']*' to remote '(?P<host>[^']*)'"
    r" - \S+:(?P<port>\d+) - (?P<why>.+)$",
    re.MULTILINE,
)
_IN_CHINESE = {
    "does not match": "证书上的名称与运营商地址不符",
    "expired": "证书已过期或尚未生效",
    "untrusted": "证书不受信任",
    "issuer": "证书的签发机构不受信任",
    "self-signed": "证书为自签名",
}


def refused_certificates(log: Path, now: datetime) -> Mapping[str, Texts]:
    """`host:port` of a carrier → why it is not spoken to. `now` is local, as the log's times are."""
    found: dict[str, Texts] = {}
    for line in _REFUSED.finditer(tail(log)):
        if now - datetime.fromisoformat(line["at"]) <= RECENT:
            found[f"{line['host']}:{line['port']}"] = _told(line["why"])
    return found


def _told(why: str) -> Texts:
    chinese = next((text for word, text in _IN_CHINESE.items() if word in why.lower()), why)
    return both(
        f"运营商的 TLS 证书被拒绝：{chinese}", f"the carrier's TLS certificate is refused: {why}"
    )
