import { array, assert, constant, nat, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backlog } from '../../src/sockets/backlog.ts';
import { createBacklog, WAITING_MAX } from '../../src/sockets/backlog.ts';
import type { Received } from '../../src/sockets/listener.ts';

const ENDPOINT = { address: '127.0.0.1', port: 53 };
const nothing = (): void => undefined;

const query = (id: number, receivedAt: number): Received => ({
  client: ENDPOINT, local: ENDPOINT, receivedAt, message: Uint8Array.of(id >>> 16, id >>> 8, id), answer: nothing, drop: nothing,
});
const idOf = ({ message: [high = 0, middle = 0, low = 0] }: Received): number => (high << 16) | (middle << 8) | low;

/** Has 16 queries come each millisecond, and as many served as can be; gives the ids of those served and those shed. */
const run = (backlog: Backlog, ms: number, perMs: number): { readonly served: number[]; readonly shed: number[]; readonly waitedMs: number[] } => {
  const found = { served: [] as number[], shed: [] as number[], waitedMs: [] as number[] };
  for (let now = 0; now < ms; now += 1) {
    for (let id = 16 * now; id < 16 * now + 16; id += 1) backlog.add(query(id, now), now);
    for (let served = 0, next = backlog.next(now); next !== undefined; next = served < perMs ? backlog.next(now) : undefined) {
      (next.isLate ? found.shed : found.served).push(idOf(next.received));
      if (next.isLate) continue;
      found.waitedMs.push(now - next.received.receivedAt);
      served += 1;
    }
  }
  return found;
};

describe('queries that wait for their turn', () => {
  it('are served in the order in which they came, each once, a few hundred of them', () => {
    const step = oneof(record({ kind: constant('add' as const), ms: nat({ max: 40 }) }), record({ kind: constant('next' as const), ms: nat({ max: 400 }) }));
    assert(
      property(array(step, { maxLength: 400 }), (steps) => {
        const backlog = createBacklog();
        const gone: number[] = [];
        let [now, added] = [0, 0];
        for (const { kind, ms } of steps) {
          now += ms;
          if (kind === 'add') {
            backlog.add(query(added, now), now);
            added += 1;
          } else {
            const next = backlog.next(now);
            expect(next === undefined).toBe(gone.length === added);
            if (next !== undefined) gone.push(idOf(next.received));
          }
          expect(backlog.size).toBe(added - gone.length);
        }
        expect(gone).toEqual(gone.map((_, index) => index));
      }),
    );
  });

  it('are all served where they come in a burst', () => {
    const backlog = createBacklog();
    for (let id = 0; id < WAITING_MAX; id += 1) backlog.add(query(id, 0), 0);
    for (let id = 0; id < WAITING_MAX; id += 1) expect(backlog.next(id * 0.04)?.isLate).toBe(false);
    expect(backlog.next(200)).toBeUndefined();
  });

  it('go, the first before the others, where there are too many', () => {
    const backlog = createBacklog();
    for (let id = 0; id < WAITING_MAX + 10; id += 1) backlog.add(query(id, 0), 0);
    const late = Array.from({ length: 20 }, () => backlog.next(1)?.isLate);
    expect(late).toEqual(Array.from({ length: 20 }, (_, index) => index < 10));
  });

  it('are in time, those that are served, where twice as many come as can be', () => {
    const { served, shed, waitedMs } = run(createBacklog(), 3000, 8);
    // Once a line stands, about every second one is shed, and those that are served have not waited.
    expect(served.length).toBeGreaterThan(23_900);
    expect(shed.length).toBeGreaterThan(22_000);
    expect(new Set([...served, ...shed]).size).toBe(served.length + shed.length);
    expect(Math.max(...waitedMs.slice(4000))).toBeLessThanOrEqual(1);
  });

  it('all have their turn, a few hundred of them, however slow the machine is', () => {
    const backlog = createBacklog();
    for (let id = 0; id < 500; id += 1) backlog.add(query(id, 0), 0);
    for (let id = 0; id < 500; id += 1) expect(backlog.next(id * 7)?.isLate).toBe(false);
  });

  it('are not late because the process was stopped', () => {
    const backlog = createBacklog();
    for (let id = 0; id < 100; id += 1) backlog.add(query(id, 0), 0);
    expect(backlog.next(10)?.isLate).toBe(false);
    for (let id = 1; id < 100; id += 1) expect(backlog.next(3600 + id)?.isLate).toBe(false);
  });
});
