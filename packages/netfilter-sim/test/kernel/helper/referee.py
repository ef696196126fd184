"""
Asks the live kernel. Reads requests from standard input, a line of JSON each, and answers each with a
line of JSON. Kept alive for a whole run: starting a namespace for each case would be far too slow.

    {"world": NAME, "setup": TEXT}     a node, unless there is one of that name: its snapshot
    {"world": NAME, "family": "ipv4", "sysctls": {...}, "rules": TEXT, "events": [...]}
                                       what became of the packets; {"refused": WHY} where the rules do not load

An event is {"wait": MS}, {"send": {"from": "pod1", "data": HEX, "dst": ADDRESS}}, or {"release": N}: the packet that was
sent as number N, from 0, goes on from the queue that holds it.
"""

import json
import os
import sys
import time

from world import World, enter, run

SAVE = {'ipv4': 'iptables-legacy-save', 'ipv6': 'ip6tables-legacy-save'}
RESTORE = {'ipv4': 'iptables-legacy-restore', 'ipv6': 'ip6tables-legacy-restore'}
FAMILY_NUMBER = {'ipv4': 2, 'ipv6': 10}


def read_counters():
    """The columns of `conntrack -S`, summed over the processors."""
    with open('/proc/self/net/stat/nf_conntrack') as file:
        names = file.readline().split()
        rows = [[int(value, 16) for value in line.split()] for line in file]
    return {name: sum(row[at] for row in rows) for at, name in enumerate(names)}


def run_case(world, case):
    family = case['family']
    world.set_sysctls(case['sysctls'])
    world.conntrack.flush()
    try:
        run(RESTORE[family], text=case['rules'])
    except ValueError as error:
        return {'refused': str(error)}
    world.settle()
    world.observe(family)
    before = read_counters()
    start = time.monotonic()
    held = []
    events = [run_event(world, family, event, start, held) for event in case['events']]
    entries = world.conntrack.entries(FAMILY_NUMBER[family])
    ended = time.monotonic()
    after = read_counters()
    return {
        'events': events,
        'conntrack': entries,
        'endedAtMs': round((ended - start) * 1000),
        'stats': {name: after[name] - before[name] for name in after},
        'counters': run(SAVE[family], '-c'),
    }


def run_event(world, family, event, start, held):
    """`held`: for each packet sent so far its number in the queue, if it waits there."""
    if 'wait' in event:
        time.sleep(event['wait'] / 1000)
        return {}
    at = round((time.monotonic() - start) * 1000)
    errno = 0
    if 'release' in event:
        packet = event['release']
        world.queue.let_go(held[packet])
    else:
        sent, packet = event['send'], len(held)
        held.append(None)
        errno = world.send(family, sent['from'], bytes.fromhex(sent['data']), sent['dst'])
    world.settle()
    waiting = world.queue.read()
    held[packet] = waiting[0] if waiting else None
    return {'atMs': at, 'errno': errno, 'held': bool(waiting), **world.observe(family)}


def main():
    # On one processor packets do not overtake each other, nor the frames that `settle` sends. Which one
    # differs by process, so that two runs side by side do not share it.
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processors[os.getpid() % len(processors)]})
    worlds = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request['world']
        if 'setup' in request:
            if name not in worlds:
                worlds[name] = World(request['setup'])
            enter(worlds[name].node)
            answer = {'snapshot': worlds[name].snapshot()}
        else:
            enter(worlds[name].node)
            answer = run_case(worlds[name], request)
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
