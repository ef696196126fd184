import { expect } from 'vitest';
import type { Asked } from './situation.ts';

/** What one query looks like, with sockets counted in the order in which they appear. */
const shape = (asked: readonly Asked[]): readonly string[] => {
  const socketOf = ({ transport, socket }: Asked): string => `${transport} ${socket}`;
  const sockets = [...new Set(asked.map(socketOf))];
  return asked.map((query) => {
    const { server, transport, name, type, authenticated, edns } = query;
    const extras = [...(authenticated ? ['AD'] : []), ...(edns === undefined ? [] : [`EDNS ${edns}`])];
    return [`${transport} socket ${sockets.indexOf(socketOf(query))} to server ${server}:`, type, name, ...extras].join(' ');
  });
};

/** The same with times, for expectations by hand: `0 udp0 1 A w.a.test.`, the server's number before the type. */
export const timed = (asked: readonly Asked[]): readonly string[] =>
  shape(asked).map((line, index) => `${asked[index]?.atMs} ${line.replace(/^(udp|tcp) socket (\d+) to server (\d+):/, '$1$2 $3')}`);

/** A real one may be early by what the recorder was late before, and late by what a busy machine stands still. */
const EARLY_MS = 300;
const LATE_MS = 700;

/** Since the query before, in milliseconds. */
const gaps = (asked: readonly Asked[]): readonly number[] => asked.map(({ atMs }, index) => atMs - (asked[index - 1]?.atMs ?? atMs));

/** Between bursts there is a wait, within them none. */
const BURST_MS = 150;

/**
 * Queries that go to several servers at once are read by each on its own: only their order at one server is known. Here they
 * stand by server within a burst, and all at its beginning.
 */
export const burstsByServer = (asked: readonly Asked[]): readonly Asked[] => {
  const bursts: Asked[][] = [];
  for (const [index, gap] of gaps(asked).entries()) {
    const query = asked[index];
    if (query === undefined) continue;
    if (index === 0 || gap > BURST_MS) bursts.push([]);
    bursts.at(-1)?.push(query);
  }
  return bursts.flatMap((burst) => {
    const sockets = [...new Set(burst.map(({ socket }) => socket))];
    return burst
      .toSorted((a, b) => sockets.indexOf(a.socket) - sockets.indexOf(b.socket) || a.server - b.server)
      .map((query) => ({ ...query, atMs: burst[0]?.atMs ?? query.atMs }));
  });
};

/** Where A and AAAA go their own ways, only the order of each is known: here all of A of a name stand before all of AAAA. */
export const byQuestion = (asked: readonly Asked[]): readonly Asked[] => {
  const names = [...new Set(asked.map(({ name }) => name))];
  return asked.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name) || a.type.localeCompare(b.type));
};

/** Pauses of the real one that are not those of the model, in words. Where the order jumps back in time there is no pause. */
const otherPauses = (model: readonly Asked[], real: readonly Asked[]): readonly string[] => {
  const measured = gaps(real);
  return gaps(model).flatMap((gap, index) => {
    const found = measured[index] ?? 0;
    const alike = gap < 0 || (found > gap - EARLY_MS && found < gap + LATE_MS);
    return alike ? [] : [`query ${index} came after ${found} ms, not ${gap} ms`];
  });
};

/** Whether `expectAlike` would be content. */
export const isAlike = (model: readonly Asked[], real: readonly Asked[]): boolean =>
  shape(model).join('\n') === shape(real).join('\n') && otherPauses(model, real).length === 0;

/** Same queries, order, sockets, servers and transports, and the same pauses between them. */
export const expectAlike = (model: readonly Asked[], real: readonly Asked[]): void => {
  expect(shape(model)).toEqual(shape(real));
  expect(otherPauses(model, real)).toEqual([]);
};
