import { createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';

const interfaces = {
  lo: ['127.0.0.1', '::1'],
  eth0: ['10.244.0.1', '2001:db8::1', 'fe80::1'],
};

describe('the addresses of a block', () => {
  it.each([
    ['bind 1.2.3.4', '1.2.3.4'],
    ['bind 1.2.3.4 ::5', '1.2.3.4 ::5'],
    ['bind ::1 1.2.3.4 ::5 127.9.9.0', '::1 1.2.3.4 ::5 127.9.9.0'],
    ['bind 1.2.3.4 lo', '1.2.3.4 127.0.0.1 ::1'],
    ['bind lo {\n except 127.0.0.1\n}', '::1'],
    ['bind lo eth0 {\n except lo fe80::1%eth0\n}', '10.244.0.1 2001:db8::1'],
    ['bind eth0', '10.244.0.1 2001:db8::1 fe80::1%eth0'],
    ['bind 1.2.3.4\nbind lo {\n except ::1\n}', '1.2.3.4 127.0.0.1'],
    ['bind lo eth0 {\n except 10.244.0.1\n except lo fe80::1%eth0\n}', '10.244.0.1 2001:db8::1'],
    // Only the line that says so is meant.
    ['bind lo\nbind eth0 {\n except 127.0.0.1 2001:db8::1\n}', '127.0.0.1 ::1 10.244.0.1 fe80::1%eth0'],
    ['bind 2001:DB8:0::1', '2001:db8::1'],
  ])('%j', (directive, expected) => {
    expect(meaning(directive, { interfaces })).toEqual([`bind ${expected}`]);
  });

  it('are listened on', () => {
    const corefile = parseCorefile('. {\n bind lo\n}', { file: 'Corefile', interfaces });
    const server = createNameServer({ corefile, port: 53, readFile: () => '', random: () => 0 });
    expect(server.listeners).toEqual([
      { scheme: 'dns', address: '127.0.0.1', port: 53 },
      { scheme: 'dns', address: '::1', port: 53 },
    ]);
  });
});

describe('what is refused', () => {
  it.each([
    ['bind', "2:1: Wrong argument count or unexpected line ending after 'bind' (give addresses or interfaces)"],
    ['bind 1.2.3.invalid', "2:6: not a valid IP address or interface name: '1.2.3.invalid' (the interfaces are lo, eth0)"],
    ['bind ::1 127.9.9.0 noone', "2:20: not a valid IP address or interface name: 'noone'"],
    ['bind lo {\n except\n}', "3:2: Wrong argument count or unexpected line ending after 'except'"],
    ['bind lo {\n except eth7\n}', "3:9: not a valid IP address or interface name: 'eth7'"],
    ['bind constructor', "2:6: not a valid IP address or interface name: 'constructor'"],
    ['bind lo {\n except lo\n}', '2:1: no address is left to bind to'],
    ['bind lo {\n only ::1\n}', "3:2: unknown option 'only' of 'bind'"],
  ])('%j', (directive, expected) => {
    expect(complaint(directive, { interfaces })).toContain(`Corefile:${expected}`);
  });

  it('names no interfaces where none are known', () => {
    expect(complaint('bind eth0')).toBe(
      "Corefile:2:6: not a valid IP address or interface name: 'eth0' (give addresses)",
    );
  });
});
