import { foldName, isWithin, readNameText } from '../message/name.ts';
import type { HttpEndpoint, Page } from '../observe/http.ts';
import { openHttp, plainText } from '../observe/http.ts';
import type { Service } from '../sockets/service.ts';
import { loadCacheFile, saveCacheFile } from './cache-file.ts';
import { reasonOf } from '../reason.ts';
import { removeStaleSocket } from './stale-socket.ts';

/*
 * What an operator may do with the caches of a running process, as HTTP over a socket in the file system: who may open
 * the file may do it.
 */

type Concerns = (name: string) => boolean;

/** Which names the query string means: one, those of a zone, or all. */
const concernsOf = (url: URL): Concerns | Page => {
  const [name, zone] = [url.searchParams.get('name'), url.searchParams.get('zone')];
  if (name === null && zone === null) return () => true;
  const wire = readNameText(name ?? zone ?? '');
  if (wire === undefined) return plainText(400, `not a domain name: '${name ?? zone ?? ''}'\n`);
  const folded = foldName(wire);
  return name === null ? (one) => isWithin(one, folded) : (one) => one === folded;
};

const list = (service: Service, url: URL): Page => {
  const concerns = concernsOf(url);
  if (typeof concerns !== 'function') return concerns;
  const entries = service.listCache(concerns);
  return { status: 200, contentType: 'application/json', body: `${JSON.stringify(entries)}\n` };
};

const flush = (service: Service, url: URL): Page => {
  const concerns = concernsOf(url);
  return typeof concerns === 'function' ? plainText(200, `${service.flushCache(concerns)}\n`) : concerns;
};

const withFile = (url: URL, work: (path: string) => string): Page => {
  const path = url.searchParams.get('file');
  if (path === null || path === '') return plainText(400, 'file is missing\n');
  try {
    return plainText(200, `${work(path)}\n`);
  } catch (error) {
    return plainText(500, `${path}: ${reasonOf(error)}\n`);
  }
};

/** A socket that a killed server left behind is taken over. @throws SocketFileError */
export const openControl = async (path: string, service: Service): Promise<HttpEndpoint> => {
  await removeStaleSocket(path);
  return openHttp(
    { path },
    {
      '/cache': (url) => list(service, url),
      'POST /cache/flush': (url) => flush(service, url),
      'POST /cache/save': (url) =>
        withFile(url, (file) => {
          saveCacheFile(service, file);
          return file;
        }),
      'POST /cache/load': (url) => withFile(url, (file) => String(loadCacheFile(service, file))),
    },
  );
};
