import type { Dispatcher, Pool as HttpPool } from 'undici';
import { endpointText, isIpv6 } from '../address.ts';
import type { Ask } from '../engine/runtime.ts';
import { reasonOf } from '../reason.ts';
import type { Failure } from './failure.ts';
import { failureOf, handshakeFailureOf } from './failure.ts';
import { yieldToNode } from './node-turn.ts';
import type { Pool } from './pool.ts';
import { UPSTREAM_CONNECTIONS_MAX } from './upstream-limits.ts';

type Route = Pick<Ask, 'upstream' | 'connection'>;

/** RFC 8484 §6, and where servers have it (CoreDNS plugin/pkg/doh). */
const MEDIA_TYPE = 'application/dns-message';
const PATH = '/dns-query';

/** What servers of HTTP/2 take at the least (RFC 9113 §6.5.2). */
const HTTP2_QUESTIONS_MAX = 100;

const MESSAGE_OCTETS_MAX = 0xffff;
const ID_OCTETS = 2;

/** HTTP's own answer was no DNS message. */
class HttpAnswerError extends Error {}

/** The library is loaded where a Corefile forwards over HTTPS, and nowhere else: it takes memory and a tenth of a second. */
const openHttp = async ({ upstream, connection }: Route): Promise<HttpPool> => {
  const { Pool: Http, Client, buildConnector } = await import('undici');
  const { tls, sourceAddress, expireMs } = connection;
  // What was to be secret never goes out in the clear.
  if (tls === undefined) throw new RangeError('an upstream over HTTPS without settings for TLS');
  const { serverName, authorities, client: identity } = tls;
  const dial = buildConnector({
    allowH2: true,
    minVersion: 'TLSv1.2',
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
    ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
  });
  return new Http(`https://${endpointText(upstream)}`, {
    allowH2: true,
    connections: UPSTREAM_CONNECTIONS_MAX,
    keepAliveTimeout: Math.max(1, expireMs),
    // The library has one question at a time on a connection unless told otherwise, which only HTTP/2 is made for.
    factory(origin, options: object) {
      const client = new Client(origin, {
        ...options,
        connect(where, dialled) {
          dial(where, (...[error, socket]) => {
            if (error !== null) return dialled(error, null);
            client.pipelining = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2' ? HTTP2_QUESTIONS_MAX : 1;
            dialled(null, socket);
          });
        },
      });
      return client;
    },
  });
};

/** An ID of 0 lets caches of HTTP take equal questions for equal (RFC 8484 §4.1). */
const withoutId = (message: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(message);
  copy.fill(0, 0, ID_OCTETS);
  return copy;
};

const requestOf = ({ connection: { tls, httpMethod }, upstream }: Route, message: Uint8Array, signal: AbortSignal): Dispatcher.RequestOptions => {
  const host = tls?.serverName ?? (isIpv6(upstream) ? `[${upstream.address}]` : upstream.address);
  const headers = { accept: MEDIA_TYPE, host: upstream.port === 443 ? host : `${host}:${upstream.port}` };
  switch (httpMethod) {
    case 'GET':
      return { path: `${PATH}?dns=${Buffer.from(message).toString('base64url')}`, method: 'GET', headers, signal };
    case 'POST':
      // Else the library would have one question at a time on a connection, though questions can be asked twice.
      return { path: PATH, method: 'POST', headers: { ...headers, 'content-type': MEDIA_TYPE }, body: message, signal, idempotent: true };
  }
};

/** @throws HttpAnswerError */
const readAnswer = async ({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Uint8Array> => {
  if (statusCode < 200 || statusCode > 299) {
    await body.dump();
    throw new HttpAnswerError(`HTTP status ${statusCode}`);
  }
  if (headers['content-type'] !== MEDIA_TYPE) {
    await body.dump();
    throw new HttpAnswerError(`content of the type ${String(headers['content-type'] ?? 'that it does not say')}`);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part);
    length += part.length;
    if (length > MESSAGE_OCTETS_MAX) throw new HttpAnswerError(`more than ${MESSAGE_OCTETS_MAX} octets`);
  }
  return Uint8Array.from(Buffer.concat(parts));
};

const failureOfHttp = (error: unknown): Failure => {
  if (error instanceof HttpAnswerError) return { reason: 'http', detail: error.message };
  if (!(error instanceof Error)) return { reason: 'closed' };
  // The library's own codes are about HTTP, those of Node.js about the network or the certificate.
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return { reason: 'timed-out' };
  if (code.startsWith('UND_ERR_')) return code === 'UND_ERR_SOCKET' ? { reason: 'closed' } : { reason: 'http', detail: reasonOf(error) };
  const network = failureOf(error);
  return network.reason === 'closed' && code !== '' ? handshakeFailureOf(error) : network;
};

/** Questions to one upstream over HTTPS (RFC 8484), by HTTP/2 or 1.1 as the upstream likes. */
export const createHttpsPool = (route: Route): Pool => {
  let http: Promise<HttpPool> | undefined;
  let underWay = 0;
  let heardAt = -Infinity;

  /** What it owes comes yet; then its connections are closed. */
  const retire = (old: Promise<HttpPool>): void => {
    if (http === old) http = undefined;
    void old.then((pool) => pool.close()).catch(() => undefined);
  };

  const exchange = async (pool: Promise<HttpPool>, message: Uint8Array, signal: AbortSignal): Promise<Uint8Array> => {
    const answer = await readAnswer(await (await pool).request(requestOf(route, withoutId(message), signal)));
    heardAt = performance.now();
    // The ID that the question has here.
    answer.set(message.subarray(0, ID_OCTETS));
    return answer;
  };

  return {
    ask(message, heard) {
      http ??= openHttp(route);
      const mine = http;
      const controller = new AbortController();
      const askedAt = performance.now();
      underWay += 1;
      yieldToNode();
      void exchange(mine, message, controller.signal)
        .then(
          (answer) => !controller.signal.aborted && heard({ kind: 'reply', message: answer }),
          (error: unknown) => !controller.signal.aborted && heard({ kind: 'failure', ...failureOfHttp(error) }),
        )
        .finally(() => {
          underWay -= 1;
        });
      return {
        close() {
          controller.abort();
          yieldToNode();
        },
        suspect() {
          // A name that takes long says nothing about connections that bring other answers.
          if (heardAt <= askedAt) retire(mine);
        },
      };
    },
    get isEmpty() {
      return underWay === 0;
    },
    close() {
      const old = http;
      http = undefined;
      void old?.then((pool) => pool.destroy()).catch(() => undefined);
    },
  };
};
