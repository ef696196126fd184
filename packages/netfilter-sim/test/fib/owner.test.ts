import { explore, flightFrom, readNode, run, seededChance } from '@nodelocal/netfilter-sim';
import type { Journey } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';
import { rules } from '../support/lab.ts';

const contents = {
  'iptables-save.txt': rules({ filter: [] }),
  'ip-addr.txt': `1: lo: <LOOPBACK,UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <UP> mtu 1500
    inet 192.0.2.10/24 scope global eth0
3: eth1: <UP> mtu 1500
    inet 198.51.100.10/24 scope global eth1
`,
  'ip-route.txt': 'default via 192.0.2.1 dev eth0\ndefault via 198.51.100.1 dev eth1 table 100\n',
  'ip-rule.txt': '0:\tfrom all lookup local\n100:\tfrom all to 203.0.113.0/24 uidrange 1000-1999 lookup 100\n32766:\tfrom all lookup main\n',
  'sysctl.txt': 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\n',
};

const { host, state } = readNode({ folder: 'node', contents });
const send = (packet: string, uid?: number): Journey =>
  run(host, state, flightFrom(host, packet, uid === undefined ? { kind: 'unknown' } : { kind: 'socket', uid, gid: 0, supplementaryGids: [] }), seededChance(1));

describe('a rule that asks whose packet it is', () => {
  it.each([
    [1000, 'eth1'],
    [1999, 'eth1'],
    [2000, 'eth0'],
    [0, 'eth0'],
  ])('leads packets of user %i by %s', (uid, device) => {
    expect(send('local: udp 192.0.2.10:1 > 203.0.113.1:2', uid).outcome).toEqual({ kind: 'sent', device });
  });

  it('takes what arrives for the packets of root', () => {
    expect(send('eth0: udp 192.0.2.20:1 > 203.0.113.1:2').outcome).toEqual({ kind: 'forwarded', device: 'eth0' });
  });

  it('is named where the owner is not known and makes a difference', () => {
    const what = 'ip rule 100 uidrange 1000-1999: the owner of the socket is unknown';
    expect(send('local: udp 192.0.2.10:1 > 203.0.113.1:2').outcome).toEqual({ kind: 'not-modelled', what });
    expect(send('local: udp 192.0.2.10:1 > 203.0.114.1:2').outcome).toEqual({ kind: 'sent', device: 'eth0' });
    expect(explore(host, state, flightFrom(host, 'local: udp 192.0.2.10:1 > 192.0.2.20:2', { kind: 'unknown' }), { ports: seededChance(1) }).possibilities).toHaveLength(1);
  });
});

describe('a table that no file has', () => {
  const ruled = (rule: string): typeof contents => ({ ...contents, 'ip-rule.txt': contents['ip-rule.txt'].replace('uidrange 1000-1999', rule) });

  it('decides nothing for those that its rule does not take', () => {
    const node = readNode({ folder: 'node', contents: { ...contents, 'ip-route.txt': 'default via 192.0.2.1 dev eth0\n' } });
    expect(run(node.host, node.state, flightFrom(node.host, 'eth0: udp 192.0.2.20:1 > 203.0.113.1:2', { kind: 'no-socket' }), seededChance(1)).outcome).toEqual({ kind: 'forwarded', device: 'eth0' });
  });

  it.each([
    ['', { kind: 'not-modelled', what: 'ip rule 100: the routes of table 100 are in no file' }],
    ['local 192.0.2.10 dev eth0 table local proto kernel scope host src 192.0.2.10', { kind: 'forwarded', device: 'eth0' }],
    ['default via 198.51.100.1 dev eth1 table 100', { kind: 'forwarded', device: 'eth1' }],
  ])('ends the walk where it would be asked, unless all tables were listed: %j', (line, outcome) => {
    const node = readNode({ folder: 'node', contents: { ...ruled('iif eth0'), 'ip-route.txt': `default via 192.0.2.1 dev eth0\n${line}\n` } });
    expect(run(node.host, node.state, flightFrom(node.host, 'eth0: udp 192.0.2.20:1 > 203.0.113.1:2', { kind: 'no-socket' }), seededChance(1)).outcome).toEqual(outcome);
  });
});

const SET_UP = `set -e
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
ip link set lo up
ip link add in type veth peer name outside; ip link set in address 02:00:00:00:00:01 up; ip link set outside up
ip link add eth0 type veth peer name p0; ip link set eth0 up; ip link set p0 up
ip link add eth1 type veth peer name p1; ip link set eth1 up; ip link set p1 up
ip addr add 10.1.0.1/24 dev in; ip addr add 192.0.2.10/24 dev eth0; ip addr add 198.51.100.10/24 dev eth1
ip route add default via 192.0.2.1 dev eth0
ip route add default via 198.51.100.1 dev eth1 table 100
`;

const why = whyNot(SET_UP);

describe.skipIf(why !== undefined)(`the live kernel${skipped(why)}`, () => {
  it.each([
    ['0-0', 'eth1'],
    ['1-1000', 'eth0'],
  ])('takes what arrives for root: uidrange %s leads it by %s', (range, device) => {
    const ask = 'ip route get 203.0.113.1 from 10.1.0.9 iif in';
    // Asked as an ordinary packet, since `ip route get` tells the user itself.
    const send = `iptables-legacy -t mangle -A POSTROUTING -o eth0; iptables-legacy -t mangle -A POSTROUTING -o eth1
python3 - <<'END'
import socket, struct
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('outside', 0))
head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 28, 1, 0, 64, 17, 0, socket.inet_aton('10.1.0.9'), socket.inet_aton('203.0.113.1'))
total = sum(struct.unpack('!10H', head)); total = (total & 0xffff) + (total >> 16); total = (total & 0xffff) + (total >> 16)
head = head[:10] + struct.pack('!H', 0xffff - total) + head[12:]
s.send(b'\\x02\\x00\\x00\\x00\\x00\\x01' + b'\\x02\\x00\\x00\\x00\\x00\\x09' + b'\\x08\\x00' + head + struct.pack('!HHHH', 1, 2, 8, 0))
END
sleep 0.1
iptables-legacy -t mangle -L POSTROUTING -vnx`;
    const { stdout } = inNamespace(`${SET_UP}ip rule add uidrange ${range} lookup 100 prio 100\n${ask} > /dev/null || true\n${send}`);
    const counted = stdout.split('\n').flatMap((line) => (/^ +1 /.test(line) ? [/eth\d/.exec(line)?.[0]] : []));
    expect(counted).toEqual([device]);
  });
});
