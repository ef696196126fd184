"""A node and its three neighbours, packets sent from any of them, and what they see."""

import os
import socket
import struct

from commands import write_sysctl
from family import ADDRESS_FAMILY, ETHERTYPE, ends_of, family_of
from links import DEVICES, PEER_DEVICE, build_links, build_peer, configure, hardware_address, neighbours, wait_for_links
from namespaces import enter, new_namespace
from sender import sender_socket
from sockets import LARGEST, delivery_sockets, drain, listener, packet_socket, receive_delivered

ETHERNET_HEADER_BYTES = 14
ETHERTYPE_MARKER = 0x88B5
MARKER = bytes(12) + struct.pack('>H', ETHERTYPE_MARKER) + bytes(46)
# Packet to packet, frame to frame: a packet of the host to itself and an answer take a few turns.
TURNS = 6


def stay_on_one_processor():
    """
    There packets do not overtake each other, nor the frames that `settle` sends. Which one differs by process, so that
    two runs side by side do not share it.
    """
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processors[os.getpid() % len(processors)]})


class World:
    """Once made, the process is in the node's namespace."""

    def __init__(self, setup, settings, open_udp_ports):
        """`setup`: commands of `ip -batch` for the node (see `configure`); `settings`: sysctls beside the usual ones."""
        self.node = new_namespace()
        self.peers = {peer: new_namespace() for peer in DEVICES}
        enter(self.node)
        build_links(self.peers)
        for name, value in settings.items():
            write_sysctl(name, value)
        self.open_peer_sockets()
        enter(self.node)
        wait_for_links()
        configure(setup.splitlines())
        self.neighbours, self.bridge = neighbours(setup.splitlines())
        self.open_node_sockets(open_udp_ports)

    def open_peer_sockets(self):
        self.injectors, self.captures = {}, {}
        for peer, (device, _) in DEVICES.items():
            enter(self.peers[peer])
            build_peer()
            self.injectors[peer] = packet_socket(PEER_DEVICE, ETHERTYPE_MARKER)
            for family, protocol in ETHERTYPE.items():
                self.captures[family, device] = packet_socket(PEER_DEVICE, protocol)

    def open_node_sockets(self, open_udp_ports):
        self.marker = packet_socket('lo', ETHERTYPE_MARKER)
        self.marker.settimeout(5)
        self.senders = {family: sender_socket(family) for family in ADDRESS_FAMILY}
        self.deliveries = {family: delivery_sockets(family) for family in ADDRESS_FAMILY}
        self.listeners = [listener(family, port) for family in ADDRESS_FAMILY for port in open_udp_ports]

    def send(self, origin, packet, said=None):
        """
        From a peer or from the `node`, there by a socket of its own where more is said of it; the error number of the call,
        0 if it went well.
        """
        family = family_of(packet)
        _, destination = ends_of(packet)
        if origin != 'node':
            head = self.receiver(origin, destination) + hardware_address(1, DEVICES[origin][1]) + struct.pack('>H', ETHERTYPE[family])
            self.injectors[origin].send(head + packet)
            return 0
        sender = self.senders[family] if said is None else sender_socket(family, **said)
        try:
            sender.sendto(packet, (destination, 0))
            return 0
        except OSError as error:
            return error.errno
        finally:
            if sender is not self.senders[family]:
                sender.close()

    def receiver(self, origin, destination):
        """Behind a bridge a peer sends to its neighbour itself, and by the bridge to all others."""
        if self.bridge is None or origin == 'up':
            return hardware_address(0, DEVICES[origin][1])
        return self.neighbours.get(destination, self.bridge)

    def settle(self):
        """
        Waits until the packets in flight have come to rest: what is queued on this processor is worked
        off in order, so a frame that comes back has all that was queued before it behind it.
        """
        for _ in range(TURNS):
            self.marker.send(MARKER)
            self.marker.recv(256)

    def captured(self, family):
        """What left the node since the last call: pairs of its device and the packet."""
        return [
            (device, frame[ETHERNET_HEADER_BYTES:])
            for (of, device), sock in self.captures.items()
            if of == family
            for frame in drain(lambda: sock.recv(LARGEST))
        ]

    def delivered(self, family):
        """The packets that the node got since the last call."""
        return [packet for sock in self.deliveries[family] for packet in drain(lambda: receive_delivered(sock))]
