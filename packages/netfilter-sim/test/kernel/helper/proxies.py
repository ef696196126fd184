"""Sockets that rules may hand packets to (`-j TPROXY`): none of their ports is that of any packet."""

import ctypes
import socket
import struct

from family import ADDRESS_FAMILY

# include/uapi/linux/in.h, in6.h, asm-generic/socket.h, filter.h
TRANSPARENT = {'ipv4': (socket.IPPROTO_IP, 19), 'ipv6': (socket.IPPROTO_IPV6, 75)}
SO_ATTACH_FILTER = 26
RETURN_NOTHING = struct.pack('=HBBI', 0x06, 0, 0, 0)

LOOPBACK = {'ipv4': '127.0.0.1', 'ipv6': '::1'}
# Address, port, and whether it is transparent; each for UDP and TCP.
PROXIES = (('any', 12345, True), ('loopback', 12346, True), ('any', 12347, False))


def open_proxies():
    return [
        proxy(family, kind, LOOPBACK[family] if address == 'loopback' else '', port, transparent)
        for family in ADDRESS_FAMILY
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)
        for address, port, transparent in PROXIES
    ]


def proxy(family, kind, address, port, transparent):
    sock = socket.socket(ADDRESS_FAMILY[family], kind)
    if family == 'ipv6':
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.setsockopt(*TRANSPARENT[family], int(transparent))
    # What it gets it throws away: a listener of TCP would answer.
    program = ctypes.create_string_buffer(RETURN_NOTHING, len(RETURN_NOTHING))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack('@HP', 1, ctypes.addressof(program)))
    sock.bind((address, port))
    if kind == socket.SOCK_STREAM:
        sock.listen()
    return sock
