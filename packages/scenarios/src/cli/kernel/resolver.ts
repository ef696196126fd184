import { execFile } from 'node:child_process';
import type { LookupResult } from '../../resolver/machine.ts';

/** glibc's own `getaddrinfo`, by a program that everybody has; it prints how long that took. */
const PROGRAM = `
import json, socket, sys, time
began = time.monotonic()
try:
    found = socket.getaddrinfo(sys.argv[1], None, socket.AF_INET if sys.argv[2] == 'ipv4-only' else socket.AF_UNSPEC, socket.SOCK_DGRAM)
    said = {'addresses': [one[4][0] for one in found]}
except socket.gaierror as error:
    said = {'error': error.errno}
print(json.dumps({**said, 'ms': (time.monotonic() - began) * 1000}))
`;

/** netdb.h: no such name, and a name without addresses. */
const NOT_FOUND = [-2, -5];

export interface RealLookup {
  readonly result: LookupResult;
  readonly elapsedMs: number;
}

/** Looks a name up in this namespace, with this file for a resolv.conf. */
export const lookUp = (namespace: number, resolvConf: string, name: string, call: string): Promise<RealLookup> =>
  new Promise((resolve, reject) => {
    const script = 'mount --bind "$1" /etc/resolv.conf && exec python3 -c "$2" "$3" "$4"';
    const words = ['-t', String(namespace), '-n', 'unshare', '--mount', 'sh', '-c', script, 'sh', resolvConf, PROGRAM, name, call];
    execFile('nsenter', words, (error, stdout, stderr) => {
      if (error !== null) {
        reject(new Error(stderr.trim() || error.message));
        return;
      }
      const said = JSON.parse(stdout) as { readonly addresses?: readonly string[]; readonly error?: number; readonly ms: number };
      resolve({ result: resultOf(name, said), elapsedMs: said.ms });
    });
  });

/** Why it failed, glibc does not say. */
const resultOf = (name: string, { addresses, error = 0 }: { readonly addresses?: readonly string[]; readonly error?: number }): LookupResult => {
  if (addresses !== undefined) return { kind: 'resolved', name, addresses };
  return NOT_FOUND.includes(error) ? { kind: 'not-found' } : { kind: 'failed', why: 'timed-out' };
};
