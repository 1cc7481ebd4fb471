"""SIP messages (RFC 3261) and session descriptions (RFC 4566): read, written, signed (RFC 8760)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHORT = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
    "c": "content-type", "k": "supported", "s": "subject", "r": "refer-to", "b": "referred-by",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    first: str
    headers: Sequence[tuple[str, str]]  # names in lower case, in order
    body: str

    def get(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def status(self) -> int | None:
        """Of an answer; None for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else None

    @property
    def method(self) -> str:
        return self.get("cseq").rpartition(" ")[2]

    @property
    def number(self) -> int:
        return int(self.get("cseq").partition(" ")[0] or 0)

    @property
    def contact(self) -> str:
        return uri_in(self.get("contact"))

    @property
    def branch(self) -> str:
        found = re.search(r"branch=([^;,\s]+)", self.get("via"))
        return found[1] if found else ""


def parse(data: bytes) -> Message | None:
    """None for what is no SIP message."""
    head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
    lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    pairs = [line.partition(":") for line in lines[1:]]
    headers = [(SHORT.get(name.strip().lower(), name.strip().lower()), value.strip())
               for name, _, value in pairs]  # fmt: skip
    message = Message(lines[0], headers, body)
    known = message.get("call-id") and re.fullmatch(r"\d+ [A-Z]+", message.get("cseq"))
    return message if known else None


def build(first: str, headers: Sequence[tuple[str, str]], body: str = "") -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append("Content-Type: application/sdp")
    lines.append(f"Content-Length: {len(body.encode())}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def uri_in(header: str) -> str:
    found = re.search(r"<([^>]+)>", header)
    return found[1] if found else header.partition(";")[0].strip()


def describe(host: str, port: int, direction: str) -> str:
    """What we can hear and say: µ-law and keys."""
    version = secrets.randbelow(10**9)
    return (
        f"v=0\r\no=- {version} {version} IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
        f"a={direction}\r\n"
    )


def peer_in(body: str) -> tuple[str, int] | None:
    """Where the other side hears."""
    host = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", body, re.MULTILINE)
    return (host[1], int(port[1])) if host and port and port[1] != "0" else None


def authorisation(
    challenge: str, user: str, password: str, method: str, uri: str, count: int = 1
) -> str:
    """The answer to a WWW-Authenticate or Proxy-Authenticate header."""
    asked: Mapping[str, str] = {
        name.lower(): quoted or plain
        for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))', challenge)
    }
    algorithm = asked.get("algorithm", "MD5")

    def digest(*words: str) -> str:
        text = ":".join(words).encode()
        if algorithm.upper().startswith("SHA-256"):
            return hashlib.sha256(text).hexdigest()
        return hashlib.md5(text, usedforsecurity=False).hexdigest()

    nonce, own, nc = asked["nonce"], secrets.token_hex(8), f"{count:08x}"
    first = digest(user, asked["realm"], password)
    second = digest(method, uri)
    response = digest(first, nonce, nc, own, "auth", second)
    if "qop" not in asked:
        response = digest(first, nonce, second)
    parts = {
        "username": user, "realm": asked["realm"], "nonce": nonce, "uri": uri,
        "response": response, "cnonce": own, "opaque": asked.get("opaque", ""),
    }  # fmt: skip
    text = ", ".join(f'{name}="{value}"' for name, value in parts.items() if value)
    return f"Digest {text}, algorithm={algorithm}" + (
        f", qop=auth, nc={nc}" if "qop" in asked else ""
    )
