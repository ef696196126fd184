import { once } from 'node:events';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createSecureServer } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { TestContext } from 'vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authority, Identity } from '../support/certificate.ts';
import { createAuthority, hasOpenssl, opensslNote } from '../support/certificate.ts';
import { freePort } from '../support/loopback.ts';
import { startFaulty, unhurried } from './support/server.ts';
import { answerTo } from './support/upstream.ts';

const NAME = 'dns.example.org';

type HttpRequest = IncomingMessage | Http2ServerRequest;
type HttpResponse = ServerResponse | Http2ServerResponse;

/** A question that came by HTTP. */
interface HttpAsked {
  readonly version: string;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly id: number;
}

type Respond = (message: Uint8Array, send: (status: number, type: string, body: Uint8Array) => void, count: number) => void;

const answers: Respond = (message, send) => send(200, 'application/dns-message', answerTo(message));

const read = async (request: HttpRequest): Promise<Uint8Array> => {
  if (request.method === 'GET') return Buffer.from(new URL(request.url ?? '', 'https://x').searchParams.get('dns') ?? '', 'base64url');
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
};

// One after the other: a busy machine takes a second for handshakes alone.
describe.skipIf(!hasOpenssl)(`an upstream over HTTPS${opensslNote}`, () => {
  let authority: Authority;
  let server: Identity;

  beforeAll(() => {
    authority = createAuthority();
    server = authority.sign('server', `DNS:${NAME}`);
  });
  afterAll(() => authority.remove());

  const startHttps = async (context: TestContext, respond: Respond, http: 1 | 2, closesEach = false) => {
    const asked: HttpAsked[] = [];
    const port = await freePort();
    const take = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
      const message = await read(request);
      const host = request.headers[':authority'] ?? request.headers.host ?? '';
      asked.push({ version: request.httpVersion, method: request.method ?? '', path: (request.url ?? '').replace(/\?.*/, ''), host: String(host).replace(`:${port}`, ''), id: (message[0] ?? 0) * 256 + (message[1] ?? 0) });
      const send: Parameters<Respond>[1] = (status, type, body) => {
        response.writeHead(status, { 'content-type': type });
        (response as ServerResponse).end(body);
        if (closesEach) request.socket.end();
      };
      respond(message, send, asked.length);
    };
    const certificate = { cert: server.certificate, key: server.key };
    const listener = (request: HttpRequest, response: HttpResponse): void => void take(request, response);
    const listening = http === 1 ? createServer(certificate, listener) : createSecureServer(certificate, listener);
    listening.listen(port, '127.0.0.1');
    await once(listening, 'listening');
    context.onTestFinished(() => void listening.close());
    return { port, asked };
  };

  const trusted = (more = ''): string => `tls ${authority.path}\n tls_servername ${NAME}\n ${more}`;
  interface FrontOptions {
    readonly http?: 1 | 2;
    readonly forward?: string;
    readonly closesEach?: boolean;
  }
  const front = async (context: TestContext, respond: Respond, { http = 2, forward = trusted(), closesEach = false }: FrontOptions = {}) => {
    const https = await startHttps(context, respond, http, closesEach);
    const faulty = await startFaulty(context, { to: () => `https://127.0.0.1:${https.port}`, forward });
    return { ...https, faulty };
  };

  it.for([
    [2, 'POST', ''],
    [2, 'GET', 'doh_method GET'],
    [1, 'POST', ''],
    [1, 'GET', 'doh_method GET'],
  ] as const)('is asked by HTTP/%s and %s, many questions at once', async ([http, method, more], context) => {
    const { faulty, asked } = await front(context, answers, { http, forward: trusted(more) });
    const heard = await Promise.all(Array.from({ length: 20 }, (_, index) => faulty.ask(`n${index}.example.org`)));
    expect(heard.every((answer) => answer.rcode === 'NOERROR' && answer.answers.length === 1)).toBe(true);
    expect(new Set(asked.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ version: http === 2 ? '2.0' : '1.1', method, path: '/dns-query', host: NAME, id: 0 })]),
    );
  });

  it('is not asked twice for one question, and closed connections cost nobody an error', async (context) => {
    const { faulty, asked } = await front(context, answers, { http: 1, closesEach: true });
    for (const name of ['a', 'b', 'c']) expect((await faulty.ask(`${name}.example.org`)).answers).toHaveLength(1);
    expect(asked.length).toBe(3);
  });

  it.for([
    ['a status', 'HTTP status 503', (_: Uint8Array, send: Parameters<Respond>[1]) => send(503, 'text/plain', Buffer.from('busy'))],
    ['another type', 'content of the type text/html', (message: Uint8Array, send: Parameters<Respond>[1]) => send(200, 'text/html', answerTo(message))],
    ['garbage', 'malformed', (_: Uint8Array, send: Parameters<Respond>[1]) => send(200, 'application/dns-message', Buffer.from('garbage, not DNS'))],
  ] as const)('that answers with %s fails at once, and says so', async ([, words, respond], context) => {
    const { faulty } = await front(context, respond);
    const { rcode, ms } = await faulty.ask('a.example.org');
    expect(rcode).toBe('SERVFAIL');
    expect(ms).toBeLessThan(unhurried(1000));
    expect(faulty.lines.join('\n')).toContain(words);
  });

  it('without a certificate of its name is not asked', async (context) => {
    const { faulty, asked } = await front(context, answers, { forward: `tls ${authority.path}` });
    expect((await faulty.ask('a.example.org')).rcode).toBe('SERVFAIL');
    expect(asked).toEqual([]);
    expect(faulty.lines.join('\n')).toMatch(/tls: /);
  });

  it('may be known by its name alone, which is that of its certificate too', async (context) => {
    const local = authority.sign('localhost', 'DNS:localhost');
    const https = createSecureServer({ cert: local.certificate, key: local.key }, (request, response) => {
      void read(request).then((message) => {
        response.writeHead(200, { 'content-type': 'application/dns-message' });
        response.end(answerTo(message));
      });
    });
    const port = await freePort();
    https.listen(port, '127.0.0.1');
    await once(https, 'listening');
    context.onTestFinished(() => void https.close());
    const faulty = await startFaulty(context, { to: () => `https://localhost:${port}`, forward: `tls ${authority.path}` });
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
  });

  it('that is silent is given up as any other, and asked anew over another connection', async (context) => {
    const { faulty, asked } = await front(context, (message, send, count) => void (count > 1 && answers(message, send, count)));
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
    expect(asked.length).toBe(2);
  });
});
