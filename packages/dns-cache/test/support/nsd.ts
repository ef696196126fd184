import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildServer } from './child-server.ts';
import { startChildServer } from './child-server.ts';
import { freePort } from './loopback.ts';

export const installed = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` } });
    return true;
  } catch {
    return false;
  }
};

const NSD = 'nsd';

/** Debian's nsd and bind9-dnsutils; tests with them are skipped where they are not installed. */
export const hasNsd = installed(NSD) && installed('dig');
export const nsdNote = hasNsd ? '' : ' (skipped: apt-get install nsd bind9-dnsutils)';

/** A zone and its master file. */
export interface NsdZone {
  readonly name: string;
  readonly text: string;
}

const exampleZone: NsdZone = {
  name: 'example.test',
  text: [
    '$ORIGIN example.test.',
    '$TTL 300',
    '@ SOA ns hostmaster 1 7200 1800 86400 300',
    '@ NS ns',
    'ns A 192.0.2.53',
    'www A 192.0.2.1',
    'www AAAA 2001:db8::1',
    'alias CNAME www',
    '_dns._udp SRV 0 5 53 ns',
    'odd\\.label TXT "a \\"quoted\\" string" "\\000\\255"',
    ...Array.from({ length: 80 }, (_, index) => `many A 192.0.2.${index}`),
    '',
  ].join('\n'),
};

/** An authoritative server on a loopback port. */
export type Nsd = ChildServer;

/** By default of example.test. */
export const startNsd = async (zones: readonly NsdZone[] = [exampleZone]): Promise<Nsd> => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-nsd-'));
  const port = await freePort();
  const file = (name: string): string => join(folder, name);
  for (const [at, { text }] of zones.entries()) writeFileSync(file(`zone${at}`), text);
  writeFileSync(
    file('nsd.conf'),
    `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  pidfile: ""
  zonelistfile: "${file('zone.list')}"
  xfrdfile: ""
  xfrdir: "${folder}"
  database: ""
  server-count: 1
  minimal-responses: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${zones.map(({ name }, at) => `zone:\n  name: ${name}\n  zonefile: zone${at}\n`).join('')}`,
  );
  const probe = { name: zones[0]?.name ?? '.', type: 'SOA' };
  return startChildServer({ program: NSD, words: ['-d', '-c', file('nsd.conf')], folder, port, probe });
};
