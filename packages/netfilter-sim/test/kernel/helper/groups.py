"""Groups that the node is a member of, besides those that the kernel joins by itself."""

import socket
import struct
import time

from commands import write_sysctl
from family import ADDRESS_FAMILY

GROUPS = {
    'eth0': {'ipv4': ('224.0.0.251', '239.1.2.3'), 'ipv6': ('ff02::fb', 'ff05::101')},
    'vpod1': {'ipv4': ('224.0.0.251',), 'ipv6': ('ff02::fb',)},
}

# A member tells the routers, several times: at once, so that it is over before the first packet.
QUICK = {
    'net.ipv4.conf.{}.igmpv3_unsolicited_report_interval': 1,
    'net.ipv6.conf.{}.mldv2_unsolicited_report_interval': 1,
}
UNTIL_TOLD_SECONDS = 0.5


def join_groups():
    """The sockets that are members as long as they last. Their port is none of those that packets go to."""
    sockets = {family: socket.socket(number, socket.SOCK_DGRAM) for family, number in ADDRESS_FAMILY.items()}
    for device, groups in GROUPS.items():
        for name, value in QUICK.items():
            write_sysctl(name.format(device), value)
        index = socket.if_nametoindex(device)
        for group in groups['ipv4']:
            member = socket.inet_aton(group) + bytes(4) + struct.pack('=i', index)
            sockets['ipv4'].setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        for group in groups['ipv6']:
            member = socket.inet_pton(socket.AF_INET6, group) + struct.pack('=I', index)
            sockets['ipv6'].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
    time.sleep(UNTIL_TOLD_SECONDS)
    return sockets
