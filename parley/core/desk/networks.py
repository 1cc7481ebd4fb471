"""Which networks may be a carrier's: calls, and all other SIP, are taken from everybody in them."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

WIDEST = {4: 24, 6: 48}  # prefix lengths
_MAPPED = IPv6Network("::ffff:0:0/96")  # IPv4 as IPv6 says it: RFC 4291, section 2.5.5.2


def network_problem(host: str) -> str | None:
    """The code of what is wrong with a name, an address or a network; None if it may be a carrier's."""
    try:
        network: IPv4Network | IPv6Network = ip_network(host.strip("[]"), strict=False)
    except ValueError:
        return "format" if "/" in host else None
    wide = network.prefixlen < WIDEST[network.version]
    if isinstance(network, IPv6Network) and network.overlaps(_MAPPED):
        wide = network.prefixlen < _MAPPED.prefixlen + WIDEST[4]
    return "network_too_wide" if wide else None
