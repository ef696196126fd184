import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Writable } from 'node:stream';
import type { Endpoint } from '../address.ts';
import { endpointText } from '../address.ts';
import type { Position } from '../corefile/error.ts';
import { pageReadersMax, readDescriptors } from '../sockets/descriptors.ts';
import type { ListenMend } from '../sockets/listen-error.ts';
import { ListenError, SocketFileError } from '../sockets/listen-error.ts';

/** What an HTTP endpoint says to a path. */
export interface Page {
  /** 200, 503, … */
  readonly status: number;
  /** As the header has it: `text/plain; charset=utf-8`. */
  readonly contentType: string;
  /** A text is sent as UTF-8. */
  readonly body: string | Uint8Array;
}

/** A page without an end: written to as long as somebody reads it. */
export interface Stream {
  readonly contentType: string;
  readonly stream: (reader: Writable) => void;
}

export const plainText = (status: number, body: string): Page => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
});

/** Pages by path; with another method than GET that is before it, `POST /path`. */
export type Routes = Readonly<Record<string, (url: URL) => Promise<Page | Stream> | Page | Stream>>;

/** CoreDNS plugin/health, plugin/metrics: read, write and idle timeouts of the HTTP servers. */
const HTTP_TIMEOUT_MS = 5000;

export interface HttpEndpoint {
  /** Other pages from now on. */
  serve(routes: Routes): void;
  close(): Promise<void>;
}

const respond = async (routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const { method = 'GET' } = request;
  const key = method === 'GET' || method === 'HEAD' ? url.pathname : `${method} ${url.pathname}`;
  const page = await (routes[key]?.(url) ?? plainText(404, '404 page not found\n'));
  if ('stream' in page) {
    response.writeHead(200, { 'content-type': page.contentType });
    response.flushHeaders();
    page.stream(response);
    return;
  }
  response.writeHead(page.status, { 'content-type': page.contentType });
  response.end(method === 'HEAD' ? undefined : page.body);
};

/** A socket in the file system. */
export interface SocketFile {
  readonly path: string;
}

/** Where a directive wants its pages. */
export interface PageAddress extends Endpoint {
  /** `ready`, `health`, `prometheus`, `pprof`. */
  readonly directive: string;
  readonly position: Position;
}

const mendOf = (where: Endpoint | PageAddress): ListenMend | undefined => {
  if (!('directive' in where)) return undefined;
  const { directive, address, position: { file, line } } = where;
  const said = `as in \`${directive} ${address}:PORT\`, ${file}:${line}`;
  return { port: `choose another port, ${said}`, address: `choose another, ${said}` };
};

const listen = async (server: Server, where: Endpoint | PageAddress | SocketFile): Promise<void> => {
  if ('path' in where) server.listen(where);
  else server.listen(where.address === '' ? { port: where.port } : { port: where.port, host: where.address });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw 'path' in where ? new SocketFileError(where.path, cause) : new ListenError(where, 'tcp', cause, mendOf(where));
  }
};

/** @throws ListenError, SocketFileError */
export const openHttp = async (where: Endpoint | PageAddress | SocketFile, initial: Routes): Promise<HttpEndpoint> => {
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
  server.maxConnections = pageReadersMax(readDescriptors());
  await listen(server, where);
  return {
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
  apply(wanted: readonly (readonly [PageAddress, Routes])[]): Promise<void>;
  close(): Promise<void>;
}

export const createHttpEndpoints = (): HttpEndpoints => {
  let open = new Map<string, HttpEndpoint>();

  const openNew = async (routes: ReadonlyMap<string, { endpoint: PageAddress; routes: Routes }>): Promise<Map<string, HttpEndpoint>> => {
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
      const merged = new Map<string, { endpoint: PageAddress; routes: Routes }>();
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
