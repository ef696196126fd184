import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeQuery } from '@nodelocal/dns-cache';
import type { ExchangeEvent } from '../../src/engine/runtime.ts';
import { createHttpsPool } from '../../src/sockets/https-upstream.ts';
import type { UpstreamExchange } from '../../src/sockets/udp-upstream.ts';
import { until } from '../faults/support/server.ts';
import { answerTo } from '../faults/support/upstream.ts';
import { createAuthority, hasOpenssl, opensslNote } from '../support/certificate.ts';

describe.skipIf(!hasOpenssl)(`connections to an upstream over HTTPS${opensslNote}`, () => {
  it('carry many questions at a time; those that one waits on in vain are given up, but not where they bring other answers', async (context) => {
    const authority = createAuthority();
    context.onTestFinished(() => authority.remove());
    const { certificate: cert, key } = authority.sign('server', 'IP:127.0.0.1');
    let connections = 0;
    const asked: Uint8Array[] = [];
    const server = createSecureServer({ cert, key }, (request, response) => {
      void (async () => {
        const parts: Uint8Array[] = [];
        for await (const part of request) parts.push(part as Uint8Array);
        const message = Buffer.concat(parts);
        asked.push(message);
        if (message.includes('silent')) return;
        response.writeHead(200, { 'content-type': 'application/dns-message' });
        response.end(answerTo(message));
      })();
    });
    server.on('secureConnection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;

    const tls = { serverName: undefined, authorities: readFileSync(authority.path, 'utf8'), client: undefined };
    const connection = { tls, httpMethod: 'POST', sourceAddress: undefined, expireMs: 10_000, maxAgeMs: Infinity, idleMax: Infinity } as const;
    const pool = createHttpsPool({ upstream: { address: '127.0.0.1', port }, connection });
    context.onTestFinished(() => {
      pool.close();
      server.close();
    });
    const ask = (name: string, heard: (event: ExchangeEvent) => void = () => undefined): UpstreamExchange =>
      pool.ask(encodeQuery({ id: 1, name, type: 'A' }), heard);
    const answered = async (name: string): Promise<string> => new Promise((resolve) => ask(name, ({ kind }) => resolve(kind)));

    expect(await answered('warm.example.org.')).toBe('reply');
    const slow = ask('silent1.example.org.');
    await until(() => asked.length === 2);
    expect(await answered('other.example.org.')).toBe('reply');
    slow.suspect();
    expect(await answered('next.example.org.')).toBe('reply');
    expect(connections).toBe(1);

    const lost = ask('silent2.example.org.');
    await until(() => asked.length === 5);
    lost.suspect();
    expect(await answered('last.example.org.')).toBe('reply');
    expect(connections).toBe(2);
    slow.close();
    lost.close();
  });
});
