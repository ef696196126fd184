import { a, World } from '../support/world.ts';

export const www = 'www.example.org.';
export const good = { answers: [a(www, '192.0.2.1', 60)] };

/** A server whose upstreams are asked in their order; `more` comes after `forward`. */
export const forwarding = (to: string, options = '', more = ''): World =>
  new World({ corefile: `. {\n errors\n forward . ${to} {\n policy sequential\n ${options}\n }\n ${more}\n}` });

/** Who was asked, and over what. */
export const askedOf = (world: World): readonly string[] =>
  world.asks.map(({ upstream, transport }) => `${transport} ${upstream.address}:${upstream.port}`);

/** What the metric came to, over all its labels. */
export const metric = (world: World, name: string): number =>
  world.effects.reduce((sum, effect) => (effect.kind === 'metric' && effect.metric === name ? sum + effect.value : sum), 0);
