import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { secondsText } from '../../src/plugin/placeholders.ts';
import { a, soa, World } from '../support/world.ts';

const www = 'kubernetes.default.svc.cluster.local.';

const logging = (log: string): World =>
  new World({ corefile: `. {\n ${log}\n errors\n cache\n forward . 192.0.2.53\n}` });

describe('the log of the lesson', () => {
  it('has CoreDNS’s words and numbers, for a miss and for a hit', () => {
    const world = logging('log');
    world.ask({ name: www, id: 42953 });
    world.pass(23.451);
    world.respond({ answers: [a(www, '10.96.0.1', 30)] });
    world.ask({ name: www.toUpperCase(), id: 18276 });
    expect(world.lines).toEqual([
      `[INFO] 10.244.1.5:40000 - 42953 "A IN ${www} udp 54 false 512" NOERROR qr,rd,ra 106 0.023451s`,
      `[INFO] 10.244.1.5:40000 - 18276 "A IN ${www} udp 54 false 512" NOERROR qr,rd,ra 106 0s`,
    ]);
  });

  it('has the same for TCP, EDNS and IPv6 clients', () => {
    const world = logging('log');
    const edns = { udpPayloadSize: 1232, dnssecOk: true };
    const query = encodeQuery({ name: 'a', type: 'AAAA', id: 1, edns });
    world.send(query, { transport: 'tcp', from: { address: 'fd00::5', port: 40001 } });
    world.respond({ rcode: 'NXDOMAIN', authorities: [soa('a.', 60, 60)] });
    world.ask({ name: 'a', type: 'TYPE65280', class: 'CH', id: 2, edns });
    world.respond({ authenticated: true });
    expect(world.lines).toEqual([
      '[INFO] [fd00::5]:40001 - 1 "AAAA IN a. tcp 30 true 65535" NXDOMAIN qr,rd,ra 72 0s',
      '[INFO] 10.244.1.5:40000 - 2 "TYPE65280 CH a. udp 30 true 1232" NOERROR qr,rd,ra,ad 19 0s',
    ]);
  });

  it('says what the server answers where no upstream does, beside the line of errors', () => {
    const world = logging('log');
    world.ask({ name: 'a', id: 1 });
    world.pass(5000);
    expect(world.lines).toEqual([
      '[INFO] 10.244.1.5:40000 - 1 "A IN a. udp 19 false 512" SERVFAIL qr,rd 19 4s',
      '[ERROR] plugin/errors: 2 a. A: read udp 192.0.2.53:53: i/o timeout',
    ]);
  });
});

describe('a query that a plugin drops', () => {
  it.each([
    ['log', 1],
    ['log . {\n class error\n }', 1],
    ['log . {\n class success denial\n }', 0],
  ])('counts as an error: %j', (log, count) => {
    const world = new World({ corefile: `. {\n ${log}\n acl {\n drop\n }\n whoami\n}` });
    world.ask({ name: 'a', id: 1 });
    const line = '[INFO] 10.244.1.5:40000 - 1 "A IN a. udp 19 false 512" - - 0 0s';
    expect(world.lines).toEqual(Array.from({ length: count }, () => line));
  });
});

describe('a format of one’s own', () => {
  it('replaces every placeholder, and leaves what is none', () => {
    const world = logging(
      'log . "{type}|{name}|{class}|{proto}|{remote}|{local}|{port}|{size}|{rcode}|{rsize}|{>id}|{>opcode}|{>do}|{>bufsize}|{>rflags}|{/x/y}|{what}|{}"',
    );
    world.ask({ name: 'A', id: 7 });
    world.respond({ rcode: 'REFUSED' });
    expect(world.lines).toEqual([
      '[INFO] A|a.|IN|udp|10.244.1.5|10.96.0.10|40000|19|REFUSED|19|7|0|false|512|qr,rd,ra|-|{what}|{}',
    ]);
  });

  it('is a format only as the second of two arguments', () => {
    const world = logging('log . {combined}');
    world.ask({ name: 'a', id: 7 });
    world.respond({ rcode: 'REFUSED' });
    expect(world.lines[0]).toMatch(/ 0s "0"$/);
  });

  it('escapes what a client may put into a name', () => {
    const world = logging('log');
    world.ask({ name: 'a\\010\\"b\\ c', id: 7 });
    world.respond({ rcode: 'REFUSED' });
    expect(world.lines[0]).toContain('"A IN a\\010\\"b\\ c. udp');
  });
});

describe('what is logged', () => {
  const answers = {
    success: { answers: [a('a.example.org', '192.0.2.1', 60)] },
    denial: { rcode: 'NXDOMAIN', authorities: [soa('example.org', 60, 60)] },
    error: { rcode: 'SERVFAIL' },
  } as const;

  it.each([
    ['log', ['success', 'denial', 'error']],
    ['log . {\n class all\n }', ['success', 'denial', 'error']],
    ['log . {\n class denial\n }', ['denial']],
    ['log . {\n class error success\n }', ['success', 'error']],
    ['log example.org', ['success', 'denial', 'error']],
    ['log example.com', []],
    // The first rule whose scope holds the name decides alone.
    ['log example.org {\n class denial\n }\n log .', ['denial']],
  ])('%j', (log, expected) => {
    const logged = Object.entries(answers).flatMap(([kind, response]) => {
      const world = logging(log);
      world.ask({ name: 'a.example.org' });
      world.respond(response);
      return world.lines.length > 0 ? [kind] : [];
    });
    expect(logged).toEqual(expected);
  });

  it.each([
    ['denial', 1],
    ['error', 0],
  ])('a failure of which `rewrite` makes a denial is of class %s: %d', (klass, count) => {
    const world = new World({ corefile: `. {\n log . {\n class ${klass}\n }\n rewrite rcode a.example.org. 2 3\n hosts /none {\n 192.0.2.1 b.example.org\n }\n}` });
    world.ask({ name: 'a.example.org.' });
    expect(world.lines).toHaveLength(count);
  });
});

describe('a duration', () => {
  it.each([
    [0, '0s'],
    [0.232824, '0.000232824s'],
    [1500, '1.5s'],
    [0.000001, '0.000000001s'],
    [60_000, '60s'],
  ])('%d ms is %s', (ms, text) => {
    expect(secondsText(ms)).toBe(text);
  });
});
