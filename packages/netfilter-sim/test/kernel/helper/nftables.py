"""
Asks the live kernel about rules of nftables. Reads a request as JSON from standard input, and writes an answer as JSON.

    {"rules": TEXT, "iptables": TEXT, "first": "nftables", "events": [...]}
                                       what became of the packets; rules of iptables may be left out, and are loaded
                                       first unless `first` says otherwise

An event is {"wait": MS}, a packet {"from": "pod1", "protocol": "udp", "src": ADDRESS, ...}, or {"answers": N}: the packet
that event N, from 0, became is answered from where it left the node to.
"""

import errno
import json
import os
import sys
import time

from commands import run
from family import ADDRESS_FAMILY
from links import DEVICES
from nft_monitor import monitored
from snapshot import snapshot
from wire import decode, encode, turned
from world import World, stay_on_one_processor

# The node forwards in all of these tests; cases of iptables say so each for itself.
SETTINGS = {'net.ipv4.ip_forward': 1}

# Few, so that events meet closed ports too: the node answers those with errors.
OPEN_UDP_PORTS = (53, 5353)

SETUP = '''
addr add 172.18.0.2/24 dev eth0
route add default via 172.18.0.1 dev eth0
route add 10.244.1.5/32 dev vpod1
route add 10.244.1.6/32 dev vpod2
route add 10.244.2.0/24 via 172.18.0.3 dev eth0
-6 addr add fd00:18::2/64 dev eth0 nodad
-6 route add default via fd00:18::1 dev eth0
-6 route add fd00:244:1::5/128 dev vpod1
-6 route add fd00:244:1::6/128 dev vpod2
-6 route add fd00:244:2::/64 via fd00:18::3 dev eth0
'''

# What the model reads beside the usual.
SYSCTLS = (
    'net.ipv4.ip_forward',
    'net.ipv6.conf.all.forwarding',
    'net.ipv4.icmp_ratelimit',
    'net.ipv4.icmp_msgs_per_sec',
    'net.ipv4.icmp_msgs_burst',
    'net.ipv6.icmp.ratelimit',
    'net.ipv6.auto_flowlabels',
    'net.ipv4.conf.all.rp_filter',
    'net.ipv4.conf.all.send_redirects',
)
MORE_STATE = {'nft-ruleset.json': ('nft', '-j', 'list', 'ruleset'), 'sysctl.txt': ('sysctl', *SYSCTLS)}


def load(request):
    loads = {'nftables': lambda: run('nft', '-f', '-', text=request['rules'])}
    if 'iptables' in request:
        loads['iptables'] = lambda: run('iptables-legacy-restore', text=request['iptables'])
    first = request.get('first', 'iptables')
    for kind in sorted(loads, key=lambda kind: kind != first):
        loads[kind]()


def state(request):
    rules = {'iptables-save.txt': ('iptables-legacy-save',)} if 'iptables' in request else {}
    # As `ss` would print them.
    listening = (f'udp UNCONN 0 0 {address}:{port} {address}:*\n' for port in OPEN_UDP_PORTS for address in ('0.0.0.0', '[::]'))
    return {**snapshot({**MORE_STATE, **rules}), 'ss.txt': ''.join(listening)}


def observe(world):
    """Pairs of a place and a packet that was seen there since the last call."""
    return [
        *(seen for family in ADDRESS_FAMILY for seen in world.captured(family)),
        *(('local', packet) for family in ADDRESS_FAMILY for packet in world.delivered(family)),
    ]


def packet_of(event, seen):
    """Where an event's packet comes from, and the packet."""
    if 'answers' not in event:
        return event['from'], encode(event)
    for place, packet in seen[event['answers']]:
        if place != 'local':
            return next(peer for peer, (device, _) in DEVICES.items() if device == place), turned(packet)
    raise ValueError(f'nothing to answer: packet {event["answers"]} did not leave the node')


def play(world, events):
    played, seen, start = [], [], time.monotonic()
    for event in events:
        at = round((time.monotonic() - start) * 1000)
        if 'wait' in event:
            time.sleep(event['wait'] / 1000)
            played.append({'sent': None, 'atMs': at, 'seen': []})
            seen.append([])
            continue
        origin, packet = packet_of(event, seen)
        error = world.send(origin, packet)
        # What is dropped on its way out fails with EPERM, which the model tells by itself.
        if error not in (0, errno.EPERM):
            raise OSError(error, os.strerror(error))
        world.settle()
        found = observe(world)
        seen.append(found)
        played.append({'sent': {'from': origin, **decode(packet)}, 'atMs': at, 'seen': [[place, decode(packet)] for place, packet in found]})
    return played


def main():
    stay_on_one_processor()
    request = json.load(sys.stdin)
    world = World(SETUP, SETTINGS, OPEN_UDP_PORTS)
    load(request)
    before = state(request)
    listing = run('nft', '-a', 'list', 'ruleset')
    with monitored() as trace:
        observe(world)
        events = play(world, request['events'])
    answer = {
        'snapshot': before,
        'listing': listing,
        'events': events,
        'trace': trace,
        'after': run('nft', '-j', 'list', 'ruleset'),
        'conntrack': [line for family in ADDRESS_FAMILY for line in run('conntrack', '-L', '-f', family).splitlines()],
    }
    json.dump(answer, sys.stdout)


if __name__ == '__main__':
    main()
