"""The vault: any range is the slice, and whatever was done to the stored bytes is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.adapters.blobs.disk import DiskBlobs
from parley.adapters.blobs.vault import CHUNK_BYTES, TAG_BYTES, Damaged, Vault

KEY = "tnt_1/rec_1"
HEADER_BYTES = 36
PLAIN = bytes(range(251)) * (3 * CHUNK_BYTES // 251 + 1)  # a little over three chunks
SIZES = (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, len(PLAIN))
EDGES = st.one_of(
    st.integers(0, len(PLAIN) + 10),
    st.sampled_from([n * CHUNK_BYTES + d for n in range(4) for d in (-1, 0, 1) if n or d >= 0]),
)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> DiskBlobs:
    return DiskBlobs(tmp_path_factory.mktemp("blobs"))


@pytest.fixture(scope="module")
def vault(disk: DiskBlobs) -> Vault:
    vault = Vault(disk, b"m" * 48)
    asyncio.run(vault.put(KEY, PLAIN))
    return vault


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_put_is_got_and_its_size_is_known(vault: Vault, size: int) -> None:
    await vault.put("tnt_1/rec_2", PLAIN[:size])
    assert await vault.get("tnt_1/rec_2") == PLAIN[:size]
    assert await vault.size("tnt_1/rec_2") == size
    assert await vault.read("tnt_1/rec_2", 0, size + 1) == PLAIN[:size]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=EDGES, length=EDGES)
def test_any_range_is_the_slice(vault: Vault, start: int, length: int) -> None:
    assert asyncio.run(vault.read(KEY, start, length)) == PLAIN[start : start + length]


async def test_what_is_stored_shows_nothing_of_it_and_is_never_the_same_twice(
    vault: Vault, disk: DiskBlobs
) -> None:
    await vault.put("tnt_1/rec_3", PLAIN)
    one = await disk.get("tnt_1/rec_3")
    await vault.put("tnt_1/rec_3", PLAIN)
    other = await disk.get("tnt_1/rec_3")
    assert one is not None
    assert one != other
    assert PLAIN[:64] not in one


async def test_there_may_be_none(vault: Vault) -> None:
    assert await vault.get("tnt_1/rec_9") is None
    assert await vault.size("tnt_1/rec_9") is None
    assert await vault.read("tnt_1/rec_9", 0, 1) is None
    await vault.remove("tnt_1/rec_9")


async def test_what_is_removed_is_gone(vault: Vault) -> None:
    await vault.put("tnt_1/rec_4", b"x")
    await vault.remove("tnt_1/rec_4")
    assert await vault.get("tnt_1/rec_4") is None


# --- harm -----------------------------------------------------------------------------------------


def _chunk(number: int) -> slice:
    start = HEADER_BYTES + number * (CHUNK_BYTES + TAG_BYTES)
    return slice(start, start + CHUNK_BYTES + TAG_BYTES)


def _swapped(stored: bytes) -> bytes:
    one, two = stored[_chunk(0)], stored[_chunk(1)]
    return stored[:HEADER_BYTES] + two + one + stored[_chunk(1).stop :]


HARM: dict[str, Callable[[bytes], bytes]] = {
    "cut at a chunk": lambda stored: stored[: _chunk(1).stop],
    "cut by a byte": lambda stored: stored[:-1],
    "no header": lambda stored: stored[HEADER_BYTES:],
    "nothing": lambda stored: b"",
    "something after its end": lambda stored: stored + b"x",
    "chunks in another order": _swapped,
    "a chunk twice": lambda stored: stored[: _chunk(1).start] + stored[_chunk(0)]
    + stored[_chunk(1).stop :],
    "a chunk less, and the size told so": lambda stored: stored[:12]
    + (2 * CHUNK_BYTES).to_bytes(8) + stored[20 : _chunk(1).stop],
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
async def test_harm_is_noticed(disk: DiskBlobs, vault: Vault, harm: str) -> None:
    stored = await disk.get(KEY)
    assert stored is not None
    await disk.put("tnt_1/rec_5", b"")
    broken = HARM[harm](stored)
    await disk.put(KEY, broken)
    try:
        with pytest.raises(Damaged):
            await vault.get(KEY)
        with pytest.raises(Damaged):
            await vault.read(KEY, 0, 2 * CHUNK_BYTES)
    finally:
        await disk.put(KEY, stored)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_any_bit_that_flips_is_noticed(disk: DiskBlobs, vault: Vault, place: int, bit: int) -> None:
    async def flipped() -> None:
        stored = await disk.get(KEY)
        assert stored is not None
        broken = bytearray(stored)
        broken[place % len(stored)] ^= 1 << bit
        await disk.put(KEY, bytes(broken))
        try:
            with pytest.raises(Damaged):
                await vault.get(KEY)
        finally:
            await disk.put(KEY, stored)

    asyncio.run(flipped())


async def test_a_blob_in_anothers_place_is_not_read_as_that(disk: DiskBlobs, vault: Vault) -> None:
    stored = await disk.get(KEY)
    assert stored is not None
    for place in ("tnt_1/rec_6", "tnt_2/rec_1"):
        await disk.put(place, stored)
        with pytest.raises(Damaged):
            await vault.get(place)


async def test_another_secret_opens_nothing(disk: DiskBlobs, vault: Vault) -> None:
    with pytest.raises(Damaged):
        await Vault(disk, b"n" * 48).get(KEY)


async def test_what_was_stored_before_there_was_a_vault_is_read_where_that_is_wished(
    disk: DiskBlobs, vault: Vault
) -> None:
    await disk.put("tnt_1/att_1", b"picture")
    with pytest.raises(Damaged):
        await vault.get("tnt_1/att_1")
    lenient = Vault(disk, b"m" * 48, plain_too=True)
    assert await lenient.get("tnt_1/att_1") == b"picture"
    assert await lenient.size("tnt_1/att_1") == 7
    assert await lenient.read("tnt_1/att_1", 2, 3) == b"ctu"


# --- secrets --------------------------------------------------------------------------------------


def test_a_secret_of_a_document_is_opened_by_its_tenant_only(vault: Vault) -> None:
    sealed = vault.seal("tnt_1", "geheim 秘密")
    assert "geheim" not in sealed
    assert vault.unseal("tnt_1", sealed) == "geheim 秘密"
    assert vault.unseal("tnt_1", "plain") == "plain"
    for tenant, stored in (("tnt_2", sealed), ("tnt_1", sealed[:-8]), ("tnt_1", sealed[:9] + "!")):
        with pytest.raises(Damaged):
            vault.unseal(tenant, stored)
