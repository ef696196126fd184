import { availableParallelism, hostname, networkInterfaces } from 'node:os';
import { env } from 'node:process';
import { parseCorefile } from '../configuration/corefile.ts';
import type { Corefile } from '../plugin/server-block.ts';
import { reasonOf } from '../reason.ts';
import { readImport } from './imports.ts';
import { readText } from './read-text.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** A text as the Corefile of this machine. @throws CorefileError where it cannot be served */
export const readCorefile = (text: string, path: string): Corefile => {
  const environment = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  const interfaces = Object.fromEntries(
    Object.entries(networkInterfaces()).map(([name, addresses = []]) => [name, addresses.map(({ address }) => address)]),
  );
  const software = `dns-cache-${VERSION}`;
  const machine = { interfaces, hostname: hostname(), software, processors: availableParallelism() };
  return parseCorefile(text, { file: path, environment, readImport, ...machine });
};

/**
 * @param mend how another file is named
 * @throws UsageError where there is no such file, CorefileError where it cannot be served
 */
export const loadCorefile = (path: string, mend = 'name the Corefile with -conf FILE'): Corefile => {
  let text: string;
  try {
    text = readText(path);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new UsageError(`${path}: ${reason}; ${mend}`);
  }
  return readCorefile(text, path);
};

/** @throws UsageError */
export const readPortFlag = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw new UsageError(`-dns.port: not a port: '${text}'; a port is 1 to 65535`);
  return port;
};
