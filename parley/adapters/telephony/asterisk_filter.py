"""Whose packets reach Asterisk's SIP ports: the kernel drops all others, without root.

A filter is attached to Asterisk's own sockets, which whoever started it may borrow. It sees the first
packet of a TCP connection as well as every datagram, and counts what it drops.
Source: socket(7), SO_ATTACH_FILTER; pidfd_getfd(2); linux/filter.h; linux/sock_diag.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

Network = IPv4Network | IPv6Network
Step = tuple[int, int, int, int]  # code, jump if true, jump if false, operand

MOST_NETWORKS = 200  # a filter has 4,096 steps at most, an IPv6 network takes 13

_LOAD, _LOAD_BYTE, _AND, _EQUAL, _JUMP, _RETURN = 0x20, 0x30, 0x54, 0x15, 0x05, 0x06
_HEADER = 0x1_0000_0000 - 0x10_0000  # where the IP header begins (SKF_NET_OFF)
_SOURCE = {4: _HEADER + 12, 6: _HEADER + 8}
_WORD = 0xFFFF_FFFF
_PASS, _DROP = _WORD, 0

_PIDFD_GETFD = 438
_SO_ATTACH_FILTER, _SO_MEMINFO = 26, 55
_COUNTS = struct.Struct("9I")
_DROPS = 8


@dataclass(frozen=True, slots=True)
class Rule:
    """Only these networks are let in; or, if `others` are, these are kept out."""

    networks: frozenset[Network]
    others: bool


def steps(rule: Rule) -> list[Step]:
    """The filter that decides so, by a packet's source."""
    found, rest = (_DROP, _PASS) if rule.others else (_PASS, _DROP)
    networks = sorted(rule.networks, key=str)[:MOST_NETWORKS]
    old = [step for n in networks if n.version == 4 for step in _network(n, found)]
    new = [step for n in networks if n.version == 6 for step in _network(n, found)]
    leave = (_RETURN, 0, 0, rest)
    version = [(_LOAD_BYTE, 0, 0, _HEADER), (_AND, 0, 0, 0xF0), (_EQUAL, 1, 0, 0x40)]
    return [*version, (_JUMP, 0, 0, len(old) + 1), *old, leave, *new, leave]


def _network(network: Network, found: int) -> Iterator[Step]:
    """Answers `found` if the source is in it, else falls through."""
    size = network.max_prefixlen // 32
    wanted = struct.unpack(f"!{size}I", network.network_address.packed)
    masks = struct.unpack(f"!{size}I", network.netmask.packed)
    tests: list[Step] = []
    for word in range(size):
        if masks[word] == 0:
            break
        tests.append((_LOAD, 0, 0, _SOURCE[network.version] + 4 * word))
        if masks[word] != _WORD:
            tests.append((_AND, 0, 0, masks[word]))
        tests.append((_EQUAL, 0, 0, wanted[word]))
    for at, (code, _, _, operand) in enumerate(tests):
        yield (code, 0, len(tests) - at if code == _EQUAL else 0, operand)
    yield (_RETURN, 0, 0, found)


class Doors:
    """The SIP sockets of a running Asterisk. Raises OSError where the kernel does not lend them."""

    def __init__(self, pid: int, ports: Sequence[int]) -> None:
        self._sockets = [door for door in _borrowed(pid) if _listens(door, ports)]
        if not self._sockets:
            raise OSError(errno.ENOENT, "no SIP socket is open")

    def obey(self, rule: Rule) -> None:
        code = b"".join(struct.pack("HBBI", *step) for step in steps(rule))
        kept = ctypes.create_string_buffer(code, len(code))
        given = struct.pack("HL", len(code) // 8, ctypes.addressof(kept))
        for door in self._sockets:
            door.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, given)

    def dropped(self) -> int:
        """Packets, since the sockets were opened."""
        counts = (d.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _COUNTS.size) for d in self._sockets)
        return sum(_COUNTS.unpack(count)[_DROPS] for count in counts)

    def close(self) -> None:
        """Else its ports stayed taken after its end."""
        for door in self._sockets:
            door.close()


def _borrowed(pid: int) -> Iterator[socket.socket]:
    """All sockets of a process; whoever does not keep one closes it."""
    handle = os.pidfd_open(pid)
    try:
        for link in _sockets_of(pid):
            yield borrow(handle, int(link.name))
    finally:
        os.close(handle)


def _sockets_of(pid: int) -> Iterable[Path]:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if str(link.readlink()).startswith("socket:"):
                yield link
        except FileNotFoundError:  # closed meanwhile
            continue


def borrow(handle: int, number: int) -> socket.socket:
    """A socket of a process, by its pidfd. Raises OSError where the kernel does not allow it."""
    descriptor = ctypes.CDLL(None, use_errno=True).syscall(_PIDFD_GETFD, handle, number, 0)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return socket.socket(fileno=descriptor)


def _listens(door: socket.socket, ports: Sequence[int]) -> bool:
    """Whether strangers could come in here; any other is closed."""
    if door.family in (socket.AF_INET, socket.AF_INET6) and door.getsockname()[1] in ports:
        if door.type == socket.SOCK_DGRAM:
            return True
        if door.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return True
    door.close()
    return False
