"""Sockets that see what the node sends and gets, and those that are open on it."""

import socket
import struct

from family import ADDRESS_FAMILY

# Protocols of which a raw socket gets a copy of every packet delivered to the node.
DELIVERED = {'ipv4': (socket.IPPROTO_ICMP, 6, 17, 50), 'ipv6': (socket.IPPROTO_ICMPV6, 6, 17, 50)}
LARGEST = 65536
IPV6_FLOWINFO = 11


def drain(receive):
    """All that `receive` has, of a socket that does not wait."""
    found = []
    while True:
        try:
            found.append(receive())
        except BlockingIOError:
            return found


def packet_socket(device, protocol):
    # A socket of one protocol sees what comes in, and not what it sent itself.
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((device, protocol))
    sock.setblocking(False)
    return sock


def delivery_sockets(family):
    return [raw_socket(ADDRESS_FAMILY[family], number) for number in DELIVERED[family]]


def raw_socket(family, number):
    sock = socket.socket(family, socket.SOCK_RAW, number)
    sock.setblocking(False)
    if family == socket.AF_INET6:
        for option in (socket.IPV6_RECVPKTINFO, socket.IPV6_RECVHOPLIMIT, IPV6_FLOWINFO):
            sock.setsockopt(socket.IPPROTO_IPV6, option, 1)
    return sock


def receive_delivered(sock):
    if sock.family == socket.AF_INET:
        return sock.recv(LARGEST)
    # Raw IPv6 sockets get no header: what it said comes beside the data.
    data, extra, _, sender = sock.recvmsg(LARGEST, 256)
    said = {kind: value for _, kind, value in extra}
    flow = said.get(IPV6_FLOWINFO, bytes(4))
    head = bytes((0x60 | flow[0], *flow[1:4])) + struct.pack('>HB', len(data), sock.proto)
    hops = struct.unpack('=i', said[socket.IPV6_HOPLIMIT])[0]
    source = socket.inet_pton(socket.AF_INET6, sender[0].split('%')[0])
    return head + bytes((hops,)) + source + said[socket.IPV6_PKTINFO][:16] + data


def listener(family, port):
    sock = socket.socket(ADDRESS_FAMILY[family], socket.SOCK_DGRAM)
    if family == 'ipv6':
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind(('', port))
    return sock
