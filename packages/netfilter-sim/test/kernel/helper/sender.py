"""Raw sockets of users and groups, with marks: packets go out as a program of theirs would send them."""

import ctypes
import os
import socket
import struct

from family import ADDRESS_FAMILY
from namespaces import LIBC

ROOT = 0
# Python has no name for them.
SET_FSUID, SET_FSGID = LIBC.setfsuid, LIBC.setfsgid
SET_FSUID.argtypes = SET_FSGID.argtypes = (ctypes.c_uint,)


def sender_socket(family, mark=0, uid=ROOT, gid=ROOT, groups=(), device=None):
    """
    A socket belongs to whom the file system takes the process for while it is opened (`sock_alloc`), and the file to its
    groups then; the right to open raw sockets stays.
    """
    before = os.getgroups()
    os.setgroups(groups)
    SET_FSGID(gid)
    SET_FSUID(uid)
    try:
        sock = socket.socket(ADDRESS_FAMILY[family], socket.SOCK_RAW, socket.IPPROTO_RAW)
    finally:
        SET_FSUID(ROOT)
        SET_FSGID(ROOT)
        os.setgroups(before)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, struct.pack('=I', mark))
    if device is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    return sock
