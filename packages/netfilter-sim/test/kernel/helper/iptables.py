"""
Asks the live kernel about rules of iptables. Reads requests from standard input, a line of JSON each, and answers each
with a line of JSON. Kept alive for a whole run: starting a namespace for each case would be far too slow.

    {"world": NAME, "setup": TEXT}     a node, unless there is one of that name: its snapshot
    {"world": NAME, "nftables": TEXT}  rules of nftables: how `nft -j` lists them; {"refused": WHY} where they do not load
    {"world": NAME, "family": "ipv4", "sysctls": {...}, "rules": TEXT, "events": [...]}
                                       what became of the packets; {"refused": WHY} where the rules do not load

Rules of nftables may stand beside those of iptables ("nftables"); they are loaded later. Rules may look in sets and name devices of their own: "sets": what `ipset restore` reads, "names": {"vpod1": NAME}.

An event is {"wait": MS}, {"send": {"from": "pod1", "data": HEX}}, with {"socket": {"mark": 1, "uid": 2, ...}} for what
the node sends by another socket than root's, or {"release": N}: the packet that was sent as number N,
from 0, goes on from the queue that holds it.
"""

import json
import sys
import time

from commands import run, write_sysctl
from conntrack import Conntrack, read_counters
from groups import join_groups
from links import rename
from namespaces import enter
from packet_queue import PacketQueue
from proxies import open_proxies
from snapshot import snapshot
from trace_log import TraceLog
from world import World, stay_on_one_processor

SAVE = {'ipv4': 'iptables-legacy-save', 'ipv6': 'ip6tables-legacy-save'}
RESTORE = {'ipv4': 'iptables-legacy-restore', 'ipv6': 'ip6tables-legacy-restore'}

# TRACE goes to netlink. Whether the node forwards IPv4 is for a case to say.
SETTINGS = {'net.netfilter.nf_log.2': 'nfnetlink_log', 'net.netfilter.nf_log.10': 'nfnetlink_log'}

# Where generated packets and translations lead; others of theirs (99, 443) are closed.
OPEN_UDP_PORTS = (53, 80, 5353, 8080, 40000, 40001, 40005, 61234)

# The queue of `-j NFQUEUE` without a number.
QUEUE = 0

GENERATED_TABLES = ('raw', 'mangle', 'nat', 'filter')
without_rules = lambda tables: ''.join(f'*{table}\nCOMMIT\n' for table in tables)
NO_GENERATED_RULES = without_rules(GENERATED_TABLES)

# What they remember by a name lasts from one rule set to the next, where both have the name.
REMEMBERING = ('-m recent ', '-m hashlimit ')
# The tables that there are: one that is made by asking for it stays, and its policy is traced.
TABLES = {'ipv4': '/proc/self/net/ip_tables_names', 'ipv6': '/proc/self/net/ip6_tables_names'}

# Of those that cases leave alone, what the model reads.
MORE_STATE = {'ip-maddr.json': ('ip', '-j', 'maddr'), 'sysctl.txt': ('sysctl', '-a', '-r', r'send_redirects$|^net\.ipv6\.conf\.all\.forwarding$')}

# Where devices are ports of another.
LINKS = {'ip-link.json': ('ip', '-j', '-d', 'link')}


class Node:
    """A world, and what the kernel tells of it by netlink."""

    def __init__(self, setup):
        self.world = World(setup, SETTINGS, OPEN_UDP_PORTS)
        self.members, self.proxies = join_groups(), open_proxies()
        self.state = {**MORE_STATE, **(LINKS if 'master' in setup else {})}
        self.trace, self.conntrack, self.queue = TraceLog(), Conntrack(), PacketQueue(QUEUE)
        self.sysctls = {}
        self.names = {}
        self.nftables = ''
        self.has_sets = False

    def set_sysctls(self, wanted):
        for name, value in wanted.items():
            if self.sysctls.get(name) != value:
                write_sysctl(name, value)
                self.sysctls[name] = value

    def set_names(self, wanted):
        if self.names != wanted:
            rename({new: old for old, new in self.names.items()})
            rename(wanted)
            self.names = wanted

    def set_sets(self, text):
        """
        `None` where no rule speaks of any. No rule stays: one that looks in a set holds it, and what `recent` has seen
        lasts while a rule asks for it.
        """
        if text is None and not self.has_sets:
            return
        self.has_sets = text is not None
        for family, restore in RESTORE.items():
            with open(TABLES[family]) as file:
                run(restore, text=without_rules(file.read().split()))
        # Members of a list are in use.
        run('ipset', 'flush')
        run('ipset', 'destroy')
        run('ipset', 'restore', text=text or '')

    def load_nftables(self, text):
        """In the place of what was there."""
        if text or self.nftables:
            self.nftables = text
            run('nft', '-f', '-', text=f'flush ruleset\n{text}')

    def list_nftables(self):
        return run('nft', '-j', 'list', 'ruleset') if self.nftables else ''

    def observe(self, family):
        """What happened since the last call."""
        return {
            'trace': self.trace.read(),
            'captured': [[self.names.get(device, device), packet.hex()] for device, packet in self.world.captured(family)],
            'delivered': [packet.hex() for packet in self.world.delivered(family)],
        }


def run_case(node, case):
    family = case['family']
    node.set_sysctls(case['sysctls'])
    node.set_names(case.get('names', {}))
    if any(match in case['rules'] for match in REMEMBERING):
        for restore in RESTORE.values():
            run(restore, text=NO_GENERATED_RULES)
    node.load_nftables('')
    node.conntrack.flush()
    # Path MTUs that messages of an earlier case told, which `rt mtu` would see.
    for version in ('ipv4', 'ipv6'):
        write_sysctl(f'net.{version}.route.flush', '-1')
    try:
        node.set_sets(case.get('sets'))
        run(RESTORE[family], text=case['rules'])
        node.load_nftables(case.get('nftables', ''))
    except ValueError as error:
        return {'refused': str(error)}
    node.world.settle()
    node.observe(family)
    before = read_counters()
    start = time.monotonic()
    held = []
    events = [run_event(node, family, event, start, held) for event in case['events']]
    listing = time.monotonic()
    entries = node.conntrack.entries(family)
    ended = time.monotonic()
    after = read_counters()
    return {
        'events': events,
        'conntrack': entries,
        'endedAtMs': round((ended - start) * 1000),
        # A busy machine may have stood still in the middle of it.
        'stalledMs': round((ended - listing) * 1000) + max((event.get('tookMs', 0) for event in events), default=0),
        'stats': {name: after[name] - before[name] for name in after},
        'counters': run(SAVE[family], '-c'),
        'nftables': node.list_nftables(),
        'sets': run('ipset', 'save') if node.has_sets else '',
    }


def try_nftables(node, text):
    try:
        node.load_nftables(text)
    except ValueError as error:
        return {'refused': str(error)}
    return {'listed': node.list_nftables()}


def run_event(node, family, event, start, held):
    """`held`: for each packet sent so far its number in the queue, if it waits there."""
    if 'wait' in event:
        time.sleep(event['wait'] / 1000)
        return {}
    at = round((time.monotonic() - start) * 1000)
    errno = 0
    if 'release' in event:
        packet = event['release']
        node.queue.let_go(held[packet])
    else:
        sent, packet = event['send'], len(held)
        held.append(None)
        errno = node.world.send(sent['from'], bytes.fromhex(sent['data']), sent.get('socket'))
    took = round((time.monotonic() - start) * 1000) - at
    node.world.settle()
    waiting = node.queue.read()
    held[packet] = waiting[0] if waiting else None
    return {'atMs': at, 'tookMs': took, 'errno': errno, 'held': bool(waiting), **node.observe(family)}


def main():
    stay_on_one_processor()
    nodes = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request['world']
        if 'setup' in request:
            if name not in nodes:
                nodes[name] = Node(request['setup'])
            enter(nodes[name].world.node)
            answer = {'snapshot': snapshot(nodes[name].state)}
        elif 'events' not in request:
            enter(nodes[name].world.node)
            answer = try_nftables(nodes[name], request['nftables'])
        else:
            enter(nodes[name].world.node)
            answer = run_case(nodes[name], request)
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
