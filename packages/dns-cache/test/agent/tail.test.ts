import { Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { tailQueries } from '../../src/agent/tail.ts';
import type { Serving } from '../../src/threads/serving.ts';
import type { Batch } from '../../src/watching/told.ts';

it('counts what one who does not read on has missed', async () => {
  let tell: (batch: Batch) => void = () => undefined;
  let isStopped = false;
  const watch: Serving['watch'] = (_filter, told) => {
    tell = told;
    return { stop: () => void (isStopped = true) };
  };
  const page = tailQueries({ watch } as unknown as Serving, new URL('http://localhost/queries?slower=1ms'));
  if (!('stream' in page)) throw new Error('no stream');
  let goOn = (): void => undefined;
  const written: string[] = [];
  const reader = new Writable({
    highWaterMark: 10,
    write(chunk: Buffer, _encoding, done) {
      written.push(...chunk.toString().trimEnd().split('\n'));
      goOn = () => done();
    },
  });
  page.stream(reader);
  const query = (port: number) => ({ unixMs: 0, client: '10.0.0.1', port, transport: 'udp', name: 'a.', class: 'IN', type: 'A', rcode: 'NOERROR', plugin: '', durationMs: 1 }) as const;
  tell({ queries: [query(1)], skipped: 0 });
  expect(written).toEqual([JSON.stringify(query(1))]);
  for (let port = 2; port <= 6001; port += 1) tell({ queries: [query(port)], skipped: 0 });
  tell({ queries: [], skipped: 7 });
  expect(written).toHaveLength(1);
  goOn();
  await vi.waitUntil(() => written.length > 1);
  expect(written).toHaveLength(5002);
  expect(written[5000]).toBe(JSON.stringify(query(5001)));
  expect(written[5001]).toBe('{"skipped":1007}');
  reader.destroy();
  await vi.waitUntil(() => isStopped);
});
