import type { MessageValue, QueryOptions, ResponseOptions } from '@nodelocal/dns-cache';
import { World } from '../support/world.ts';

/**
 * Rows about minutes run against the pure server, whose clock the test moves: everything but the sockets is the same.
 */
type Response = Omit<ResponseOptions, 'id' | 'question'>;

/** A cache that neither raises nor shortens the TTLs of a test. */
const LEVEL = 'cache {\n success 9984 604800 0\n denial 9984 604800 0\n }';

export class Clock {
  readonly world: World;

  constructor(cache = LEVEL) {
    this.world = new World({ corefile: `. {\n ${cache}\n forward . 192.0.2.53\n}` });
  }

  pass(seconds: number): void {
    this.world.pass(seconds * 1000);
  }

  /** Asks; the upstream, if it is asked, says `response`. */
  ask(options: Partial<QueryOptions> & { readonly name: string }, response?: Response): MessageValue {
    const { world } = this;
    const before = world.asks.length;
    const query = world.ask(options);
    const asked = world.asks[before];
    if (asked !== undefined && response !== undefined) world.respond(response, asked);
    return world.answer(query);
  }

  /** Asks, and the upstream never answers. */
  askInVain(options: Partial<QueryOptions> & { readonly name: string }): MessageValue {
    const query = this.world.ask(options);
    this.world.pass(6000);
    return this.world.answer(query);
  }

  get asked(): number {
    return this.world.asks.length;
  }
}

export const ttlsOf = ({ answers, authorities }: MessageValue): readonly number[] =>
  [...answers, ...authorities].map(({ ttlSeconds }) => ttlSeconds);

/** How often the upstream is asked when a name is asked for at these times. */
export const askedAt = (
  clock: Clock,
  name: string,
  response: Parameters<Clock['ask']>[1],
  ...seconds: readonly number[]
): number => {
  let at = 0;
  for (const second of seconds) {
    clock.pass(second - at);
    at = second;
    clock.ask({ name }, response);
  }
  return clock.asked;
};
