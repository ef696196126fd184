"""Packets as octets, with right checksums, and back."""

import socket
import struct

from family import ADDRESS_FAMILY, ends_of, family_of

NUMBERS = {'icmp': 1, 'tcp': 6, 'udp': 17, 'icmpv6': 58}
NAMES = {number: name for name, number in NUMBERS.items()}
IPV4_HEADER_BYTES, IPV6_HEADER_BYTES = 20, 40
TTL = 64


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def with_checksum(data, at, covered=b''):
    """`covered`: what it covers besides."""
    return data[:at] + struct.pack('>H', checksum(covered + data)) + data[at + 2 :]


def encode_body(packet):
    """Behind the header, and where in it the checksum is to stand."""
    protocol, payload = packet['protocol'], b'a' * packet.get('payload', 4)
    if protocol == 'udp':
        return struct.pack('>HHHH', packet['sport'], packet['dport'], 8 + len(payload), 0) + payload, 6
    if protocol == 'tcp':
        return struct.pack('>HHIIBBHHH', packet['sport'], packet['dport'], 1000, 0, 0x50, packet['flags'], 8192, 0, 0) + payload, 16
    return struct.pack('>BBHHH', packet['icmpType'], packet.get('icmpCode', 0), 0, packet['icmpId'], 0) + payload, 2


def encode(packet):
    family = 'ipv6' if ':' in packet['src'] else 'ipv4'
    source, destination = (socket.inet_pton(ADDRESS_FAMILY[family], packet[end]) for end in ('src', 'dst'))
    number = NUMBERS[packet['protocol']]
    body, at = encode_body(packet)
    pseudo = b'' if packet['protocol'] == 'icmp' else source + destination + struct.pack('>HH', number, len(body))
    body = with_checksum(body, at, pseudo)
    if family == 'ipv6':
        return struct.pack('>IHBB', 6 << 28, len(body), number, TTL) + source + destination + body
    header = struct.pack('>BBHHHBBH', 0x45, 0, IPV4_HEADER_BYTES + len(body), 0xE001, 0, TTL, number, 0) + source + destination
    return with_checksum(header, 10) + body


def decode(data):
    if family_of(data) == 'ipv6':
        number, ttl, body = data[6], data[7], data[IPV6_HEADER_BYTES:]
        tos = (struct.unpack('>H', data[:2])[0] >> 4) & 0xFF
    else:
        number, ttl, body = data[9], data[8], data[IPV4_HEADER_BYTES:]
        tos = data[1]
    source, destination = ends_of(data)
    packet = {'protocol': NAMES.get(number, str(number)), 'src': source, 'dst': destination, 'ttl': ttl, 'tos': tos}
    if packet['protocol'] in ('udp', 'tcp'):
        packet['sport'], packet['dport'] = struct.unpack('>HH', body[:4])
        packet['payload'] = len(body) - 8
        if packet['protocol'] == 'tcp':
            packet['flags'], packet['payload'] = body[13], len(body) - (body[12] >> 4) * 4
    elif packet['protocol'] in ('icmp', 'icmpv6'):
        packet['icmpType'], packet['icmpCode'], packet['icmpId'] = body[0], body[1], struct.unpack('>H', body[4:6])[0]
        packet['payload'] = len(body) - 8
    return packet


def turned(data):
    """A datagram that answers another: the ends change places, which no checksum sees."""
    if family_of(data) == 'ipv6':
        return data[:7] + bytes((TTL,)) + data[24:40] + data[8:24] + data[42:44] + data[40:42] + data[44:]
    header = data[:8] + bytes((TTL,)) + data[9:10] + bytes(2) + data[16:20] + data[12:16]
    return with_checksum(header, 10) + data[22:24] + data[20:22] + data[24:]
