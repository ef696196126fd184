import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/loopback.ts';
import { PROGRAM } from '../support/program.ts';
import { run, stop } from '../support/running.ts';
import { scratch } from '../support/scratch.ts';

/** Asks from an address of its own, one question after the other. */
const askFrom = async (address: string, port: number, names: readonly string[]): Promise<void> => {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  for (const name of names) {
    socket.send(encodeQuery({ id: 1, name, type: 'A' }), port, '127.0.0.1');
    await once(socket, 'message', { signal: AbortSignal.timeout(8000) });
  }
  socket.close();
};

const namesOf = (client: number, count: number): readonly string[] => Array.from({ length: count }, (_, number) => `${number % 5 === 0 ? 'shared' : `c${client}`}-${number % 10}.example.org`);

describe('who makes the load of a running server', () => {
  const folder = scratch();

  // Two threads where there can be two: each has counted its part.
  it.each(['', 'multisocket 2'])('is told by metrics and by dns-cache top: %j', async (threads) => {
    const [port, http] = [await freePort(), await freePort()];
    const lines = [threads, 'bind 127.0.0.1', 'clients {\n series 2\n }', 'cache', 'hosts {\n 192.0.2.1 known.test\n}', `prometheus 127.0.0.1:${http}`];
    const control = folder.path('control');
    const server = run(folder.write('Corefile', `.:${port} {\n${lines.join('\n')}\n}`), ['-control', control]);
    onTestFinished(async () => void (await stop(server)));
    await server.until(/^linux\//);
    await askFrom('127.0.0.1', port, namesOf(1, 30));
    await askFrom('127.0.0.2', port, namesOf(2, 20));
    await askFrom('127.0.0.3', port, ['known.test', 'known.test', 'known.test']);
    const top = (...words: readonly string[]): string => execFileSync(process.execPath, [PROGRAM, 'top', '-control', control, ...words], { encoding: 'utf8' });
    expect(top('-limit', '2')).toBe(
      [
        'CLIENT     QUERIES  SHARE  DENIED  FAILED  OWN NAMES',
        '127.0.0.1       30  56.6%    0.0%  100.0%          8',
        '127.0.0.2       20  37.7%    0.0%  100.0%          8',
        '53 queries in all; the counts are exact; whoever is not shown has 3 at most',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(top('-json', '-limit', '1'))).toEqual({
      clients: [{ client: '127.0.0.1', queries: 30, surplus: 0, denials: 0, failures: 30, ownNames: 8 }],
      queries: 53,
      floor: 20,
      series: 2,
    });
    const page = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
    expect(page.split('\n').filter((line) => line.startsWith('coredns_clients_')).toSorted()).toEqual([
      'coredns_clients_denials{client="127.0.0.1"} 0',
      'coredns_clients_denials{client="127.0.0.2"} 0',
      'coredns_clients_failures{client="127.0.0.1"} 30',
      'coredns_clients_failures{client="127.0.0.2"} 20',
      'coredns_clients_own_names{client="127.0.0.1"} 8',
      'coredns_clients_own_names{client="127.0.0.2"} 8',
      'coredns_clients_queries_error{of="others"} 3',
      'coredns_clients_queries_error{of="shown"} 0',
      'coredns_clients_queries{client="127.0.0.1"} 30',
      'coredns_clients_queries{client="127.0.0.2"} 20',
    ]);
  });

  it('is not known without the directive', async () => {
    const port = await freePort();
    const control = folder.path('control');
    const server = run(folder.write('Corefile', `.:${port} {\n bind 127.0.0.1\n whoami\n}`), ['-control', control]);
    onTestFinished(async () => void (await stop(server)));
    await server.until(/^linux\//);
    const complaint = (...words: readonly string[]): unknown => {
      try {
        return execFileSync(process.execPath, [PROGRAM, 'top', '-control', control, ...words], { encoding: 'utf8', stdio: 'pipe' });
      } catch (error) {
        const { status, stderr } = error as { status: number; stderr: string };
        return [status, stderr];
      }
    };
    expect(complaint()).toEqual([2, 'dns-cache: no server block counts its clients: add `clients` to one\n']);
    expect(complaint('-limit', '0')).toEqual([2, "dns-cache: top: -limit: not a number of clients: '0'; write 1 to 1000\n"]);
  });
});
