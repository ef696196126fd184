import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openStream, waitFor } from '../conformance/stream.ts';
import { hasOpenssl, opensslNote } from '../support/certificate.ts';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import { octets } from '../support/packets.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { read } from '../support/world.ts';
import { NAME, query, serve, tlsLab } from './tls-lab.ts';

describe.skipIf(!hasOpenssl)(`a listener over TLS${opensslNote}`, () => {
  const lab = tlsLab();
  const { identity, block, dial, ask } = lab;

  it('answers, and is TCP to logs and metrics, as in CoreDNS', async () => {
    const port = await freePort();
    const { service, lines, effects } = await serve(block(port, identity(), 'log\n whoami'));
    const stream = await dial(port);
    expect(stream.tls.alpnProtocol).toBe('dot');
    stream.tls.write(framed(query(7)));
    const [answer = new Uint8Array()] = await stream.received(1);
    expect(read(answer)).toMatchObject({ id: 7, rcode: 'NOERROR' });
    expect(read(answer).additionals.map(({ name }) => name)).toEqual(['n7.test.', '_tcp.n7.test.']);
    await vi.waitFor(() => expect(lines).not.toEqual([]));
    expect(lines[0]).toMatch(/ - 7 "A IN n7\.test\. tcp \d+ false 65535" NOERROR /);
    await vi.waitFor(() => expect(effects).not.toEqual([]));
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
    const { stranger } = lab.identities;
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

  it('is an upstream for `forward . tls://` under its right name, and for no other', async () => {
    const { authority } = lab.identities;
    const [secure, right, wrong] = [await freePort(), await freePort(), await freePort()];
    await serve(block(secure));
    const forward = (port: number, name: string): string =>
      `.:${port} {\n bind 127.0.0.1\n forward . tls://127.0.0.1:${secure} {\n tls ${authority.path}\n tls_servername ${name}\n }\n}`;
    await serve(`${forward(right, NAME)}\n${forward(wrong, 'other.example.org')}`);
    expect(read(await askUdp(right, query(1)))).toMatchObject({ rcode: 'NOERROR' });
    expect(read(await askUdp(wrong, query(1)))).toMatchObject({ rcode: 'SERVFAIL' });
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
