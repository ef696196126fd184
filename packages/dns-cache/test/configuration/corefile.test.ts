import { CorefileError, createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';

const parse = (text: string, environment: Readonly<Record<string, string>> = {}) =>
  parseCorefile(text, { file: 'Corefile', environment });

/** What `check` would say of each block. */
const describeAll = (
  text: string,
  environment: Readonly<Record<string, string>> = {},
): readonly (readonly string[])[] =>
  parse(text, environment).blocks.map(({ plugins }) => plugins.flatMap(({ describe: lines }) => lines()));

const zonesOf = (text: string): readonly string[] =>
  parse(text).blocks.flatMap(({ keys }) => keys.map(({ zone, port }) => `${zone.text}:${port ?? 'default'}`));

const complaint = (text: string): string => {
  try {
    const corefile = parse(text);
    createNameServer({
      corefile,
      port: 53,
      random: () => 0,
      readFile: () => {
        throw new Error('no such file');
      },
    });
    return 'none';
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};

describe('the zones of a server block', () => {
  it.each([
    ['.', ['.:default']],
    ['.:53', ['.:53']],
    [':1053', ['.:1053']],
    ['dns://Example.ORG:5300', ['example.org.:5300']],
    ['example.org example.net.', ['example.org.:default', 'example.net.:default']],
    ['example.org,\nexample.net', ['example.org.:default', 'example.net.:default']],
    ['10.0.0.0/24', ['0.0.10.in-addr.arpa.:default']],
    ['10.0.0.0/24:1053', ['0.0.10.in-addr.arpa.:1053']],
    ['10.0.0.0/15', ['0.10.in-addr.arpa.:default', '1.10.in-addr.arpa.:default']],
    ['2001:db8::/32', ['8.b.d.0.1.0.0.2.ip6.arpa.:default']],
    ['2001:db8::/31', ['8.b.d.0.1.0.0.2.ip6.arpa.:default', '9.b.d.0.1.0.0.2.ip6.arpa.:default']],
    ['a\\.b.org', ['a\\.b.org.:default']],
  ])('%s', (keys, expected) => {
    expect(zonesOf(`${keys} {\n}`)).toEqual(expected);
  });
});

describe('the grammar', () => {
  it('takes one block without braces', () => {
    expect(describeAll('.:1053\ncache 30\nbind 127.0.0.1\n')[0]?.[0]).toBe('bind 127.0.0.1');
  });

  it('takes a block on one key line and several blocks', () => {
    expect(zonesOf('a {\n}\nb c {\n}\n')).toEqual(['a.:default', 'b.:default', 'c.:default']);
  });

  it('puts plugins in the order of CoreDNS, whatever the file says', () => {
    const [lines = []] = describeAll('. {\nforward . 192.0.2.1\ncache\nlog\nerrors\nbind 127.0.0.1\n}');
    expect(lines.filter((line) => !line.startsWith(' ')).map((line) => line.split(' ')[0])).toEqual([
      'bind',
      'errors',
      'log',
      'cache',
      'forward',
    ]);
  });

  it('replaces the environment in words, without cutting them again', () => {
    const text = '{$ZONE} {\n forward . {%UP%}:{$PORT} {\n policy {$NONE}sequential\n }\n}';
    const environment = { ZONE: 'example.org', UP: '192.0.2.1', PORT: '5300' };
    expect(describeAll(text, environment)[0]?.[0]).toBe('forward . to 192.0.2.1:5300');
  });
});

/** As CoreDNS 1.14.7 takes them, or does not. */
describe('a block on one line', () => {
  it.each([
    ['template ANY AAAA { rcode NXDOMAIN }', 'template ANY AAAA {\n rcode NXDOMAIN\n }'],
    ['template ANY AAAA { match a }', 'template ANY AAAA {\n match a\n }'],
    ['template ANY AAAA { }', 'template ANY AAAA'],
    ['forward . 192.0.2.1 { max_concurrent 1000 }', 'forward . 192.0.2.1 {\n max_concurrent 1000\n }'],
    ['forward . 192.0.2.1 { except a b }', 'forward . 192.0.2.1 {\n except a b\n }'],
    ['forward . 192.0.2.1 { force_tcp\n expire 20s }', 'forward . 192.0.2.1 {\n force_tcp\n expire 20s\n }'],
    ['forward . 192.0.2.1 { max_fails 1 expire 20s }', 'forward . 192.0.2.1 {\n max_fails 1\n expire 20s\n }'],
    ['forward . 192.0.2.1 {\n max_fails 1 except a\n }', 'forward . 192.0.2.1 {\n max_fails 1\n except a\n }'],
    ['errors { stacktrace }', 'errors {\n stacktrace\n }'],
    ['dns64 { translate_all allow_ipv4 prefix 2001:db8::/96 }', 'dns64 {\n translate_all\n allow_ipv4\n prefix 2001:db8::/96\n }'],
    ['hosts /dev/null { no_reverse ttl 5 }', 'hosts /dev/null {\n no_reverse\n ttl 5\n }'],
  ])('is what it is on several: %j', (line, several) => {
    expect(describeAll(`. {\n${line}\n}`)).toEqual(describeAll(`. {\n${several}\n}`));
  });

  it.each([
    ['forward . 192.0.2.1 { failover SERVFAIL }', "2:41: Unexpected '}' ('failover' takes all words of its line: put the brace on the next one)"],
    ['forward . 192.0.2.1 { force_tcp }', "2:33: Unexpected '}'"],
    ['forward . 192.0.2.1 { health_check 1s }', "2:39: Unexpected '}'"],
    ['cache { success 100 }', "2:21: Unexpected '}'"],
    ['health { lameduck 5s }', "2:22: Unexpected '}'"],
    // CoreDNS starts with these, and does something else than what is written.
    ['template ANY A { answer "{{ .Name }} A 192.0.2.1" }', "2:51: Unexpected '}'"],
    ['hosts { fallthrough }', "2:21: Unexpected '}'"],
    ['cache { disable denial }', "2:24: Unexpected '}'"],
    ['forward . 192.0.2.1 {\n expire 20s 30s\n }', "3:13: unknown option '30s'"],
    ['forward . 192.0.2.1 { expire }', '2:23: Wrong argument count'],
  ])('is refused where CoreDNS would take the brace for a word: %s', (line, expected) => {
    expect(complaint(`. {\n${line}\n}`)).toContain(expected);
  });
});

describe('what a directive means, defaults included', () => {
  it.each([
    [
      'cache',
      [
        'cache for example.org.',
        '  success: 9984 entries, TTL 5 s to 3600 s',
        '  denial: 9984 entries, TTL 5 s to 1800 s',
        '  negative TTL: the lesser of TTL and SOA MINIMUM',
        '  servfail: 5s',
        '  prefetch: off',
        '  serve_stale: off',
      ],
    ],
    [
      'cache 30',
      [
        'cache for example.org.',
        '  success: 9984 entries, TTL 5 s to 30 s',
        '  denial: 9984 entries, TTL 5 s to 30 s',
        '  negative TTL: the lesser of TTL and SOA MINIMUM',
        '  servfail: 5s',
        '  prefetch: off',
        '  serve_stale: off',
      ],
    ],
    [
      'cache 30 a.example.org b.example.org',
      [
        'cache for a.example.org. b.example.org.',
        '  success: 9984 entries, TTL 5 s to 30 s',
        '  denial: 9984 entries, TTL 5 s to 30 s',
        '  negative TTL: the lesser of TTL and SOA MINIMUM',
        '  servfail: 5s',
        '  prefetch: off',
        '  serve_stale: off',
      ],
    ],
    [
      'cache {\n success 9984 30\n denial 9984 5\n servfail 1m30s\n}',
      [
        'cache for example.org.',
        '  success: 9984 entries, TTL 5 s to 30 s',
        '  denial: 9984 entries, TTL 5 s to 5 s',
        '  negative TTL: the lesser of TTL and SOA MINIMUM',
        '  servfail: 1m30s',
        '  prefetch: off',
        '  serve_stale: off',
      ],
    ],
    [
      'cache {\n success 100 7200 60\n servfail 0\n}',
      [
        'cache for example.org.',
        '  success: 1024 entries, TTL 60 s to 7200 s',
        '  denial: 9984 entries, TTL 5 s to 1800 s',
        '  negative TTL: the lesser of TTL and SOA MINIMUM',
        '  servfail: not kept',
        '  prefetch: off',
        '  serve_stale: off',
      ],
    ],
    [
      'forward . 192.0.2.1 [2001:db8::1]:5300 dns://192.0.2.2:54 {\n force_tcp\n policy round_robin\n except a b\n}',
      [
        'forward . to 192.0.2.1:53 [2001:db8::1]:5300 192.0.2.2:54',
        '  except: a. b.',
        '  protocol: TCP',
        '  policy: round_robin, 2 attempts per upstream',
        '  timeouts: 2 s per attempt, 4 s in all',
        '  idle connections: 10s',
        '  health: down after 3 failed probes (. NS) every 500ms',
      ],
    ],
    ['errors stdout', ['errors stdout']],
    [
      'log a b "{name} {combined}" {\n class denial error\n}',
      [
        'log a. "{name} {remote}:{port} - {>id} \\"{type} {class} {name} {proto} {size} {>do} {>bufsize}\\" {rcode} {>rflags} {rsize} {duration} \\"{>opcode}\\"" class denial error',
        'log b. "{name} {remote}:{port} - {>id} \\"{type} {class} {name} {proto} {size} {>do} {>bufsize}\\" {rcode} {>rflags} {rsize} {duration} \\"{>opcode}\\"" class denial error',
      ],
    ],
    ['bind 169.254.20.10 fd00:0::10\nbind 10.96.0.10', ['bind 169.254.20.10 fd00::10 10.96.0.10']],
  ])('%s', (text, expected) => {
    expect(describeAll(`example.org {\n${text}\n}`)).toEqual([expected]);
  });
});

describe('a Corefile that cannot be served says where and why', () => {
  it.each([
    ['', 'Corefile:1:1: no server block'],
    ['. {', "Corefile:1:3: Unexpected EOF, expecting '}'"],
    ['. {\n cache {\n success 1\n', "Corefile:3:10: Unexpected EOF, expecting '}'"],
    ['. {\n}\n}', "Corefile:3:1: Unexpected '}'"],
    ['{\n}', "Corefile:1:1: Unexpected '{'"],
    ['., {\n}', "Corefile:1:4: Unexpected '{' after a comma"],
    ['. { cache }', "Corefile:1:11: Unexpected '}'"],
    ['. {\n cache 30 }', "Corefile:2:11: Unexpected '}'"],
    ['. {\n {\n }\n}', "Corefile:2:2: Unexpected '{'"],
    ['a {\n}\nb\ncache', "Corefile:3:1: Expected '{' after the zones"],
    ['. {\n whatever\n}', "Corefile:2:2: Unknown directive 'whatever'"],
    ['. {\n  grpc\n}', "Corefile:2:3: directive 'grpc' is not built yet"],
    ['quic://. {\n}', "Corefile:1:1: 'quic://' is not built yet"],
    ['a tls://. {\n}', 'Corefile:1:3: tls://. has no certificate (add `tls CERT KEY` to the server block)'],
    ['ftp://. {\n}', "Corefile:1:1: unknown scheme 'ftp://'"],
    ['a..b {\n}', "Corefile:1:1: not a domain name: 'a..b'"],
    ['.:0 {\n}', "Corefile:1:1: not a port: '0'"],
    ['.:65536 {\n}', "Corefile:1:1: not a port: '65536'"],
    ['10.0.0.0/33 {\n}', 'Corefile:1:1: invalid CIDR address: 10.0.0.0/33'],
    ['. {\n}\n.:53 {\n}', 'Corefile:3:1: cannot serve dns://.:53 - it is already defined (see line 1)'],
    [
      '. {\n cache\n cache\n}',
      "Corefile:3:2: 'cache' can only be used once per server block (it is already at line 2)",
    ],
    ['. {\n cache 0\n}', 'Corefile:2:8: cache TTL can not be zero or negative'],
    ['. {\n cache -5\n}', 'Corefile:2:8: cache TTL can not be zero or negative'],
    ['. {\n cache {\n  success\n }\n}', "Corefile:3:3: Wrong argument count or unexpected line ending after 'success'"],
    ['. {\n cache {\n  success many\n }\n}', "Corefile:3:11: the capacity is not a whole number: 'many'"],
    ['. {\n cache {\n  denial 1 0\n }\n}', 'Corefile:3:12: cache TTL can not be zero or negative'],
    ['. {\n cache {\n  denial 1 2 -1\n }\n}', 'Corefile:3:14: cache min TTL can not be negative'],
    [
      '. {\n cache {\n  denial 1 2 3 4\n }\n}',
      "Corefile:3:16: Wrong argument count or unexpected line ending after '4'",
    ],
    [
      '. {\n cache {\n  servfail 6m\n }\n}',
      'Corefile:3:12: caching SERVFAIL responses over 5 minutes is not permitted',
    ],
    ['. {\n cache {\n  servfail -1s\n }\n}', 'Corefile:3:12: invalid negative duration for servfail'],
    ['. {\n cache {\n  servfail 5\n }\n}', "Corefile:3:12: the servfail duration is not a duration: '5'"],
    ['. {\n cache {\n  nothing\n }\n}', "Corefile:3:3: unknown option 'nothing' of 'cache'"],
    ['. {\n forward .\n}', "Corefile:2:10: Wrong argument count or unexpected line ending after '.'"],
    ['. {\n forward . 10.0.0.300\n}', "Corefile:2:12: not an IP address, file, or host: '10.0.0.300'"],
    ['. {\n forward . 10.0.0.3:99999\n}', "Corefile:2:12: not an IP address, file, or host: '10.0.0.3:99999'"],
    ['. {\n forward . /nope\n}', "Corefile:2:12: not an IP address or file: '/nope': no such file"],
    ['. {\n forward . quic://9.9.9.9\n}', 'Corefile:2:12: forwarding over quic:// is not built yet'],
    ['. {\n forward . https://9.9.9.9/dns-query\n}', "Corefile:2:12: paths are not allowed in HTTPS upstream addresses: 'https://9.9.9.9/dns-query'"],
    ['. {\n forward . ftp://9.9.9.9\n}', "Corefile:2:12: 'ftp' is not supported as a destination protocol in forward"],
    [
      `. {\n forward . ${Array.from({ length: 16 }, (_, n) => `10.0.0.${n}`).join(' ')}\n}`,
      'Corefile:2:152: more than 15 TOs configured: 16',
    ],
    [
      '. {\n forward . 10.0.0.1 {\n  resolver dns.test\n }\n}',
      "Corefile:3:12: resolver must be an IP address or IP:port: 'dns.test'",
    ],
    [
      '. {\n forward . 10.0.0.1 {\n  force_tcp yes\n }\n}',
      "Corefile:3:13: Wrong argument count or unexpected line ending after 'yes'",
    ],
    ['. {\n forward . 10.0.0.1 {\n  policy best\n }\n}', "Corefile:3:10: unknown policy 'best'"],
    [
      '. {\n forward . 10.0.0.1 {\n  except\n }\n}',
      "Corefile:3:3: Wrong argument count or unexpected line ending after 'except'",
    ],
    ['. {\n errors stderr\n}', "Corefile:2:9: invalid log file: 'stderr'"],
    ['. {\n log . {\n  class weird\n }\n}', "Corefile:3:9: invalid class: 'weird'"],
    ['. {\n log . {\n  class\n }\n}', "Corefile:3:3: Wrong argument count or unexpected line ending after 'class'"],
    ['. {\n bind\n}', "Corefile:2:2: Wrong argument count or unexpected line ending after 'bind'"],
    ['. {\n bind eth0\n}', "Corefile:2:7: not a valid IP address or interface name: 'eth0' (give addresses)"],
  ])('%j', (text, expected) => {
    expect(complaint(text)).toContain(expected);
    expect(complaint(text).startsWith(expected)).toBe(true);
  });
});
