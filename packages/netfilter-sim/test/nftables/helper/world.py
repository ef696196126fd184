"""Loads nft rules in a network namespace of its own, sends packets through it, and tells what happened.

Reads a request as JSON from standard input, and writes an answer as JSON. The namespaces have no
names: they end with this process.
"""

import contextlib
import ctypes
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
DEVICES = {'pod1': 'vpod1', 'pod2': 'vpod2', 'up': 'eth0'}
ETHERNET = {4: 0x0800, 6: 0x86DD}
NUMBERS = {'icmp': 1, 'tcp': 6, 'udp': 17, 'icmpv6': 58}
NAMES = {number: name for name, number in NUMBERS.items()}
OPEN_UDP_PORTS = (53, 5353)
# Neighbours and multicast listeners talk by themselves.
NOISE = range(130, 144)
HOP_BY_HOP = 0
PAUSE = 0.012

SETTINGS = {
    'net/ipv4/ip_forward': 1,
    'net/ipv6/conf/all/forwarding': 1,
    'net/ipv4/icmp_ratelimit': 0,
    'net/ipv4/icmp_msgs_per_sec': 1000000,
    'net/ipv4/icmp_msgs_burst': 1000000,
    'net/ipv6/icmp/ratelimit': 0,
    'net/ipv6/auto_flowlabels': 0,
    'net/ipv4/conf/all/rp_filter': 0,
    'net/ipv4/conf/all/send_redirects': 0,
}
DEVICE_SETTINGS = {
    'net/ipv4/conf/{}/rp_filter': 0,
    'net/ipv4/conf/{}/send_redirects': 0,
    'net/ipv6/conf/{}/accept_ra': 0,
    'net/ipv6/conf/{}/accept_dad': 0,
    'net/ipv6/conf/{}/addr_gen_mode': 1,
}
LINKS = [
    'addr add 172.18.0.2/24 dev eth0',
    'route add default via 172.18.0.1 dev eth0',
    'route add 10.244.1.5/32 dev vpod1',
    'route add 10.244.1.6/32 dev vpod2',
    'route add 10.244.2.0/24 via 172.18.0.3 dev eth0',
    '-6 addr add fd00:18::2/64 dev eth0 nodad',
    '-6 route add default via fd00:18::1 dev eth0',
    '-6 route add fd00:244:1::5/128 dev vpod1',
    '-6 route add fd00:244:1::6/128 dev vpod2',
    '-6 route add fd00:244:2::/64 via fd00:18::3 dev eth0',
]
DUMPS = {
    'ip-addr.json': ('ip', '-j', 'addr'),
    'ip-route.json': ('ip', '-j', '-N', 'route', 'show', 'table', 'all'),
    'ip-6-route.json': ('ip', '-j', '-6', '-N', 'route', 'show', 'table', 'all'),
    'ip-rule.json': ('ip', '-j', 'rule'),
    'ip-6-rule.json': ('ip', '-j', '-6', 'rule'),
    'nft-ruleset.json': ('nft', '-j', 'list', 'ruleset'),
}


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, close_fds=False)
    if done.returncode != 0:
        raise ValueError(f'{" ".join(command)}: {done.stderr.strip()}')
    return done.stdout


def enter(namespace):
    if LIBC.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'setns')


def new_namespace():
    if LIBC.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'unshare')
    return os.open('/proc/self/ns/net', os.O_RDONLY)


def write_sysctl(name, value):
    with open(f'/proc/sys/{name}', 'w') as file:
        file.write(str(value))


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def version_of(address):
    return 6 if ':' in address else 4


def octets(address):
    return socket.inet_pton(socket.AF_INET6 if version_of(address) == 6 else socket.AF_INET, address)


def encode_body(packet):
    protocol, payload = packet['protocol'], b'a' * packet.get('payload', 4)
    if protocol == 'udp':
        return struct.pack('>HHHH', packet['sport'], packet['dport'], 8 + len(payload), 0) + payload, 6
    if protocol == 'tcp':
        return struct.pack('>HHIIBBHHH', packet['sport'], packet['dport'], 1000, 0, 0x50, packet['flags'], 8192, 0, 0) + payload, 16
    return struct.pack('>BBHHH', packet['icmpType'], packet.get('icmpCode', 0), 0, packet['icmpId'], 0) + payload, 2


def encode(packet):
    body, at = encode_body(packet)
    source, destination, number = octets(packet['src']), octets(packet['dst']), NUMBERS[packet['protocol']]
    pseudo = b'' if number == NUMBERS['icmp'] else source + destination + struct.pack('>HH', number, len(body))
    body = body[:at] + struct.pack('>H', checksum(pseudo + body)) + body[at + 2 :]
    if version_of(packet['src']) == 6:
        return struct.pack('>IHBB', 6 << 28, len(body), number, 64) + source + destination + body
    header = struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(body), 0xE001, 0, 64, number, 0) + source + destination
    return header[:10] + struct.pack('>H', checksum(header)) + header[12:] + body


def decode(data):
    if data[0] >> 4 == 6:
        number, ttl, body, family, ends = data[6], data[7], data[40:], socket.AF_INET6, (data[8:24], data[24:40])
        tos = (struct.unpack('>H', data[:2])[0] >> 4) & 0xFF
    else:
        number, ttl, body, family, ends = data[9], data[8], data[20:], socket.AF_INET, (data[12:16], data[16:20])
        tos = data[1]
    source, destination = (socket.inet_ntop(family, end) for end in ends)
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


class World:
    def __init__(self):
        self.node = new_namespace()
        self.peers = {peer: new_namespace() for peer in DEVICES}
        enter(self.node)
        run('ip', 'link', 'set', 'lo', 'up')
        for name, value in SETTINGS.items():
            write_sysctl(name, value)
        for peer, device in DEVICES.items():
            namespace = f'/proc/{os.getpid()}/fd/{self.peers[peer]}'
            run('ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', 'peer0', 'netns', namespace)
            for name, value in DEVICE_SETTINGS.items():
                write_sysctl(name.format(device), value)
            run('ip', 'link', 'set', device, 'arp', 'off', 'multicast', 'off', 'up')
        self.sockets = {}
        for peer, namespace in self.peers.items():
            enter(namespace)
            for name, value in DEVICE_SETTINGS.items():
                write_sysctl(name.format('peer0'), value)
            run('ip', 'link', 'set', 'peer0', 'arp', 'off', 'multicast', 'off', 'up')
            self.sockets[peer] = [self.packet_socket(kind) for kind in ETHERNET.values()]
        enter(self.node)
        for line in LINKS:
            run('ip', *line.split())
        self.delivered = [self.raw_socket(socket.AF_INET, number) for number in (1, 6, 17)]
        self.delivered6 = [self.raw_socket(socket.AF_INET6, number) for number in (6, 17, 58)]
        self.open = [self.udp_socket(family, port) for family in (socket.AF_INET, socket.AF_INET6) for port in OPEN_UDP_PORTS]

    @staticmethod
    def packet_socket(kind):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.bind(('peer0', kind))
        sock.setblocking(False)
        return sock

    @staticmethod
    def raw_socket(family, number):
        sock = socket.socket(family, socket.SOCK_RAW, number)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVTCLASS, 1)
        sock.setblocking(False)
        return sock

    @staticmethod
    def udp_socket(family, port):
        sock = socket.socket(family, socket.SOCK_DGRAM)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(('', port))
        return sock

    def send(self, origin, data):
        version = data[0] >> 4
        if origin == 'node':
            family, end, level, option = ((socket.AF_INET, data[16:20], socket.IPPROTO_IP, 3), (socket.AF_INET6, data[24:40], socket.IPPROTO_IPV6, 36))[version == 6]
            with socket.socket(family, socket.SOCK_RAW, 255) as sock:
                sock.setsockopt(level, option, 1)
                # What is dropped on its way out fails with EPERM, which the model tells by itself.
                with contextlib.suppress(PermissionError):
                    sock.sendto(data, (socket.inet_ntop(family, end), 0))
            return
        hardware = bytes.fromhex(json.loads(run('ip', '-j', 'link', 'show', DEVICES[origin]))[0]['address'].replace(':', ''))
        self.sockets[origin][0].send(hardware + bytes(6) + struct.pack('>H', ETHERNET[version]) + data)

    def collect(self):
        found = []
        for peer, sockets in self.sockets.items():
            for sock in sockets:
                for data in drain(lambda sock=sock: sock.recv(65536)):
                    found.append((DEVICES[peer], data[14:]))
        for sock in self.delivered:
            found.extend(('local', data) for data in drain(lambda sock=sock: sock.recv(65536)))
        for sock in self.delivered6:
            for body, ancillary, _, sender in drain(lambda sock=sock: sock.recvmsg(65536, 256)):
                values = {kind: value for _, kind, value in ancillary}
                hops, tos = (struct.unpack('i', values[kind])[0] for kind in (socket.IPV6_HOPLIMIT, socket.IPV6_TCLASS))
                header = struct.pack('>IHBB', 6 << 28 | tos << 20, len(body), sock.proto, hops)
                found.append(('local', header + octets(sender[0].split('%')[0]) + values[socket.IPV6_PKTINFO][:16] + body))
        return [(place, data) for place, data in found if not is_noise(data)]


def is_noise(data):
    return data[0] >> 4 == 6 and (data[6] == HOP_BY_HOP or (data[6] == NUMBERS['icmpv6'] and data[40] in NOISE))


def drain(receive):
    found = []
    while True:
        try:
            found.append(receive())
        except BlockingIOError:
            return found


def turned(data):
    """A datagram that answers another: the ends change places, which no checksum sees."""
    if data[0] >> 4 == 6:
        return data[:7] + bytes((64,)) + data[24:40] + data[8:24] + data[42:44] + data[40:42] + data[44:]
    header = data[:8] + bytes((64,)) + data[9:10] + bytes(2) + data[16:20] + data[12:16]
    return header[:10] + struct.pack('>H', checksum(header)) + header[12:] + data[22:24] + data[20:22] + data[24:]


def play(world, events):
    played, seen, start = [], [], time.monotonic()
    for event in events:
        at = round((time.monotonic() - start) * 1000)
        if 'wait' in event:
            time.sleep(event['wait'] / 1000)
            played.append({'sent': None, 'atMs': at, 'seen': []})
            seen.append([])
            continue
        if 'answers' in event:
            device, data = next(((device, data) for device, data in seen[event['answers']] if device != 'local'), (None, None))
            if device is None:
                raise ValueError(f'nothing to answer: packet {event["answers"]} did not leave the node')
            origin, data = next(peer for peer, name in DEVICES.items() if name == device), turned(data)
        else:
            origin, data = event['from'], encode(event)
        world.send(origin, data)
        time.sleep(PAUSE)
        found = world.collect()
        seen.append(found)
        played.append({'sent': {'from': origin, **decode(data)}, 'atMs': at, 'seen': [[place, decode(data)] for place, data in found]})
    return played


def load_iptables(rules):
    if rules is not None:
        run('iptables-legacy-restore', text=rules)


def main():
    request = json.load(sys.stdin)
    world = World()
    load = {'iptables': lambda: load_iptables(request.get('iptables')), 'nftables': lambda: run('nft', '-f', '-', text=request['rules'])}
    first = request.get('first', 'iptables')
    load.pop(first)()
    load.popitem()[1]()
    snapshot = {name: run(*command) for name, command in DUMPS.items()}
    if 'iptables' in request:
        snapshot['iptables-save.txt'] = run('iptables-legacy-save')
    snapshot['sysctl.txt'] = ''.join(f'{name.replace("/", ".")} = {value}\n' for name, value in SETTINGS.items())
    snapshot['ss.txt'] = ''.join(f'udp UNCONN 0 0 {any_address}:{port} {any_address}:*\n' for port in OPEN_UDP_PORTS for any_address in ('0.0.0.0', '[::]'))
    listing = run('nft', '-a', 'list', 'ruleset')
    # A file takes all that comes; a full pipe would make nft miss some of it.
    lines = tempfile.TemporaryFile(mode='w+')
    monitor = subprocess.Popen(('stdbuf', '-oL', 'nft', 'monitor', 'trace'), stdout=lines)
    time.sleep(0.3)
    world.collect()
    events = play(world, request['events'])
    time.sleep(0.2)
    monitor.terminate()
    monitor.wait()
    lines.seek(0)
    trace = lines.read().splitlines()
    after = run('nft', '-j', 'list', 'ruleset')
    conntrack = [line for family in ('ipv4', 'ipv6') for line in run('conntrack', '-L', '-f', family).splitlines()]
    json.dump({'snapshot': snapshot, 'listing': listing, 'events': events, 'trace': trace, 'after': after, 'conntrack': conntrack}, sys.stdout)


main()
