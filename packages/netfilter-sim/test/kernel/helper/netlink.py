"""Netlink without libraries: requests, answers, and messages that come by themselves."""

import socket
import struct

from sockets import LARGEST, drain

NETLINK_NETFILTER = 12
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3


def attributes(data):
    """Attributes by their type; flags in the upper bits of the type are left out."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from('=HH', data)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


def attribute(kind, data):
    return struct.pack('=HH', 4 + len(data), kind) + data + b'\0' * (-len(data) % 4)


def request(subsystem, kind, flags, family=0, resource=0, body=b''):
    payload = struct.pack('=BBH', family, 0, socket.htons(resource)) + body
    return struct.pack('=IHHII', 16 + len(payload), subsystem << 8 | kind, flags | NLM_F_REQUEST, 1, 0) + payload


def messages(data):
    while len(data) >= 16:
        length, kind, _, _, _ = struct.unpack_from('=IHHII', data)
        yield kind, data[16:length]
        data = data[(length + 3) & ~3:]


def open_socket():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind((0, 0))
    return sock


def acknowledged(sock):
    for kind, body in messages(sock.recv(LARGEST)):
        if kind == NLMSG_ERROR:
            code = struct.unpack_from('=i', body)[0]
            if code != 0:
                raise OSError(-code, 'netlink request failed')


def configure(sock, subsystem, kind, bodies, resource=0):
    """Asks the kernel for messages; from then on reading does not wait for them."""
    for body in bodies:
        sock.send(request(subsystem, kind, NLM_F_ACK, resource=resource, body=body))
        acknowledged(sock)
    sock.setblocking(False)


def arrived(sock, subsystem, kind):
    """The attributes of each such message that came since."""
    for data in drain(lambda: sock.recv(LARGEST)):
        for found, body in messages(data):
            if found == subsystem << 8 | kind:
                yield attributes(body[4:])
