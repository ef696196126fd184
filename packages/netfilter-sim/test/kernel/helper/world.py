"""A node and its three neighbours as network namespaces without names: they end with this process."""

import ctypes
import os
import socket
import struct
import subprocess
import time

from netlink import Conntrack, Queue, TraceLog

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
ETH_P_IP, ETH_P_IPV6, ETH_P_MARKER = 0x0800, 0x86DD, 0x88B5
FAMILIES = {'ipv4': (socket.AF_INET, ETH_P_IP), 'ipv6': (socket.AF_INET6, ETH_P_IPV6)}

# Who is behind which device of the node, and the last octets of the hardware addresses.
DEVICES = {'pod1': ('vpod1', 1), 'pod2': ('vpod2', 2), 'up': ('eth0', 3)}

# Protocols of which a raw socket gets a copy of every packet delivered to the node.
DELIVERED = {'ipv4': (socket.IPPROTO_ICMP, 6, 17, 50), 'ipv6': (socket.IPPROTO_ICMPV6, 6, 17, 50)}
OPEN_UDP_PORTS = (53, 80, 5353, 8080, 40000, 40001, 40005, 61234)

# The node says nothing by itself, its answers are not limited, and TRACE goes to netlink.
SETTINGS = {
    'net/ipv4/icmp_ratelimit': 0,
    'net/ipv4/icmp_msgs_per_sec': 1000000,
    'net/ipv4/icmp_msgs_burst': 1000000,
    'net/ipv6/icmp/ratelimit': 0,
    'net/ipv6/auto_flowlabels': 0,
    'net/netfilter/nf_log/2': 'nfnetlink_log',
    'net/netfilter/nf_log/10': 'nfnetlink_log',
}
DEVICE_SETTINGS = {
    'net/ipv4/conf/{}/send_redirects': 0,
    'net/ipv4/conf/{}/rp_filter': 0,
    'net/ipv6/conf/{}/accept_ra': 0,
    'net/ipv6/conf/{}/accept_dad': 0,
    'net/ipv6/conf/{}/addr_gen_mode': 1,
}

# The queue of `-j NFQUEUE` without a number.
QUEUE = 0

# Packet to packet, frame to frame: a packet of the host to itself and an answer take a few turns.
TURNS = 6
MARKER = bytes(12) + struct.pack('>H', ETH_P_MARKER) + bytes(46)


def enter(namespace):
    if LIBC.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'setns')


def new_namespace():
    """A new namespace, which the process is in afterwards."""
    if LIBC.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'unshare')
    return os.open('/proc/self/ns/net', os.O_RDONLY)


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, close_fds=False)
    if done.returncode != 0:
        raise ValueError(f'{" ".join(command)}: {done.stderr.strip()}')
    return done.stdout


def write_sysctl(name, value):
    with open(f'/proc/sys/{name}', 'w') as file:
        file.write(str(value))


def packet_socket(device, protocol):
    # A socket of one protocol sees what comes in, and not what it sent itself.
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((device, protocol))
    sock.setblocking(False)
    return sock


def drain(sock):
    found = []
    while True:
        try:
            found.append(sock.recv(65536))
        except BlockingIOError:
            return found


def hardware_address(side, number):
    return bytes((2, 0, 0, 0, side, number))


class World:
    def __init__(self, setup):
        """`setup`: commands of `ip -batch` (after `-6`: of `ip -6`) for the node's addresses, routes and rules."""
        self.node = new_namespace()
        self.sysctls = {}
        self.peers = {peer: new_namespace() for peer in DEVICES}
        enter(self.node)
        self.build_links()
        self.configure(setup.splitlines())
        self.open_node_sockets()
        self.open_peer_sockets()
        enter(self.node)

    def build_links(self):
        run('ip', 'link', 'set', 'lo', 'up')
        for name, value in SETTINGS.items():
            write_sysctl(name, value)
        for peer, (device, number) in DEVICES.items():
            near, far = hardware_address(0, number).hex(':'), hardware_address(1, number).hex(':')
            namespace = f'/proc/{os.getpid()}/fd/{self.peers[peer]}'
            run('ip', 'link', 'add', device, 'address', near, 'type', 'veth', 'peer', 'name', 'peer0', 'address', far, 'netns', namespace)
        run('ip', 'link', 'add', 'nodelocaldns', 'type', 'bridge')
        devices = [device for device, _ in DEVICES.values()]
        for name, value in DEVICE_SETTINGS.items():
            for device in ('all', 'default', 'lo', 'nodelocaldns', *devices):
                write_sysctl(name.format(device), value)
        for device in devices:
            # Without ARP every neighbour is known; without multicast nothing is joined and reported.
            run('ip', 'link', 'set', device, 'arp', 'off', 'multicast', 'off', 'up')
        # Only now: a router joins groups on every device that has multicast.
        write_sysctl('net/ipv6/conf/all/forwarding', 1)

    def configure(self, lines):
        """Addresses first: IPv6 routes may name one as their source only when it is in use."""
        self.run_batch([line for line in lines if 'addr add' in line])
        self.wait_for_addresses()
        self.run_batch([line for line in lines if 'addr add' not in line])

    @staticmethod
    def run_batch(lines):
        ipv6 = [line[3:] for line in lines if line.startswith('-6 ')]
        run('ip', '-batch', '-', text='\n'.join(line for line in lines if not line.startswith('-6 ')))
        run('ip', '-6', '-batch', '-', text='\n'.join(ipv6))

    @staticmethod
    def wait_for_addresses():
        """IPv6 puts an address to use in its own time; then there is a route to it."""
        while True:
            addresses = run('ip', '-6', '-o', 'addr').splitlines()
            routes = run('ip', '-6', 'route', 'show', 'table', 'local', 'type', 'local').splitlines()
            if len(routes) >= len(addresses) and not any('tentative' in address for address in addresses):
                return
            time.sleep(0.01)

    def open_node_sockets(self):
        self.trace = TraceLog()
        self.conntrack = Conntrack()
        self.queue = Queue(QUEUE)
        self.marker = packet_socket('lo', ETH_P_MARKER)
        self.marker.settimeout(5)
        self.senders, self.delivered, self.listeners = {}, {}, []
        for name, (family, _) in FAMILIES.items():
            self.senders[name] = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
            self.delivered[name] = [self.raw_socket(family, number) for number in DELIVERED[name]]
            for port in OPEN_UDP_PORTS:
                listener = socket.socket(family, socket.SOCK_DGRAM)
                if family == socket.AF_INET6:
                    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                listener.bind(('', port))
                self.listeners.append(listener)

    @staticmethod
    def raw_socket(family, number):
        sock = socket.socket(family, socket.SOCK_RAW, number)
        sock.setblocking(False)
        if family == socket.AF_INET6:
            for option in (socket.IPV6_RECVPKTINFO, socket.IPV6_RECVHOPLIMIT, IPV6_FLOWINFO):
                sock.setsockopt(socket.IPPROTO_IPV6, option, 1)
        return sock

    def open_peer_sockets(self):
        self.injectors, self.captures = {}, {}
        for peer, (device, _) in DEVICES.items():
            enter(self.peers[peer])
            write_sysctl('net/ipv6/conf/peer0/disable_ipv6', 1)
            run('ip', 'link', 'set', 'peer0', 'arp', 'off', 'multicast', 'off', 'up')
            self.injectors[peer] = packet_socket('peer0', ETH_P_MARKER)
            for name, (_, protocol) in FAMILIES.items():
                self.captures[name, device] = packet_socket('peer0', protocol)

    def snapshot(self):
        """The node's state as its own tools print it."""
        tools = {
            'ip-addr.json': ('ip', '-j', 'addr'),
            'ip-route.json': ('ip', '-j', '-N', 'route', 'show', 'table', 'all'),
            'ip-6-route.json': ('ip', '-j', '-N', '-6', 'route', 'show', 'table', 'all'),
            'ip-rule.json': ('ip', '-j', 'rule'),
            'ip-6-rule.json': ('ip', '-j', '-6', 'rule'),
            'sysctl.txt': ('sysctl', '-a', '-r', r'send_redirects$|^net\.ipv6\.conf\.all\.forwarding$'),
        }
        return {name: run(*command) for name, command in tools.items()}

    def set_sysctls(self, wanted):
        for name, value in wanted.items():
            if self.sysctls.get(name) != value:
                write_sysctl(name.replace('.', '/'), value)
                self.sysctls[name] = value

    def send(self, family, sender, data, destination):
        """The error number of the call; 0 if it went well."""
        if sender != 'node':
            number = DEVICES[sender][1]
            head = hardware_address(0, number) + hardware_address(1, number) + struct.pack('>H', FAMILIES[family][1])
            self.injectors[sender].send(head + data)
            return 0
        try:
            self.senders[family].sendto(data, (destination, 0))
            return 0
        except OSError as error:
            return error.errno

    def settle(self):
        """
        Waits until the packets in flight have come to rest: what is queued on this processor is worked
        off in order, so a frame that comes back has all that was queued before it behind it.
        """
        for _ in range(TURNS):
            self.marker.send(MARKER)
            self.marker.recv(256)

    def observe(self, family):
        """What happened since the last call."""
        found = {'trace': self.trace.read(), 'captured': [], 'delivered': []}
        for (name, device), sock in self.captures.items():
            if name == family:
                found['captured'] += [[device, frame[14:].hex()] for frame in drain(sock)]
        for number, sock in zip(DELIVERED[family], self.delivered[family]):
            packets = drain(sock) if family == 'ipv4' else receive_ipv6(sock, number)
            found['delivered'] += [packet.hex() for packet in packets]
        return found


IPV6_FLOWINFO = 11


def receive_ipv6(sock, number):
    """Raw IPv6 sockets get no header: what it said comes beside the data."""
    found = []
    while True:
        try:
            data, extra, _, sender = sock.recvmsg(65536, 256)
        except BlockingIOError:
            return found
        said = {kind: value for _, kind, value in extra}
        flow = said.get(IPV6_FLOWINFO, bytes(4))
        head = bytes((0x60 | flow[0], *flow[1:4])) + struct.pack('>HB', len(data), number)
        hops = struct.unpack('=i', said[socket.IPV6_HOPLIMIT])[0]
        source = socket.inet_pton(socket.AF_INET6, sender[0].split('%')[0])
        found.append(head + bytes((hops,)) + source + said[socket.IPV6_PKTINFO][:16] + data)
