"""What IPv4 and IPv6 are called, and which of them a packet is of."""

import socket

ADDRESS_FAMILY = {'ipv4': socket.AF_INET, 'ipv6': socket.AF_INET6}
ETHERTYPE = {'ipv4': 0x0800, 'ipv6': 0x86DD}
# Where the source and the destination stand in a header.
ENDS = {'ipv4': (slice(12, 16), slice(16, 20)), 'ipv6': (slice(8, 24), slice(24, 40))}


def family_of(packet):
    return 'ipv6' if packet[0] >> 4 == 6 else 'ipv4'


def ends_of(packet):
    """Source and destination, as text."""
    family = family_of(packet)
    return tuple(socket.inet_ntop(ADDRESS_FAMILY[family], packet[end]) for end in ENDS[family])
