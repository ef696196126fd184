import { a } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { cached, www } from './support.ts';
import type { Response } from './support.ts';

/*
 * CoreDNS's tables of prefetching and of stale answers (plugin/cache/{prefetch,cache,serve_stale_recheck}_test.go), as
 * timelines: at a time somebody asks, and hears an address with a TTL, or waits.
 */

/** The upstream's next answer: each has another address, so that one sees which it is. */
export const answering = (count: number, ttlSeconds: number): Response => ({ answers: [a(www, `192.0.2.${count}`, ttlSeconds)] });

/** `.1 30`: the last octet of the address and the TTL; or the response code; or that there is no answer yet. */
export const heard = (world: World, query: number): string => {
  if (world.rawAnswer(query) === undefined) return 'waits';
  const { rcode, answers } = world.answer(query);
  const [first] = answers;
  if (first?.data.kind !== 'address') return rcode;
  return `.${first.data.address.split('.').at(-1) ?? ''} ${first.ttlSeconds}`;
};

/** Keeps what comes for as long as its TTL says: the bounds are out of the tables' reach. */
export const tableWorld = (cache: string): World =>
  cached(`cache {\n success 9984 3600 0\n denial 9984 1800 0\n ${cache}\n }`);

/** A minute's answer, then so long a wait; the upstream says what it says from then on. */
export const expired = (cache: string, seconds: number, first: Response = answering(1, 60)): World => {
  const world = tableWorld(cache);
  world.ask({ name: www });
  world.respond(first);
  world.pass(seconds * 1000);
  return world;
};
