"""What rules log: the marks of the TRACE target."""

import struct

from netlink import attribute, arrived, configure, open_socket

SUBSYSTEM = 4

# include/uapi/linux/netfilter/nfnetlink_log.h
PACKET, CONFIG = 0, 1
CONFIG_COMMAND, CONFIG_MODE = 1, 2
COMMAND_BIND = 1
COPY_PACKET = 2
PAYLOAD, PREFIX = 9, 10
# Enough for an IP header.
COPIED_BYTES = 40


class TraceLog:
    """What `-j TRACE` logs, where the logger of the namespace is nfnetlink_log (group 0)."""

    def __init__(self):
        self.sock = open_socket()
        command = attribute(CONFIG_COMMAND, struct.pack('=B', COMMAND_BIND))
        mode = attribute(CONFIG_MODE, struct.pack('>IBB', COPIED_BYTES, COPY_PACKET, 0))
        configure(self.sock, SUBSYSTEM, CONFIG, (command, mode))

    def read(self):
        """Everything logged since: pairs of a header in hex and a mark such as `raw:PREROUTING:policy:2`."""
        found = []
        for fields in arrived(self.sock, SUBSYSTEM, PACKET):
            prefix = fields.get(PREFIX, b'').rstrip(b'\0').decode()
            if prefix.startswith('TRACE: '):
                found.append([fields.get(PAYLOAD, b'').hex(), prefix[7:].strip()])
        return found
