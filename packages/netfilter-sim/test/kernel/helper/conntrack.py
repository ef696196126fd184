"""The conntrack table, and what the kernel counts of it."""

import socket
import struct

from family import ADDRESS_FAMILY
from netlink import NLM_F_ACK, NLM_F_DUMP, NLMSG_DONE, acknowledged, attributes, messages, open_socket, request
from sockets import LARGEST

SUBSYSTEM = 1

# include/uapi/linux/netfilter/nfnetlink_conntrack.h
GET, DELETE = 1, 2
TUPLE_ORIGINAL, TUPLE_REPLY, STATUS, PROTOCOL_INFO, TIMEOUT, MARK, ZONE = 1, 2, 3, 4, 7, 8, 18
STATUS_SEEN_REPLY, STATUS_ASSURED = 2, 4

# enum tcp_conntrack, as conntrack-tools prints it.
TCP_STATES = [
    'NONE', 'SYN_SENT', 'SYN_RECV', 'ESTABLISHED', 'FIN_WAIT', 'CLOSE_WAIT', 'LAST_ACK', 'TIME_WAIT', 'CLOSE', 'SYN_SENT2',
]
PROTOCOLS = {1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6'}


class Conntrack:
    def __init__(self):
        self.sock = open_socket()

    def flush(self):
        self.sock.send(request(SUBSYSTEM, DELETE, NLM_F_ACK))
        acknowledged(self.sock)

    def entries(self, family):
        self.sock.send(request(SUBSYSTEM, GET, NLM_F_DUMP, family=ADDRESS_FAMILY[family]))
        found = []
        while True:
            for kind, body in messages(self.sock.recv(LARGEST)):
                if kind == NLMSG_DONE:
                    return found
                found.append(read_entry(attributes(body[4:])))


def read_tuple(data):
    fields = attributes(data)
    ip, proto = attributes(fields[1]), attributes(fields[2])
    family = socket.AF_INET if 1 in ip else socket.AF_INET6
    src, dst = (ip[1], ip[2]) if family == socket.AF_INET else (ip[3], ip[4])
    found = {'src': socket.inet_ntop(family, src), 'dst': socket.inet_ntop(family, dst)}
    number = proto[1][0]
    number16 = lambda kind: str(struct.unpack('>H', proto[kind])[0])
    if 2 in proto:
        found.update(sport=number16(2), dport=number16(3))
    elif number in (1, 58):
        identifier, kind, code = (4, 5, 6) if number == 1 else (7, 8, 9)
        found.update(type=str(proto[kind][0]), code=str(proto[code][0]), id=number16(identifier))
    return number, found


def read_entry(fields):
    number, original = read_tuple(fields[TUPLE_ORIGINAL])
    _, reply = read_tuple(fields[TUPLE_REPLY])
    whole = lambda kind: struct.unpack('>I', fields[kind])[0] if kind in fields else 0
    status = whole(STATUS)
    entry = {
        'proto': PROTOCOLS.get(number, 'unknown'),
        'orig': original,
        'reply': reply,
        'unreplied': not status & STATUS_SEEN_REPLY,
        'assured': bool(status & STATUS_ASSURED),
        'mark': whole(MARK),
        'timeout': whole(TIMEOUT),
    }
    if PROTOCOL_INFO in fields and number == 6:
        entry['state'] = TCP_STATES[attributes(attributes(fields[PROTOCOL_INFO])[1])[1][0]]
    if ZONE in fields:
        entry['zone'] = struct.unpack('>H', fields[ZONE])[0]
    return entry


def read_counters():
    """The columns of `conntrack -S`, summed over the processors."""
    with open('/proc/self/net/stat/nf_conntrack') as file:
        names = file.readline().split()
        rows = [[int(value, 16) for value in line.split()] for line in file]
    return {name: sum(row[at] for row in rows) for at, name in enumerate(names)}
