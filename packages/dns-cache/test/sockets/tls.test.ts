import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import type { Effect } from '@nodelocal/dns-cache';
import { CorefileError, encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import type { Service } from '@nodelocal/dns-cache/server';
import { startService } from '@nodelocal/dns-cache/server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { optOf } from '../conformance/rows/opt.ts';
import type { Stream } from '../conformance/stream.ts';
import { openStream, streamOf, waitFor } from '../conformance/stream.ts';
import type { Authority, Identity } from '../support/certificate.ts';
import { createAuthority, hasOpenssl, opensslNote } from '../support/certificate.ts';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import { ednsQuery, octets, option } from '../support/packets.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { read } from '../support/world.ts';

const NAME = 'dns.example.org';
const KEEPALIVE = 11;
const PADDING = 12;

const query = (id: number, name = `n${id}.test`): Uint8Array => encodeQuery({ id, name, type: 'A' });

interface Served {
  readonly service: Service;
  readonly lines: readonly string[];
  readonly effects: readonly Effect[];
  reload(corefile: string): Promise<void>;
}

const parse = (corefile: string) => parseCorefile(corefile, { file: 'Corefile' });

const serve = async (corefile: string): Promise<Served> => {
  const lines: string[] = [];
  const effects: Effect[] = [];
  const service = await startService({
    corefile: parse(corefile),
    port: 53,
    readFile: (path) => readFileSync(path, 'utf8'),
    log: (_level, line) => lines.push(line),
    observe: (effect) => effects.push(effect),
  });
  onTestFinished(() => service.stop());
  return { service, lines, effects, reload: (text) => service.reload(parse(text)) };
};

describe.skipIf(!hasOpenssl)(`a listener over TLS${opensslNote}`, () => {
  let authority: Authority;
  let stranger: Authority;
  let server: Identity;
  let client: Identity;
  let unknownClient: Identity;

  beforeAll(() => {
    authority = createAuthority();
    stranger = createAuthority();
    server = authority.sign('server', `DNS:${NAME}`);
    client = authority.sign('client', 'DNS:client');
    unknownClient = stranger.sign('unknown', 'DNS:unknown');
  });
  afterAll(() => {
    authority.remove();
    stranger.remove();
  });

  /** `tls` with the server's own certificate. */
  const identity = (more = ''): string => `tls ${server.certificatePath} ${server.keyPath} ${more}`;

  const block = (port: number, tls = identity(), plugin = 'whoami'): string =>
    `tls://.:${port} {\n bind 127.0.0.1\n ${tls}\n ${plugin}\n}`;

  /** A connection whose handshake is over, on the client's side; rejects where it fails. */
  const dial = async (port: number, options: ConnectionOptions = {}): Promise<Stream & { readonly tls: TLSSocket }> => {
    const tls = connect({
      host: '127.0.0.1',
      port,
      servername: NAME,
      ca: readFileSync(authority.path),
      ALPNProtocols: ['dot'],
      ...options,
    });
    onTestFinished(() => void tls.destroy());
    const stream = streamOf(tls);
    await once(tls, 'secureConnect');
    return { ...stream, tls };
  };

  const ask = async (port: number, message: Uint8Array, options: ConnectionOptions = {}): Promise<Uint8Array> => {
    const stream = await dial(port, options);
    stream.tls.write(framed(message));
    await waitFor('an answer', 3000, () => stream.messages.length > 0 || stream.tls.destroyed);
    stream.tls.destroy();
    const [answer] = stream.messages;
    if (answer === undefined) throw new Error('closed without an answer');
    return answer;
  };

  const isAnswered = (port: number, options: ConnectionOptions): Promise<boolean> =>
    ask(port, query(1), options).then(
      () => true,
      () => false,
    );

  it('answers, and is TCP to logs and metrics, as in CoreDNS', async () => {
    const port = await freePort();
    const { service, lines, effects } = await serve(block(port, identity(), 'log\n whoami'));
    const stream = await dial(port);
    expect(stream.tls.alpnProtocol).toBe('dot');
    stream.tls.write(framed(query(7)));
    const [answer = new Uint8Array()] = await stream.received(1);
    expect(read(answer)).toMatchObject({ id: 7, rcode: 'NOERROR' });
    expect(read(answer).additionals.map(({ name }) => name)).toEqual(['n7.test.', '_tcp.n7.test.']);
    expect(lines[0]).toMatch(/ - 7 "A IN n7\.test\. tcp \d+ false 65535" NOERROR /);
    expect(effects.find(({ kind }) => kind === 'served')).toMatchObject({
      transport: 'tcp',
      place: { server: `tls://127.0.0.1:${port}`, zone: '.' },
    });
    expect(service.served).toEqual([`tls://.:${port} on 127.0.0.1`]);
  });

  it('takes nothing over UDP, and no plain TCP', async () => {
    const port = await freePort();
    await serve(block(port));
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    const stream = await openStream(port);
    stream.socket.write(framed(query(1)));
    await stream.closedWithin(1000);
    expect(stream.messages).toEqual([]);
  });

  it('refuses TLS 1.1, and protocols other than DNS', async () => {
    const port = await freePort();
    await serve(block(port));
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(dial(port, old)).rejects.toThrow(/protocol version/);
    await expect(dial(port, { ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/);
    expect((await dial(port, { maxVersion: 'TLSv1.2' })).tls.getProtocol()).toBe('TLSv1.2');
    expect(read(await ask(port, query(1), { ALPNProtocols: [] }))).toMatchObject({ rcode: 'NOERROR' });
  });

  it('is not trusted by clients that want another name or know another authority', async () => {
    const port = await freePort();
    await serve(block(port));
    await expect(dial(port, { servername: 'other.example.org' })).rejects.toThrow(/other\.example\.org/);
    await expect(dial(port, { ca: readFileSync(stranger.path) })).rejects.toThrow(/certificate/);
  });

  it('answers pipelined questions as the answers come', async () => {
    const upstream = await startScriptedUpstream();
    onTestFinished(() => upstream.stop());
    upstream.script({ name: 'slow.test.', react: [{ kind: 'reply', response: {}, afterMs: 300 }] });
    const port = await freePort();
    await serve(block(port, identity(), `forward . 127.0.0.1:${upstream.port}`));
    const stream = await dial(port);
    const fast = Array.from({ length: 10 }, (_, id) => framed(query(id)));
    stream.tls.write(octets(framed(query(99, 'slow.test')), ...fast));
    const ids = (await stream.received(11)).map((message) => read(message).id);
    expect(ids.toSorted((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99]);
    expect(ids.at(-1)).toBe(99);
  });

  it('answers a client that has said its last word', async () => {
    const port = await freePort();
    await serve(block(port));
    const stream = await dial(port);
    stream.tls.end(framed(query(1)));
    expect(await stream.received(1)).toHaveLength(1);
    await stream.closedWithin(1000);
  });

  it('is as patient as `timeouts` says, in the handshake too', async () => {
    const port = await freePort();
    await serve(block(port, identity(), 'timeouts {\n read 1s\n idle 1s\n }\n whoami'));
    const silent = await openStream(port);
    const first = await dial(port);
    const idle = await dial(port);
    idle.tls.write(framed(query(1)));
    for (const stream of [silent, first, idle]) expect(await stream.closedWithin(2500)).toBeGreaterThan(900);
    expect(idle.messages).toHaveLength(1);
  });

  it('serves one block together with UDP and TCP, from one cache', async () => {
    const upstream = await startScriptedUpstream();
    onTestFinished(() => upstream.stop());
    const [plain, secure] = [await freePort(), await freePort()];
    const { service } = await serve(
      `.:${plain} tls://.:${secure} {\n bind 127.0.0.1\n ${identity()}\n cache\n forward . 127.0.0.1:${upstream.port}\n}`,
    );
    const message = query(1, 'shared.test');
    const [overTcp] = await askTcp(plain, [framed(message)], 1);
    for (const answer of [await ask(secure, message), await askUdp(plain, message), overTcp]) {
      expect(read(answer ?? new Uint8Array())).toMatchObject({ rcode: 'NOERROR', answers: [{}] });
    }
    expect(upstream.asked('shared.test.')).toHaveLength(1);
    expect(service.served).toEqual([`.:${plain} on 127.0.0.1`, `tls://.:${secure} on 127.0.0.1`]);
  });

  it.for<[string, boolean, boolean, boolean]>([
    // Without a certificate, with one of a stranger, with one of the authority.
    ['nocert', true, true, true],
    ['request', true, true, true],
    ['require', false, true, true],
    ['verify_if_given', true, false, true],
    ['require_and_verify', false, false, true],
  ])('with client_auth %s lets in as Go does', async ([clientAuth, ...expected]) => {
    const port = await freePort();
    await serve(block(port, `${identity(authority.path)} {\n client_auth ${clientAuth}\n }`));
    const shown = [
      {},
      { cert: unknownClient.certificate, key: unknownClient.key },
      { cert: client.certificate, key: client.key },
    ];
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const heard = await Promise.all(shown.map((options) => isAnswered(port, { ...options, maxVersion })));
      expect(heard).toEqual(expected);
    }
  });

  it('is an upstream for `forward . tls://` under its right name, and for no other', async () => {
    const [secure, right, wrong] = [await freePort(), await freePort(), await freePort()];
    await serve(block(secure));
    const forward = (port: number, name: string): string =>
      `.:${port} {\n bind 127.0.0.1\n forward . tls://127.0.0.1:${secure} {\n tls ${authority.path}\n tls_servername ${name}\n }\n}`;
    await serve(`${forward(right, NAME)}\n${forward(wrong, 'other.example.org')}`);
    expect(read(await askUdp(right, query(1)))).toMatchObject({ rcode: 'NOERROR' });
    expect(read(await askUdp(wrong, query(1)))).toMatchObject({ rcode: 'SERVFAIL' });
  });

  describe('EDNS', () => {
    it('tells how long a connection is kept, to those who ask, also over TCP', async () => {
      const [plain, secure] = [await freePort(), await freePort()];
      const timeouts = 'timeouts {\n idle 30s\n }\n whoami';
      await serve(`.:${plain} tls://.:${secure} {\n bind 127.0.0.1\n ${identity()}\n ${timeouts}\n}`);
      const asking = ednsQuery('a.test', { options: [option(KEEPALIVE)] });
      const told = [{ code: KEEPALIVE, data: Uint8Array.of(1, 44) }];
      const [overTcp = new Uint8Array()] = await askTcp(plain, [framed(asking)], 1);
      expect(optOf(await ask(secure, asking))?.options).toEqual(told);
      expect(optOf(overTcp)?.options).toEqual(told);
      expect(optOf(await askUdp(plain, asking))?.options).toEqual([]);
      expect(optOf(await ask(secure, ednsQuery('a.test', {})))?.options).toEqual([]);
    });

    it('pads answers and errors to 468 octets, for those who pad', async () => {
      const [port, empty] = [await freePort(), await freePort()];
      await serve(`${block(port)}\n${block(empty, identity(), '')}`);
      for (const length of [0, 100]) {
        const padded = ednsQuery('a.test', { options: [option(PADDING, new Uint8Array(length))] });
        const [answer, error] = [await ask(port, padded), await ask(empty, padded)];
        expect([answer.length, error.length]).toEqual([468, 468]);
        expect(read(answer)).toMatchObject({ rcode: 'NOERROR' });
        expect(read(error)).toMatchObject({ rcode: 'REFUSED' });
      }
      expect((await ask(port, ednsQuery('a.test', {}))).length).toBeLessThan(200);
    });
  });

  describe('with other certificates', () => {
    let folder: string;
    const paths = () => [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const;
    const install = ({ certificate, key }: Identity): void => {
      const [certificatePath, keyPath] = paths();
      writeFileSync(certificatePath, certificate);
      writeFileSync(keyPath, key);
    };
    const installed = (): string => `tls ${paths().join(' ')}`;
    const shownName = async (port: number): Promise<unknown> => {
      const { tls } = await dial(port, { checkServerIdentity: () => undefined });
      const { subject } = tls.getPeerCertificate();
      tls.destroy();
      return subject.CN;
    };
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'dns-cache-tls-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('shows the new one after a reload; connections go on', async () => {
      const port = await freePort();
      install(server);
      const served = await serve(block(port, installed()));
      const before = await dial(port);
      const other = authority.sign('renewed', `DNS:${NAME}`);
      await served.reload(block(port, `tls ${other.certificatePath} ${other.keyPath}`));
      expect(await shownName(port)).toBe('renewed');
      before.tls.write(framed(query(1)));
      expect(await before.received(1)).toHaveLength(1);
    });

    it('asks clients for certificates from a reload on, and resumes no session from before it', async () => {
      const port = await freePort();
      const served = await serve(block(port));
      const before = await dial(port);
      const ticket = once(before.tls, 'session');
      before.tls.write(framed(query(1)));
      const [session] = (await ticket) as [Buffer];
      const resuming = await dial(port, { session });
      expect(resuming.tls.isSessionReused()).toBe(true);
      await served.reload(block(port, `${identity(authority.path)} {\n client_auth require_and_verify\n }`));
      expect(await isAnswered(port, { session })).toBe(false);
      expect(await isAnswered(port, { cert: client.certificate, key: client.key })).toBe(true);
    });

    it('keeps what it has where the new one cannot be used', async () => {
      const port = await freePort();
      const served = await serve(block(port));
      const mixed = block(port, `tls ${server.certificatePath} ${client.keyPath}`);
      await expect(served.reload(mixed)).rejects.toThrow(/^Corefile:3:6: could not load TLS cert: key values mismatch/);
      await expect(served.reload(block(port, `tls ${server.certificatePath} ${folder}/none`))).rejects.toThrow(CorefileError);
      expect(await shownName(port)).toBe('server');
    });

    it('shows the new one when the files change, once they fit together', async () => {
      const port = await freePort();
      install(server);
      const { lines } = await serve(block(port, installed()));
      const other = authority.sign('replaced', `DNS:${NAME}`);
      const [certificatePath, keyPath] = paths();
      writeFileSync(certificatePath, other.certificate);
      await waitFor('a warning', 5000, () => lines.length > 0);
      expect(lines[0]).toMatch(/^\[WARNING\] .*cert\.pem: Corefile:3:6: .*; going on with the certificate as it was$/);
      expect(await shownName(port)).toBe('server');
      writeFileSync(keyPath, other.key);
      for (const end = Date.now() + 5000; (await shownName(port)) !== 'replaced'; ) {
        if (Date.now() > end) throw new Error('the new certificate is not shown');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
  });

  it('lets go of everything when it stops, handshakes included, and answers what it owes', async () => {
    const upstream = await startScriptedUpstream();
    onTestFinished(() => upstream.stop());
    upstream.script({ name: 'slow.test.', react: [{ kind: 'reply', response: {}, afterMs: 300 }] });
    const port = await freePort();
    const { service } = await serve(block(port, identity(), `forward . 127.0.0.1:${upstream.port}`));
    const shaking = await openStream(port);
    const owed = await dial(port);
    owed.tls.write(framed(query(1, 'slow.test')));
    await waitFor('the question', 1000, () => upstream.asked('slow.test.').length > 0);
    await service.stop();
    expect(await owed.received(1, 1000)).toHaveLength(1);
    await owed.closedWithin(1000);
    await shaking.closedWithin(1000);
    await expect(dial(port)).rejects.toThrow(/ECONNREFUSED/);
  });
});
