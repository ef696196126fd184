import { stdout } from 'node:process';
import { placeText } from '../corefile/error.ts';
import { placeholderHints } from '../corefile/placeholder.ts';
import type { Corefile, ServerBlock } from '../plugin/server-block.ts';
import { COREDNS_RELEASES, isCoreDnsRelease } from '../referee/differences.ts';
import type { NameServer } from '../server/name-server.ts';
import { createNameServer } from '../server/name-server.ts';
import { hostLookups } from '../sockets/lookup.ts';
import { createTlsFront } from '../sockets/tls-front.ts';
import { againstCoreDns } from './against-coredns.ts';
import { loadCorefile, readPortFlag } from './load.ts';
import { readText } from './read-text.ts';
import { servedAt } from './served-at.ts';
import { UsageError } from './usage-error.ts';

const describeBlock = (block: ServerBlock, { file, port }: { readonly file: string; readonly port: number }): readonly string[] => {
  const plugins = block.plugins.filter(({ addresses }) => addresses.length === 0);
  return [
    `${servedAt(block, port)} (${placeText(block.position, { file })})`,
    ...(plugins.some(({ serve }) => serve !== undefined) ? [] : ['  no plugin: every query is refused']),
    ...plugins.flatMap(({ describe }) => describe()).map((line) => `  ${line}`),
  ];
};

const describeCorefile = (corefile: Corefile, port: number): string =>
  corefile.blocks.map((block) => `${describeBlock(block, { file: corefile.file, port }).join('\n')}\n`).join('\n');

/** Whether a key belongs to its certificate shows only when they are used. */
const checkCertificates = (server: NameServer): void => {
  for (const listener of server.listeners) {
    const tls = server.tlsFor(listener);
    if (tls !== undefined) createTlsFront(tls, server.timeoutsFor(listener).readMs, () => undefined);
  }
};

/** Stands for what a host has where the server runs, which need not be known here (RFC 5737). */
const ANY_ADDRESS = '192.0.2.1';

interface CheckFlags {
  readonly port: string;
  readonly againstCoreDns: boolean;
  /** Of CoreDNS; the newest that is known unless it is given. */
  readonly release: string | undefined;
}

/** Says what a Corefile means, defaults included, in the order in which a query meets it; or what of it CoreDNS does otherwise. */
export const check = (path: string, flags: CheckFlags): void => {
  const { port, againstCoreDns: isCompared, release = COREDNS_RELEASES[0] } = flags;
  if (flags.release !== undefined && !isCompared) throw new UsageError('-coredns-release: it is of a comparison: write -against-coredns too');
  if (!isCoreDnsRelease(release)) throw new UsageError(`-coredns-release: not known: '${release}'; known are ${COREDNS_RELEASES.join(', ')}`);
  const corefile = loadCorefile(path, 'name the Corefile behind check');
  const number = readPortFlag(port);
  // Building the server finds what blocks together get wrong, and files that are not there.
  const hosts = new Map([...hostLookups(corefile, readText).keys()].map((key) => [key, [ANY_ADDRESS]]));
  const server = createNameServer({ corefile, port: number, readFile: readText, hosts, random: () => 0 });
  checkCertificates(server);
  stdout.write(isCompared ? againstCoreDns(corefile, number, release) : describeCorefile(corefile, number));
  for (const hint of placeholderHints(corefile.words)) stdout.write(`\nnote: ${hint}\n`);
};
