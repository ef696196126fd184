import { createNameServer, encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { complaint, meaning } from '../support/directive.ts';
import { World } from '../support/world.ts';

const certificate = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n';
const files = { cert: certificate, key, ca: certificate, other: certificate };

describe('tls', () => {
  it.each([
    ['tls cert key', 'nocert', "the system's authorities"],
    ['tls cert key ca', 'nocert', 'ca'],
    ['tls cert key {\n client_auth require\n}', 'require', "the system's authorities"],
    ['tls cert key ca {\n client_auth request\n client_auth require_and_verify\n}', 'require_and_verify', 'ca'],
    ['tls none none none\ntls cert key', 'nocert', "the system's authorities"],
  ])('%j', (directive, clientAuth, authorities) => {
    expect(meaning(directive)).toEqual(['tls cert key', `  certificates of clients: ${clientAuth}, of ${authorities}`]);
    for (const keys of ['.', 'tls://.', 'tls://. dns://.']) expect(complaint(directive, { keys, files })).toBe('none');
  });

  it('stands between header and minimal', () => {
    const lines = meaning('minimal\ntls cert key\nheader {\n response set aa\n}');
    expect(lines.findIndex((line) => line.startsWith('tls '))).toBeGreaterThan(0);
    expect(lines.at(-1)).toMatch(/^minimal/);
  });

  it.each([
    ['tls', "2:1: Wrong argument count or unexpected line ending after 'tls' (write tls CERT KEY [CA])"],
    ['tls cert', "2:5: Wrong argument count or unexpected line ending after 'cert' (write tls CERT KEY [CA])"],
    ['tls cert key ca more', "2:17: Wrong argument count or unexpected line ending after 'more' (write tls CERT KEY [CA])"],
    ['tls cert key {\n client_auth\n}', "3:2: Wrong argument count or unexpected line ending after 'client_auth'"],
    [
      'tls cert key {\n client_auth always\n}',
      "3:14: unknown authentication type 'always' (known are nocert, request, require, verify_if_given, require_and_verify)",
    ],
    ['tls cert key {\n keylog file\n}', "3:2: option 'keylog' of 'tls' is not built yet"],
    ['tls cert key {\n ciphers all\n}', "3:2: unknown option 'ciphers' of 'tls' (known are client_auth)"],
    ['tls none key', '2:5: could not load TLS cert none: no such file'],
    ['tls cert none', '2:10: could not load TLS key none: no such file'],
    ['tls key key', '2:5: could not load TLS cert key: no CERTIFICATE in it (PEM is wanted)'],
    ['tls cert cert', '2:10: could not load TLS key cert: no PRIVATE KEY in it (PEM is wanted)'],
    ['tls cert key none', '2:14: could not read root certs from none: no such file'],
  ])('%j is refused, also in a block without TLS', (directive, expected) => {
    for (const keys of ['.', 'tls://.']) expect(complaint(directive, { keys, files })).toContain(`Corefile:${expected}`);
  });
});

describe('tls:// as a zone key', () => {
  const world = (corefile: string): World => new World({ corefile, resolvConf: files });

  const block = (keys: string, more = ''): string => `${keys} {\n tls cert key\n whoami\n ${more}\n}`;

  it('has port 853, whatever -dns.port says', () => {
    const corefile = parseCorefile(block('tls://example.org dns://example.org TLS://10.0.0.0/24:8853'), { file: 'Corefile' });
    const readFile = (path: string): string => (path === 'key' ? key : certificate);
    const server = createNameServer({ corefile, port: 1053, readFile, random: () => 0 });
    expect(server.listeners).toEqual([
      { scheme: 'tls', address: '', port: 853 },
      { scheme: 'dns', address: '', port: 1053 },
      { scheme: 'tls', address: '', port: 8853 },
    ]);
    expect(server.served).toEqual([
      'example.org.:1053',
      'tls://0.0.10.in-addr.arpa.:8853',
      'tls://example.org.:853',
    ]);
    expect(server.enabled.map(({ place }) => place.server)).toEqual(['tls://:853', 'dns://:1053', 'tls://:8853']);
    expect(server.watchedFiles).toEqual(['cert', 'key']);
  });

  it('is another listener than the one for UDP and TCP of the same address', () => {
    const served = world(block('tls://.:5300'));
    const query = encodeQuery({ id: 1, name: 'a', type: 'A' });
    const rcodes = (['udp', 'tcp', 'tls'] as const).map((transport) => {
      return served.answer(served.send(query, { transport, port: 5300 })).rcode;
    });
    expect(rcodes).toEqual(['REFUSED', 'REFUSED', 'NOERROR']);
  });

  it.each([
    [`${block('tls://.')}\n${block('tls://.')}`, '6:1: cannot serve tls://.:853 - it is already defined (see line 1)'],
    [
      `${block('tls://a')}\n${block('tls://b', 'bind 127.0.0.1')}`,
      '6:1: cannot serve tls://b.:853 on 127.0.0.1: tls://a.:853 is bound to all addresses',
    ],
    [
      block('.:853 tls://.'),
      '1:7: cannot serve tls://.:853: dns://.:853 has the port (give one of them another, see line 1)',
    ],
    [
      `${block('tls://a')}\ntls://b {\n tls other key\n}`,
      '7:6: tls://:853 has one certificate for all its zones (say the same as in line 2,',
    ],
    ['a {\n tls cert key\n}\ntls://b c {\n whoami\n}', '4:1: tls://b. has no certificate (add `tls CERT KEY` to the'],
  ])('%j is refused', (corefile, expected) => {
    expect(() => world(corefile)).toThrow(`Corefile:${expected}`);
  });

  it('may have one certificate for the zones of several blocks', () => {
    expect(world(`${block('tls://a')}\n${block('tls://b')}`).server.listeners).toHaveLength(1);
  });
});
