import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildServer } from './child-server.ts';
import { startChildServer } from './child-server.ts';
import { freePort } from './loopback.ts';
import { installed } from './nsd.ts';

/** Debian's unbound and dnsmasq as forwarders; tests with them are skipped where they are not installed. */
export const hasForwarders = installed('unbound') && installed('dnsmasq');
export const forwardersNote = hasForwarders ? '' : ' (skipped: apt-get install unbound dnsmasq)';

/** A server that forwards to one upstream on a loopback port. */
export type Forwarder = ChildServer;

const start = async (
  program: string,
  wordsFor: (port: number, folder: string) => readonly string[],
): Promise<Forwarder> => {
  const folder = mkdtempSync(join(tmpdir(), `dns-cache-${program}-`));
  const port = await freePort();
  const probe = { name: 'alive.example.test', type: 'A' };
  return startChildServer({ program, words: wordsFor(port, folder), folder, port, probe });
};

export const startUnbound = (upstreamPort: number): Promise<Forwarder> =>
  start('unbound', (port, folder) => {
    const file = join(folder, 'unbound.conf');
    writeFileSync(
      file,
      `server:
  interface: 127.0.0.1@${port}
  directory: "${folder}"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  logfile: "/dev/null"
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
  minimal-responses: no
  rrset-roundrobin: no
  unblock-lan-zones: yes
  insecure-lan-zones: yes
  local-zone: "test." nodefault
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${upstreamPort}
`,
    );
    return ['-d', '-c', file];
  });

export const startDnsmasq = (upstreamPort: number): Promise<Forwarder> =>
  start('dnsmasq', (port) => [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--pid-file=',
    '--no-resolv',
    '--no-hosts',
    '--user=',
    '--listen-address=127.0.0.1',
    '--bind-interfaces',
    '--cache-size=10000',
    `--port=${port}`,
    `--server=127.0.0.1#${upstreamPort}`,
  ]);
