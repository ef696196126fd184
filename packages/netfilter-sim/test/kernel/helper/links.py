"""The node's devices, who is behind them, and what keeps them quiet."""

import json
import os
import time

from commands import run, write_sysctl

# Who is behind which device of the node, and the last octets of the hardware addresses.
DEVICES = {'pod1': ('vpod1', 1), 'pod2': ('vpod2', 2), 'up': ('eth0', 3)}
PEER_DEVICE = 'peer0'

# The node says nothing by itself, and its answers are not limited.
SETTINGS = {
    'net.ipv4.icmp_ratelimit': 0,
    'net.ipv4.icmp_msgs_per_sec': 1000000,
    'net.ipv4.icmp_msgs_burst': 1000000,
    'net.ipv6.icmp.ratelimit': 0,
    'net.ipv6.auto_flowlabels': 0,
}
DEVICE_SETTINGS = {
    'net.ipv4.conf.{}.send_redirects': 0,
    'net.ipv4.conf.{}.rp_filter': 0,
    'net.ipv6.conf.{}.accept_ra': 0,
    'net.ipv6.conf.{}.accept_dad': 0,
    'net.ipv6.conf.{}.addr_gen_mode': 1,
}


def hardware_address(side, number):
    return bytes((2, 0, 0, 0, side, number))


def build_links(peers):
    """In the node's namespace: a device for each of the peers, which are namespaces by their names."""
    run('ip', 'link', 'set', 'lo', 'up')
    for name, value in SETTINGS.items():
        write_sysctl(name, value)
    devices = [device for device, _ in DEVICES.values()]
    for peer, (device, number) in DEVICES.items():
        near, far = hardware_address(0, number).hex(':'), hardware_address(1, number).hex(':')
        namespace = f'/proc/{os.getpid()}/fd/{peers[peer]}'
        run('ip', 'link', 'add', device, 'address', near, 'type', 'veth', 'peer', 'name', PEER_DEVICE, 'address', far, 'netns', namespace)
    for name, value in DEVICE_SETTINGS.items():
        for device in ('all', 'default', 'lo', *devices):
            write_sysctl(name.format(device), value)
    for device in devices:
        put_up(device)
    # Only now: a router joins groups on every device that has multicast.
    write_sysctl('net.ipv6.conf.all.forwarding', 1)


def build_peer():
    """In a peer's namespace: it has no address, and says nothing."""
    write_sysctl(f'net.ipv6.conf.{PEER_DEVICE}.disable_ipv6', 1)
    put_up(PEER_DEVICE)


def put_up(device):
    # Without ARP every neighbour is known; without multicast nothing is joined and reported.
    run('ip', 'link', 'set', device, 'arp', 'off', 'multicast', 'off', 'up')


def wait_for_links():
    """In the node's namespace: that a link is up the kernel notes in its own time, and routes by it are down until then."""
    devices = [device for device, _ in DEVICES.values()]
    while any(link['operstate'] != 'UP' for link in json.loads(run('ip', '-j', 'link')) if link['ifname'] in devices):
        time.sleep(0.01)


def configure(lines):
    """
    Commands of `ip -batch` (after `-6`: of `ip -6`; after `bridge`: of that tool) for the node's further devices, addresses, routes and rules. Routes
    of IPv6 may name an address as their source only when it is in use, so they come after the addresses.
    """
    bridges = [line.removeprefix('bridge ') for line in lines if line.startswith('bridge ')]
    lines = [line for line in lines if not line.startswith('bridge ')]
    first = [line for line in lines if line.removeprefix('-6 ').startswith(('link ', 'addr '))]
    run_batch(first)
    wait_for_addresses()
    run_batch([line for line in lines if line not in first])
    if bridges:
        run('bridge', '-batch', '-', text='\n'.join(bridges))


def neighbours(lines):
    """Hardware addresses by the addresses that they are known under on the link of a bridge, and the bridge's own."""
    words = [line.split() for line in lines]
    known = {line[2]: bytes.fromhex(line[4].replace(':', '')) for line in words if line[:2] == ['neigh', 'add']}
    own = [bytes.fromhex(line[4].replace(':', '')) for line in words if line[:2] == ['link', 'add'] and line[3] == 'address']
    return known, own[0] if own else None


def run_batch(lines):
    ipv6 = [line[3:] for line in lines if line.startswith('-6 ')]
    run('ip', '-batch', '-', text='\n'.join(line for line in lines if not line.startswith('-6 ')))
    run('ip', '-6', '-batch', '-', text='\n'.join(ipv6))


def wait_for_addresses():
    """IPv6 puts an address to use in its own time; then there is a route to it."""
    while True:
        addresses = run('ip', '-6', '-o', 'addr').splitlines()
        routes = run('ip', '-6', 'route', 'show', 'table', 'local', 'type', 'local').splitlines()
        if len(routes) >= len(addresses) and not any('tentative' in address for address in addresses):
            return
        time.sleep(0.01)


def rename(names):
    """In the node's namespace: devices by other names (old to new); their addresses and routes stay (6.3 and later)."""
    for old, new in names.items():
        run('ip', 'link', 'set', old, 'name', new)
