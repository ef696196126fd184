"""Netlink without libraries: the packet log of the TRACE target, packets in queues, and the conntrack table."""

import socket
import struct

NETLINK_NETFILTER = 12
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
SUBSYS_CTNETLINK, SUBSYS_QUEUE, SUBSYS_LOG = 1, 3, 4

# include/uapi/linux/netfilter/nfnetlink_log.h
LOG_PACKET, LOG_CONFIG = 0, 1
CONFIG_COMMAND, CONFIG_MODE = 1, 2
COMMAND_BIND = 1
COPY_PACKET = 2
LOG_PAYLOAD, LOG_PREFIX = 9, 10
# Enough for an IP header.
COPIED_BYTES = 40

# include/uapi/linux/netfilter/nfnetlink_conntrack.h
CT_GET, CT_DELETE = 1, 2
TUPLE_ORIGINAL, TUPLE_REPLY, STATUS, PROTOCOL_INFO, TIMEOUT, MARK, ZONE = 1, 2, 3, 4, 7, 8, 18
STATUS_SEEN_REPLY, STATUS_ASSURED = 2, 4


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
    for kind, body in messages(sock.recv(65536)):
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
    while True:
        try:
            data = sock.recv(65536)
        except BlockingIOError:
            return
        for found, body in messages(data):
            if found == subsystem << 8 | kind:
                yield attributes(body[4:])


class TraceLog:
    """What `-j TRACE` logs, where the logger of the namespace is nfnetlink_log (group 0)."""

    def __init__(self):
        self.sock = open_socket()
        command = attribute(CONFIG_COMMAND, struct.pack('=B', COMMAND_BIND))
        mode = attribute(CONFIG_MODE, struct.pack('>IBB', COPIED_BYTES, COPY_PACKET, 0))
        configure(self.sock, SUBSYS_LOG, LOG_CONFIG, (command, mode))

    def read(self):
        """Everything logged since: pairs of a header in hex and a mark such as `raw:PREROUTING:policy:2`."""
        found = []
        for fields in arrived(self.sock, SUBSYS_LOG, LOG_PACKET):
            prefix = fields.get(LOG_PREFIX, b'').rstrip(b'\0').decode()
            if prefix.startswith('TRACE: '):
                found.append([fields.get(LOG_PAYLOAD, b'').hex(), prefix[7:].strip()])
        return found


# include/uapi/linux/netfilter/nfnetlink_queue.h
QUEUE_PACKET, QUEUE_VERDICT, QUEUE_CONFIG = 0, 1, 2
QUEUE_COMMAND, QUEUE_PARAMETERS = 1, 2
COPY_META = 1
PACKET_HEADER, VERDICT_HEADER = 1, 2
ACCEPT = 1


class Queue:
    """Packets that a rule holds with `-j NFQUEUE` wait here until they are let go."""

    def __init__(self, number):
        self.sock, self.number = open_socket(), number
        command = attribute(QUEUE_COMMAND, struct.pack('=BBH', COMMAND_BIND, 0, 0))
        parameters = attribute(QUEUE_PARAMETERS, struct.pack('>IB', 0, COPY_META))
        configure(self.sock, SUBSYS_QUEUE, QUEUE_CONFIG, (command, parameters), resource=number)

    def read(self):
        """Numbers of the packets that came since."""
        return [struct.unpack_from('>I', fields[PACKET_HEADER])[0] for fields in arrived(self.sock, SUBSYS_QUEUE, QUEUE_PACKET)]

    def let_go(self, packet):
        body = attribute(VERDICT_HEADER, struct.pack('>II', ACCEPT, packet))
        self.sock.send(request(SUBSYS_QUEUE, QUEUE_VERDICT, 0, resource=self.number, body=body))


class Conntrack:
    def __init__(self):
        self.sock = open_socket()

    def flush(self):
        self.sock.send(request(SUBSYS_CTNETLINK, CT_DELETE, NLM_F_ACK))
        acknowledged(self.sock)

    def entries(self, family):
        self.sock.send(request(SUBSYS_CTNETLINK, CT_GET, NLM_F_DUMP, family=family))
        found = []
        while True:
            for kind, body in messages(self.sock.recv(65536)):
                if kind == NLMSG_DONE:
                    return found
                found.append(read_entry(attributes(body[4:])))


# enum tcp_conntrack, as conntrack-tools prints it.
TCP_STATES = [
    'NONE', 'SYN_SENT', 'SYN_RECV', 'ESTABLISHED', 'FIN_WAIT', 'CLOSE_WAIT', 'LAST_ACK', 'TIME_WAIT', 'CLOSE', 'SYN_SENT2',
]
PROTOCOLS = {1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6'}


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
