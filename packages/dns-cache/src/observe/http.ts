import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import { ListenError } from '../sockets/listen-error.ts';

/** What an HTTP endpoint says to a path. */
export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

export const plainText = (status: number, body: string): Page => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
});

/** Pages by path. */
export type Routes = Readonly<Record<string, (url: URL) => Promise<Page> | Page>>;

/** CoreDNS plugin/health, plugin/metrics: read, write and idle timeouts of the HTTP servers. */
const HTTP_TIMEOUT_MS = 5000;

export interface HttpEndpoint {
  /** The port that it got, where it asked for any. */
  readonly port: number;
  /** Other pages from now on. */
  serve(routes: Routes): void;
  close(): Promise<void>;
}

const respond = async (routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const page = await (routes[url.pathname]?.(url) ?? plainText(404, '404 page not found\n'));
  response.writeHead(page.status, { 'content-type': page.contentType });
  response.end(request.method === 'HEAD' ? undefined : page.body);
};

const listen = async (server: Server, { address, port }: Endpoint): Promise<void> => {
  server.listen(address === '' ? { port } : { port, host: address });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new ListenError({ address, port }, 'tcp', cause);
  }
};

/** @throws ListenError */
export const openHttp = async (endpoint: Endpoint, initial: Routes): Promise<HttpEndpoint> => {
  let routes = initial;
  const server = createServer((request, response) => {
    respond(routes, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${String(error)}\n`);
    });
  });
  server.requestTimeout = HTTP_TIMEOUT_MS;
  server.headersTimeout = HTTP_TIMEOUT_MS;
  server.keepAliveTimeout = HTTP_TIMEOUT_MS;
  await listen(server, endpoint);
  return {
    port: (server.address() as AddressInfo).port,
    serve(next) {
      routes = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

/** The endpoints of a process by their addresses; several directives may share one, each with its own path. */
export interface HttpEndpoints {
  /**
   * Serves these from now on: an endpoint that stays keeps its socket, new ones are open before old ones are closed.
   * Where one cannot be opened everything stays as it was. @throws ListenError
   */
  apply(wanted: readonly (readonly [Endpoint, Routes])[]): Promise<void>;
  close(): Promise<void>;
}

export const createHttpEndpoints = (): HttpEndpoints => {
  let open = new Map<string, HttpEndpoint>();

  const openNew = async (routes: ReadonlyMap<string, { endpoint: Endpoint; routes: Routes }>): Promise<Map<string, HttpEndpoint>> => {
    const opened = new Map<string, HttpEndpoint>();
    try {
      for (const [label, { endpoint, routes: pages }] of routes) {
        if (!open.has(label)) opened.set(label, await openHttp(endpoint, pages));
      }
    } catch (error) {
      await Promise.all([...opened.values()].map((endpoint) => endpoint.close()));
      throw error;
    }
    return opened;
  };

  return {
    async apply(wanted) {
      const merged = new Map<string, { endpoint: Endpoint; routes: Routes }>();
      for (const [endpoint, routes] of wanted) {
        const label = endpointText(endpoint);
        merged.set(label, { endpoint, routes: { ...merged.get(label)?.routes, ...routes } });
      }
      const opened = await openNew(merged);
      for (const [label, { routes }] of merged) open.get(label)?.serve(routes);
      const gone = [...open].filter(([label]) => !merged.has(label));
      open = new Map([...[...open].filter(([label]) => merged.has(label)), ...opened]);
      await Promise.all(gone.map(([, endpoint]) => endpoint.close()));
    },
    async close() {
      await Promise.all([...open.values()].map((endpoint) => endpoint.close()));
      open.clear();
    },
  };
};
