"""Packets that rules hold."""

import struct

from netlink import attribute, arrived, configure, open_socket, request

SUBSYSTEM = 3

# include/uapi/linux/netfilter/nfnetlink_queue.h
PACKET, VERDICT, CONFIG = 0, 1, 2
COMMAND, PARAMETERS = 1, 2
COMMAND_BIND = 1
COPY_META = 1
PACKET_HEADER, VERDICT_HEADER = 1, 2
ACCEPT = 1


class PacketQueue:
    """Packets that a rule holds with `-j NFQUEUE` wait here until they are let go."""

    def __init__(self, number):
        self.sock, self.number = open_socket(), number
        command = attribute(COMMAND, struct.pack('=BBH', COMMAND_BIND, 0, 0))
        parameters = attribute(PARAMETERS, struct.pack('>IB', 0, COPY_META))
        configure(self.sock, SUBSYSTEM, CONFIG, (command, parameters), resource=number)

    def read(self):
        """Numbers of the packets that came since."""
        return [struct.unpack_from('>I', fields[PACKET_HEADER])[0] for fields in arrived(self.sock, SUBSYSTEM, PACKET)]

    def let_go(self, packet):
        body = attribute(VERDICT_HEADER, struct.pack('>II', ACCEPT, packet))
        self.sock.send(request(SUBSYSTEM, VERDICT, 0, resource=self.number, body=body))
