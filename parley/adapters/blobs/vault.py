"""Encryption at rest: each tenant has its own key, made from the master secret; each blob its own of that.

    header   "ParleyV1", bytes of a chunk (u32), bytes of the plain text (u64), a random salt (16)
    chunks   AES-256-GCM, each with a tag of 16 bytes; at least one, all full but the last

The nonce of a chunk is its number, and header and number are authenticated with it, so that a chunk
that was changed, moved, repeated or left out is noticed, and any range can be read without the rest.
A blob's key covers its name: one blob put in another's place is not read as that. Sources: NIST SP
800-38D; RFC 5869 (HKDF).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
import struct
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parley.core.errors import Unavailable
from parley.core.ports import RangedBlobs

CHUNK_BYTES = 64 * 1024
MAX_CHUNK_BYTES = 16 * 1024 * 1024  # of a header that is believed
KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
MAGIC = b"ParleyV1"
TENANT_KEYS = 1_000  # remembered
SEALED = "sealed:1:"  # begins a secret that is stored in a document

_HEADER = struct.Struct(f">8sIQ{SALT_BYTES}s")


class Damaged(Unavailable):
    """The blob is not what was stored: changed, cut short, or written under another secret."""

    retry = False

    def __init__(self, key: str, why: str) -> None:
        super().__init__("blob_damaged", f"{key}: {why}")


class Vault:
    """Implements `ports.RangedBlobs` over another. A key begins with its tenant: `tnt_1/rec_01J…`.

    `plain_too`: what was stored before there was a vault is read as it is.
    """

    def __init__(self, blobs: RangedBlobs, secret: bytes, *, plain_too: bool = False) -> None:
        self._blobs = blobs
        self._plain_too = plain_too
        self._tenant_key = lru_cache(TENANT_KEYS)(lambda tenant: _derived(secret, tenant.encode()))

    async def put(self, key: str, data: bytes) -> None:
        """Raises Unavailable if the disk is full or cannot be written."""
        tenant_key = self._tenant_key(_tenant_of(key))
        await self._blobs.put(key, await asyncio.to_thread(_encrypted, tenant_key, key, data))

    async def get(self, key: str) -> bytes | None:
        """None if there is none. Raises Damaged."""
        stored = await self._blobs.get(key)
        if stored is None:
            return None
        if self._plain_too and not stored.startswith(MAGIC):
            return stored
        tenant_key = self._tenant_key(_tenant_of(key))
        return await asyncio.to_thread(_decrypted, tenant_key, key, stored)

    async def size(self, key: str) -> int | None:
        """Bytes of the plain text. Raises Damaged."""
        layout = await self._layout(key)
        return layout if isinstance(layout, int | None) else layout.size

    async def read(self, key: str, start: int, length: int) -> bytes | None:
        """A slice of the plain text; only the chunks it touches are read. Raises Damaged."""
        layout = await self._layout(key)
        if layout is None:
            return None
        if isinstance(layout, int):
            return await self._blobs.read(key, start, length)
        first, last = layout.chunks(start, length)
        if first >= last:
            return b""
        begin, end = layout.place(first), layout.place(last)
        stored = await self._blobs.read(key, begin, end - begin)
        if stored is None or len(stored) != end - begin:
            raise Damaged(key, "it is cut short")
        cipher = _cipher(self._tenant_key(_tenant_of(key)), key, layout)
        plain = b"".join(
            _opened(cipher, layout, number, key, memoryview(stored)[layout.place(number) - begin :])
            for number in range(first, last)
        )
        skipped = start - first * layout.chunk
        return plain[skipped : skipped + length]

    async def remove(self, key: str) -> None:
        await self._blobs.remove(key)

    async def _layout(self, key: str) -> _Layout | int | None:
        """Where the chunks lie; the size of what is stored plain; None if there is no such blob."""
        stored = await self._blobs.size(key)
        head = await self._blobs.read(key, 0, _HEADER.size)
        if stored is None or head is None:
            return None
        if self._plain_too and not head.startswith(MAGIC):
            return stored
        return _Layout.of(key, head, stored)

    # --- secrets in documents --------------------------------------------------------------------

    def seal(self, tenant_id: str, secret: str) -> str:
        """What is stored instead of the secret."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCM(self._tenant_key(tenant_id))
        sealed = nonce + cipher.encrypt(nonce, secret.encode(), SEALED.encode())
        return SEALED + base64.urlsafe_b64encode(sealed).decode()

    def unseal(self, tenant_id: str, stored: str) -> str:
        """The secret; one that was never sealed (a seed's) is returned as it is. Raises Damaged."""
        if not stored.startswith(SEALED):
            return stored
        try:
            sealed = base64.urlsafe_b64decode(stored.removeprefix(SEALED))
            nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            cipher = AESGCM(self._tenant_key(tenant_id))
            return cipher.decrypt(nonce, rest, SEALED.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise Damaged("a secret", "it was sealed under another secret") from error


@dataclass(frozen=True, slots=True)
class _Layout:
    header: bytes
    chunk: int  # bytes of plain text in a full one
    size: int  # bytes of plain text
    salt: bytes

    @classmethod
    def of(cls, key: str, head: bytes, stored: int) -> _Layout:
        """Raises Damaged unless the header and the bytes that are there fit each other."""
        if len(head) != _HEADER.size or not head.startswith(MAGIC):
            raise Damaged(key, "it has no header")
        _, chunk, size, salt = _HEADER.unpack(head)
        if not 0 < chunk <= MAX_CHUNK_BYTES:
            raise Damaged(key, "its header makes no sense")
        layout = cls(head, chunk, size, salt)
        if stored != layout.place(layout.count):
            raise Damaged(key, "it is cut short or has something after its end")
        return layout

    @property
    def count(self) -> int:
        return max(1, -(-self.size // self.chunk))

    def place(self, number: int) -> int:
        """Where a chunk begins in what is stored; of `count`: where the last one ends."""
        full = _HEADER.size + number * (self.chunk + TAG_BYTES)
        return min(full, _HEADER.size + self.size + self.count * TAG_BYTES)

    def chunks(self, start: int, length: int) -> tuple[int, int]:
        """The numbers of the chunks that a slice touches: from, till before."""
        end = min(self.size, start + length)
        if start < 0 or start >= end:
            return 0, 0
        return start // self.chunk, -(-end // self.chunk)

    def bound(self, number: int) -> bytes:
        """Authenticated with a chunk."""
        return self.header + number.to_bytes(8)


def _tenant_of(key: str) -> str:
    return key.partition("/")[0]


def _derived(secret: bytes, what: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, b"parley vault " + what).derive(secret)


def _cipher(tenant_key: bytes, key: str, layout: _Layout) -> AESGCM:
    return AESGCM(_derived(tenant_key, key.encode(), layout.salt))


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES)


def _encrypted(tenant_key: bytes, key: str, data: bytes) -> bytes:
    salt = os.urandom(SALT_BYTES)
    header = _HEADER.pack(MAGIC, CHUNK_BYTES, len(data), salt)
    layout = _Layout(header, CHUNK_BYTES, len(data), salt)
    cipher = _cipher(tenant_key, key, layout)
    chunks = (
        cipher.encrypt(
            _nonce(number),
            data[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES],
            layout.bound(number),
        )
        for number in range(layout.count)
    )
    return b"".join((header, *chunks))


def _decrypted(tenant_key: bytes, key: str, stored: bytes) -> bytes:
    layout = _Layout.of(key, stored[: _HEADER.size], len(stored))
    cipher = _cipher(tenant_key, key, layout)
    return b"".join(
        _opened(cipher, layout, number, key, memoryview(stored)[layout.place(number) :])
        for number in range(layout.count)
    )


def _opened(cipher: AESGCM, layout: _Layout, number: int, key: str, rest: memoryview) -> bytes:
    """One chunk, at the beginning of `rest`."""
    length = layout.place(number + 1) - layout.place(number)
    try:
        return cipher.decrypt(_nonce(number), rest[:length], layout.bound(number))
    except InvalidTag as error:
        raise Damaged(key, f"chunk {number} is not what was stored") from error
