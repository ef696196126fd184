import { atMs, InputError, parseIpSets, printIpSets } from '@nodelocal/netfilter-sim';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../support/shared.ts';

const rewrite = (text: string, ms = 0): string => printIpSets(parseIpSets(text, { file: 'sets' }), atMs(ms));

/** As ipset 7.17 on Linux 6.18 saved it. */
const SAVED = `create addresses bitmap:ip range 10.0.0.0-10.0.255.255 netmask 24 timeout 10 counters comment skbinfo
add addresses 10.0.3.0 timeout 4 packets 3 bytes 4 comment "hello w" skbmark 0x1/0xff skbprio 1:10 skbqueue 4
add addresses 10.0.4.0 timeout 9 packets 0 bytes 0
create macs bitmap:ip,mac range 10.0.0.0-10.0.0.255 timeout 100
add macs 10.0.0.1 timeout 100
add macs 10.0.0.2,00:11:22:AA:BB:CC timeout 99
create ports bitmap:port range 0-1023
add ports 80
create ip hash:ip family inet hashsize 64 maxelem 10 netmask 24 timeout 0 counters comment skbinfo bucketsize 12 initval 0x471f5b13
add ip 1.2.4.0 timeout 0 packets 0 bytes 0
create ip6 hash:ip family inet6 hashsize 1024 maxelem 65536 netmask 64 bucketsize 12 initval 0x6148dade
add ip6 fd00::
create odd hash:ip family inet hashsize 1024 maxelem 65536 bitmask 255.0.255.0 bucketsize 4 initval 0x00001234
add odd 1.0.3.0
create net hash:net family inet hashsize 1024 maxelem 65536 counters bucketsize 12 initval 0xb134d6fe
add net 10.0.0.4/31 packets 0 bytes 0
add net 1.2.3.4 nomatch packets 18446744073709551614 bytes 2
create ip-port hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x07e670d8 netmask 24
add ip-port 1.2.3.0,udplite:5
add ip-port 1.2.3.0,tcp:100
add ip-port 1.2.3.0,sctp:5
add ip-port 1.2.3.0,icmp:echo-request
add ip-port 1.2.3.0,icmp:30/1
add ip-port 1.2.3.0,icmp:TOS-host-redirect
add ip-port 1.2.3.0,mobility-header:0
add ip-port 1.2.3.0,253:0
create ip-port6 hash:ip,port family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0x07e670d8
add ip-port6 fd00::1,ipv6-icmp:neighbour-advertisement
add ip-port6 fd00::1,ipv6-icmp:200/3
create ip-port-ip hash:ip,port,ip family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0xc397a2ef
add ip-port-ip fd00::1,tcp:80,fd00::2
create ip-port-net hash:ip,port,net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x90da3dc3
add ip-port-net 1.2.3.4,tcp:80,5.6.7.8
add ip-port-net 1.2.3.4,udp:80,5.6.7.0/25 nomatch
create net-port hash:net,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x77c68cfa
add net-port 1.2.3.5,tcp:80 nomatch
create net-iface hash:net,iface family inet hashsize 1024 maxelem 65536 timeout 100 counters comment skbinfo bucketsize 12 initval 0xf29e8662
add net-iface 10.0.0.0/8,eth timeout 19 nomatch wildcard packets 3 bytes 4 comment "a b" skbmark 0x5 skbprio 1:2 skbqueue 3
add net-iface 11.0.0.0/8,physdev:br0 timeout 99 packets 0 bytes 0 comment "a\\b" skbmark 0x5/0x0
add net-iface 0.0.0.0/0,eth+ timeout 99 packets 0 bytes 0
create x:y,z list:set size 4 timeout 5
add x:y,z net timeout 3
add x:y,z ip-port timeout 0
`;

/** In the forms of ipset's own documentation and tests: this kernel was built without these types. */
const WRITTEN = `create mac hash:mac hashsize 1024 maxelem 65536 bucketsize 12 initval 0x00000001
add mac 00:11:22:33:44:55
create ip-mac hash:ip,mac family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x00000001
add ip-mac 1.2.3.4,00:11:22:33:44:55
create ip-mark hash:ip,mark family inet markmask 0x0000ffff hashsize 1024 maxelem 65536 bucketsize 12 initval 0x00000001
add ip-mark 1.2.3.4,0x000001ff
create net-net hash:net,net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x00000001
add net-net 1.2.3.0/24,4.0.0.0/8 nomatch
create net-port-net hash:net,port,net family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0x00000001
add net-port-net fd00::/8,tcp:80,::/0
`;

describe('what ipset save prints', () => {
  it('comes back as it was, of every type', () => {
    expect(rewrite(SAVED)).toBe(SAVED);
    expect(rewrite(WRITTEN)).toBe(WRITTEN);
  });

  const folder = `${sharedFolder}kernel-cases`;
  const files = existsSync(folder)
    ? readdirSync(folder).map((name) => `${folder}/${name}/ipset-save.txt`).filter((file) => existsSync(file))
    : [];
  it.skipIf(files.length === 0)('comes back as it was, from recorded nodes (skipped without ../shared)', () => {
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect(rewrite(text)).toBe(text);
    }
  });

  it('has the seconds that are left, and not what is over', () => {
    const text = 'create s hash:ip timeout 10\nadd s 1.1.1.1\nadd s 1.1.1.2 timeout 3\nadd s 1.1.1.3 timeout 0\n';
    expect(rewrite(text, 2500).split('\n').slice(1, -1)).toEqual([
      'add s 1.1.1.1 timeout 7',
      'add s 1.1.1.2 timeout 1',
      'add s 1.1.1.3 timeout 0',
    ]);
    expect(rewrite(text, 3000)).not.toContain('1.1.1.2');
  });

  it('names lists last, for they need their members', () => {
    const text = 'create l list:set size 8\ncreate m bitmap:port range 1-2\n';
    expect(rewrite(text)).toBe('create m bitmap:port range 1-2\ncreate l list:set size 8\n');
  });
});

describe('what people write', () => {
  const elementsOf = (header: string, ...elements: readonly string[]): readonly string[] =>
    rewrite([`create s ${header}`, ...elements.map((element) => `add s ${element}`), ''].join('\n'))
      .split('\n')
      .slice(1, -1)
      .map((line) => line.replace('add s ', ''));

  it.each([
    ['an address range', 'hash:ip', ['1.2.3.0/30'], ['1.2.3.0', '1.2.3.1', '1.2.3.2', '1.2.3.3']],
    ['a range under a netmask', 'hash:ip netmask 24', ['1.2.3.0/22'], ['1.2.0.0', '1.2.1.0', '1.2.2.0', '1.2.3.0']],
    ['a range of networks', 'hash:net', ['10.0.0.1-10.0.0.9'], ['10.0.0.1', '10.0.0.2/31', '10.0.0.4/30', '10.0.0.8/31']],
    ['a port without protocol', 'hash:ip,port', ['1.2.3.4,80', '1.2.3.4,http-alt'], ['1.2.3.4,tcp:80', '1.2.3.4,tcp:8080']],
    ['ports', 'hash:ip,port', ['1.2.3.4,udp:53-54'], ['1.2.3.4,udp:53', '1.2.3.4,udp:54']],
    ['a protocol by number', 'hash:ip,port', ['1.2.3.4,17:5', '1.2.3.4,icmp:ping'], ['1.2.3.4,udp:5', '1.2.3.4,icmp:echo-request']],
    ['host bits', 'hash:net', ['10.0.0.77/30'], ['10.0.0.76/30']],
    ['a bitmap of networks', 'bitmap:ip range 10.0.0.0/22 netmask 30', ['10.0.0.5', '10.0.0.9-10.0.0.20'], ['10.0.0.4', '10.0.0.8', '10.0.0.12', '10.0.0.16']],
    ['an address in short', 'hash:ip', ['10.1', '012.2', '7'], ['10.0.0.1', '10.0.0.2', '0.0.0.7']],
    ['ports of a bitmap', 'bitmap:port range 0-99', ['udp:7-9'], ['7', '8', '9']],
  ])('%s', (_what, header, elements, expected) => {
    expect(elementsOf(header, ...elements)).toEqual(expected);
  });

  it('puts a member of a list where it is asked for', () => {
    const sets = ['a', 'b', 'c'].map((name) => `create ${name} hash:ip\n`).join('');
    const text = `${sets}create l list:set\nadd l a\nadd l b before a\nadd l c after b\n`;
    expect(rewrite(text).split('\n').slice(-4, -1)).toEqual(['add l b', 'add l c', 'add l a']);
  });
});

describe('a broken file is refused with its place', () => {
  it.each([
    ['flush s', 1, 1, 'create or add'],
    ['create', 1, 1, 'the name of the set is missing'],
    ['create s', 1, 8, 'the type of the set is missing'],
    ['create s hash:ipp', 1, 10, 'hash:ip,port,net'],
    ['create s hash:ip wrong', 1, 18, 'maxelem'],
    ['create s hash:ip family inet5', 1, 25, 'inet or inet6'],
    ['create s hash:ip family', 1, 18, 'needs a value'],
    ['create s hash:ip netmask 33', 1, 26, 'from 1 to 32'],
    ['create s bitmap:ip', 1, 10, 'the range is missing'],
    ['create s bitmap:ip range 0.0.0.0/0', 1, 26, 'at most 65536 elements'],
    ['create s hash:ip\ncreate s hash:ip', 2, 8, 'a name that no set has yet'],
    ['add s 1.1.1.1', 1, 5, 'created before'],
    ['create s hash:ip\nadd s', 2, 5, 'the element is missing'],
    ['create s hash:ip\nadd s fd00::1', 2, 7, 'an IPv4 address'],
    ['create s hash:ip\nadd s 1.1.1.1,3', 2, 7, '1 fields'],
    ['create s hash:ip\nadd s 0.0.0.0', 2, 7, 'not zero'],
    ['create s hash:ip\nadd s 1.1.1.1\nadd s 1.1.1.1', 3, 7, 'not there yet'],
    ['create s hash:ip\nadd s 1.1.1.1 timeout 4', 2, 15, 'expected one of'],
    ['create s hash:ip maxelem 2\nadd s 1.1.1.0-1.1.1.3', 2, 7, 'room in the set'],
    ['create s hash:net\nadd s 0.0.0.0/0', 2, 7, 'above 0'],
    ['create s hash:mac\nadd s 0:0:0:0:0:0', 2, 7, 'not zero'],
    ['create s hash:ip,mac\nadd s 1.1.1.1,2:0:0:0:0', 2, 15, 'a MAC address'],
    ['create s hash:net\nadd s 1.1.1.1 nomatch nomatch', 2, 23, 'each option once'],
    ['create s hash:ip,port\nadd s 1.1.1.1,foo:3', 2, 15, 'PROTOCOL:PORT'],
    ['create s hash:ip,port\nadd s 1.1.1.1,tcp:70000', 2, 15, 'from 0 to 65535'],
    ['create s hash:ip,port\nadd s 1.1.1.1,gre:5', 2, 15, 'gre:0'],
    ['create s hash:ip,port family inet6\nadd s fd00::1,icmp:ping', 2, 15, 'ICMP type of ipv6'],
    ['create s bitmap:port range 5-10\nadd s 11', 2, 7, 'range of the set'],
    ['create s hash:ip comment\nadd s 1.1.1.1 comment "open', 2, 23, 'a quote is not closed'],
    ['create l list:set\nadd l s', 2, 7, 'created before'],
    ['create l list:set\ncreate m list:set\nadd l m', 3, 7, 'no list'],
  ])('%j', (text, line, column, what) => {
    const refuse = (): unknown => parseIpSets(text, { file: 'sets' });
    expect(refuse).toThrow(InputError);
    expect(refuse).toThrow(`sets:${line}:${column}: `);
    expect(refuse).toThrow(what);
  });
});
