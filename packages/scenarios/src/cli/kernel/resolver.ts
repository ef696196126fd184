import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { LookupResult } from '../../resolver/machine.ts';

/** glibc's own `getaddrinfo`, by a program that everybody has: a thread for each line, as glibc keeps what it knows of servers for each; it prints how long that took. */
const PROGRAM = `
import json, socket, sys, threading, time
def look(asked):
    began = time.monotonic()
    try:
        found = socket.getaddrinfo(asked['name'], None, socket.AF_INET if asked['call'] == 'ipv4-only' else socket.AF_UNSPEC, socket.SOCK_DGRAM)
        said = {'addresses': [one[4][0] for one in found]}
    except socket.gaierror as error:
        said = {'error': error.errno}
    print(json.dumps({**said, 'number': asked['number'], 'ms': (time.monotonic() - began) * 1000}), flush=True)
print('{}', flush=True)
for line in sys.stdin:
    threading.Thread(target=look, args=(json.loads(line),), daemon=True).start()
`;

/** netdb.h: no such name, and a name without addresses. */
const NOT_FOUND = [-2, -5];

interface RealLookup {
  readonly result: LookupResult;
  readonly elapsedMs: number;
}

/** A program that looks names up: it is there before the first of them, so that a lookup begins when it is due. */
export interface RealClient {
  look(name: string, call: string): Promise<RealLookup>;
  end(): void;
}

interface Said {
  readonly number: number;
  readonly addresses?: readonly string[];
  readonly error?: number;
  readonly ms: number;
}

/** In this namespace, with this file for a resolv.conf. */
export const startClient = async (namespace: number, resolvConf: string): Promise<RealClient> => {
  const script = 'mount --bind "$1" /etc/resolv.conf && exec python3 -c "$2"';
  const child = spawn('nsenter', ['-t', String(namespace), '-n', 'unshare', '--mount', 'sh', '-c', script, 'sh', resolvConf, PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<number, { readonly name: string; readonly resolve: (looked: RealLookup) => void; readonly reject: (error: Error) => void }>();
  const lines = createInterface({ input: child.stdout });
  child.on('exit', () => {
    for (const { name, reject } of waiting.values()) reject(new Error(`the program that looks ${name} up has ended`));
  });
  await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => Promise.reject(new Error('the program that looks names up did not start')))]);
  lines.on('line', (line) => {
    const { number, ms, ...said } = JSON.parse(line) as Said;
    const asked = waiting.get(number);
    waiting.delete(number);
    asked?.resolve({ result: resultOf(asked.name, said), elapsedMs: ms });
  });
  let number = 0;
  return {
    look(name, call) {
      number += 1;
      const looked = new Promise<RealLookup>((resolve, reject) => waiting.set(number, { name, resolve, reject }));
      child.stdin.write(`${JSON.stringify({ number, name, call })}\n`);
      return looked;
    },
    end: () => void child.stdin.end(),
  };
};

/** Why it failed, glibc does not say. */
const resultOf = (name: string, { addresses, error = 0 }: Pick<Said, 'addresses' | 'error'>): LookupResult => {
  if (addresses !== undefined) return { kind: 'resolved', name, addresses };
  return NOT_FOUND.includes(error) ? { kind: 'not-found' } : { kind: 'failed', why: 'timed-out' };
};
