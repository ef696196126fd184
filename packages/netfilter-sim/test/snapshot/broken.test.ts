import * as fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InputError, NODE_FILES, readNode } from '@nodelocal/netfilter-sim';
import type { NodeFile } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';

const RULES = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';

const refusal = (name: NodeFile, contents: string): InputError => {
  try {
    readNode({ folder: 'node', contents: { 'iptables-save.txt': RULES, [name]: contents } });
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error(`${name} was read`);
};

describe('a broken file is refused with its place and what was expected', () => {
  it.each<[NodeFile, string, number, number, string]>([
    ['ip-addr.json', '', 1, 1, 'a value'],
    ['ip-addr.json', '[{"ifindex": 1,\n  "ifname": "lo",,', 2, 18, 'a name in quotes'],
    ['ip-addr.json', '[1 2]', 1, 4, '"," or "]"'],
    ['ip-addr.json', '[] []', 1, 4, 'the end of the document'],
    ['ip-addr.json', '{}', 1, 1, 'the document: expected a list'],
    ['ip-addr.json', '[\n{"ifindex": "x", "ifname": "lo", "flags": []}]', 2, 13, '[0].ifindex: expected a whole number'],
    ['ip-addr.json', '[{"ifindex": 1, "ifname": "lo", "flags": [], "addr_info": [{"local": "10.0.0.1", "prefixlen": 33}]}]', 1, 95, 'from 0 to 32'],
    ['ip-link.json', '[{"ifindex": 1, "ifname": "lo", "flags": "UP"}]', 1, 42, '[0].flags: expected a list'],
    ['ip-route.json', '[{"dst": "10.0.0.0/8"},\n {"dst": "10.0.0.0/33"}]', 2, 10, '[1].dst: expected a prefix'],
    ['ip-route.json', '[{"dst": "10.0.0.0/8", "table": "vpn"}]', 1, 33, '[0].table: expected a whole number'],
    ['ip-rule.json', '[{"priority": 1, "src": "all", "tun_id": 0, "table": "main"}]', 1, 42, 'a rule without "tun_id", which is not modelled'],
    ['ip-rule.json', '[{"priority": 1, "src": "all", "action": "nat"}]', 1, 42, 'blackhole, unreachable or prohibit'],
    ['sysctl.txt', 'net.ipv4.ip_forward = 1\nwhat', 2, 1, 'name = value'],
    ['sysctl.txt', '# all\nnet.ipv4.conf.all.rp_filter = no', 2, 1, 'net.ipv4.conf.all.rp_filter: expected a whole number'],
    ['ss.txt', 'udp UNCONN 0 0 1.2.3.4:70000 *:*', 1, 16, 'ADDRESS:PORT'],
    ['ipset-save.txt', 'create s hash:ip\nadd s x', 2, 7, 'an IPv4 address'],
    ['conntrack.txt', 'udp 17 thirty', 1, 8, 'the seconds left'],
    ['conntrack.txt', 'tcp 6 30 src=1.1.1.1', 1, 10, 'a state of TCP'],
    ['conntrack.txt', 'udp 17 30 src=1.1.1.1 dst=1.1.1.2 sport=1 dport=2', 1, 50, 'both directions'],
    ['conntrack.txt', 'udp 17 30 src=1.1.1.1 dst=1.1.1.2 sport=1 dport=2 src=1.1.1.2 dst=1.1.1.1 sport=2 dport=70000', 1, 83, 'at most 65535'],
    ['conntrack.txt', 'udp 17 30 src=1.1.1.1 dst=here sport=1 dport=2 src=1.1.1.2 dst=1.1.1.1 sport=2 dport=1', 1, 23, 'dst= with an IP address'],
    ['iptables-save.txt', '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j NOWHERE\nCOMMIT\n', 3, 10, 'NOWHERE'],
  ])('%s: %j', (name, contents, line, column, what) => {
    const error = refusal(name, contents);
    expect({ ...error.position, reason: error.message }).toMatchObject({ file: `node/${name}`, line, column });
    expect(error.message).toContain(what);
  });
});

const lesson = fileURLToPath(new URL('../../../scenarios/nodes/lesson/', import.meta.url));
const whole: Readonly<Partial<Record<NodeFile, string>>> = {
  ...Object.fromEntries(
    readdirSync(lesson)
      .filter((name) => (NODE_FILES as readonly string[]).includes(name))
      .map((name) => [name, readFileSync(`${lesson}${name}`, 'utf8')]),
  ),
  'ip-link.json': '[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536},{"ifindex":9,"ifname":"v","flags":[],"mtu":1500,"master":"br0","linkinfo":{"info_kind":"vrf","info_data":{"table":10}}}]',
  'ip-rule.json':
    '[{"priority":0,"src":"all","table":"local"},{"priority":50,"src":"10.0.0.0","srclen":8,"tos":"0x10","oif":"lo","goto":32766},{"priority":99,"not":null,"src":"all","iif":"lo","ipproto":"udp","sport_start":1,"sport_end":5,"dport":53,"fwmark":"0x1","fwmask":"0xff","table":"200"}]',
  'ipset-save.txt':
    'create s hash:ip,port,net family inet hashsize 1024 maxelem 65536 timeout 9 counters comment skbinfo bucketsize 12 initval 0x90da3dc3\nadd s 1.2.3.4,tcp:80,5.6.7.0/24 timeout 5 packets 1 bytes 2 comment "x" skbmark 0x1/0xff skbprio 1:10 skbqueue 4\ncreate b bitmap:ip range 10.0.0.0-10.0.0.255\nadd b 10.0.0.7\ncreate l list:set size 8\nadd l s\n',
  'conntrack.txt':
    'ipv4     2 tcp      6 99 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED] mark=0 zone=3 use=1\nicmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=7 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=7 mark=1 use=1\nunknown  200 599 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1 mark=0 use=1\n',
  'ss.txt': 'udp   UNCONN 0      0          10.96.0.10:53         0.0.0.0:*\ntcp   LISTEN 0      4096            [::1]:80               *:*\n',
};

/** A piece cut out, doubled, or put in the place of another. */
const mutation = (text: string): fc.Arbitrary<string> => {
  const offset = fc.nat({ max: text.length });
  const piece = fc.oneof(
    fc.constantFrom('"', ',', '-1', '0', '99999999999', 'null', '[]', '{}', ':', '/', '\n', ' ', '=', '0x', 'é', '::', '[', '__proto__'),
    fc.tuple(offset, fc.nat({ max: 20 })).map(([from, length]) => text.slice(from, from + length)),
  );
  return fc
    .array(fc.tuple(offset, fc.nat({ max: 12 }), piece), { minLength: 1, maxLength: 3 })
    .map((edits) => edits.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), text));
};

describe('whatever happens to a file', () => {
  it.each(Object.keys(whole) as readonly NodeFile[])('%s is read, or refused as input', (name) => {
    fc.assert(
      fc.property(mutation(whole[name] ?? ''), (contents) => {
        try {
          readNode({ folder: 'node', contents: { ...whole, [name]: contents } });
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.position.file).toBe(`node/${name}`);
          const line = contents.split('\n')[error.position.line - 1];
          expect(error.position.column).toBeGreaterThan(0);
          expect(error.position.column).toBeLessThanOrEqual((line ?? '').length + 1);
        }
      }),
      { numRuns: 300 },
    );
  });
});
