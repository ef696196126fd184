import { firstClients } from '../clients/report.ts';
import type { CacheScope } from '../engine/snapshot.ts';
import { foldedText, foldName, readNameText } from '../message/name.ts';
import { typeNumber } from '../message/numbers.ts';
import type { HttpEndpoint, Page } from '../observe/http.ts';
import { openHttp, plainText } from '../observe/http.ts';
import type { Serving } from '../threads/serving.ts';
import { loadCacheFile, saveCacheFile } from './cache-file.ts';
import { reasonOf } from '../reason.ts';
import { removeStaleSocket } from '../sockets/stale-socket.ts';
import { tailQueries } from './tail.ts';

/*
 * What an operator may ask of a running process, and do with its caches and threads, as HTTP over a socket in the file system: who may open
 * the file may do it.
 */

/** Which entries the query string means: those of a name, of a zone, or all. */
const scopeOf = (url: URL): CacheScope | Page => {
  const [name, zone] = [url.searchParams.get('name'), url.searchParams.get('zone')];
  if (name === null && zone === null) return { kind: 'all' };
  const wire = readNameText(name ?? zone ?? '');
  if (wire === undefined) return plainText(400, `not a domain name: '${name ?? zone ?? ''}'\n`);
  return { kind: name === null ? 'zone' : 'name', name: foldName(wire) };
};

const list = async (service: Serving, url: URL): Promise<Page> => {
  const scope = scopeOf(url);
  if ('status' in scope) return scope;
  const entries = await service.listCache(scope);
  return { status: 200, contentType: 'application/json', body: `${JSON.stringify(entries)}\n` };
};

const explain = async (service: Serving, url: URL): Promise<Page> => {
  const [name, type] = [url.searchParams.get('name') ?? '', url.searchParams.get('type')];
  const wire = readNameText(name);
  if (wire === undefined) return plainText(400, `not a domain name: '${name}'\n`);
  const number = type === null ? undefined : typeNumber(type);
  if (type !== null && number === undefined) return plainText(400, `not a type: '${type}'\n`);
  const blocks = await service.explain({ name: wire, type: number });
  return { status: 200, contentType: 'application/json', body: `${JSON.stringify({ name: foldedText(foldName(wire)), type, blocks })}\n` };
};

const flush = async (service: Serving, url: URL): Promise<Page> => {
  const scope = scopeOf(url);
  return 'status' in scope ? scope : plainText(200, `${await service.flushCache(scope)}\n`);
};

/** Who asks most, and by what measure; the first so many. */
const clients = async (service: Serving, url: URL): Promise<Page> => {
  const limit = url.searchParams.get('limit') ?? '10';
  if (!/^\d{1,5}$/.test(limit)) return plainText(400, `not a number of clients: '${limit}'\n`);
  const report = await service.clients();
  if (report === undefined) return plainText(404, 'no server block counts its clients: add `clients` to one\n');
  return { status: 200, contentType: 'application/json', body: `${JSON.stringify(firstClients(report, Number(limit)))}\n` };
};

const killThread = (service: Serving, url: URL): Page => {
  const number = Number(url.searchParams.get('number'));
  if (service.killThread(number - 1)) return plainText(200, `${number}\n`);
  return plainText(400, `no thread ${number}: there are ${service.threads}, of which the main one cannot be spared\n`);
};

const withFile = async (url: URL, work: (path: string) => Promise<string>): Promise<Page> => {
  const path = url.searchParams.get('file');
  if (path === null || path === '') return plainText(400, 'file is missing\n');
  try {
    return plainText(200, `${await work(path)}\n`);
  } catch (error) {
    return plainText(500, `${path}: ${reasonOf(error)}\n`);
  }
};

/** A socket that a killed server left behind is taken over. @throws SocketFileError */
export const openControl = async (path: string, service: Serving): Promise<HttpEndpoint> => {
  await removeStaleSocket(path);
  return openHttp(
    { path },
    {
      '/cache': (url) => list(service, url),
      '/explain': (url) => explain(service, url),
      '/clients': (url) => clients(service, url),
      '/queries': (url) => tailQueries(service, url),
      'POST /cache/flush': (url) => flush(service, url),
      'POST /cache/save': (url) =>
        withFile(url, async (file) => {
          await saveCacheFile(service, file);
          return file;
        }),
      // As a bug in it would: another takes its place.
      'POST /thread/kill': (url) => killThread(service, url),
      'POST /cache/load': (url) => withFile(url, async (file) => String(await loadCacheFile(service, file))),
    },
  );
};
