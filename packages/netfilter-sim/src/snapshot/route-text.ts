import { InputError } from '../error.ts';
import type { Position } from '../error.ts';
import { ROUTE_TYPES } from '../fib/route.ts';
import { jsonOf } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { readPrefix } from '../packet/prefix.ts';
import { flowFromText } from './realms.ts';

type Fields = Record<string, unknown>;

/** Words that have something behind them, and the names that `ip -j route` gives it; others are flags. */
const PAIRS: Readonly<Record<string, string>> = {
  dev: 'dev',
  table: 'table',
  proto: 'protocol',
  scope: 'scope',
  src: 'prefsrc',
  metric: 'metric',
  tos: 'tos',
  weight: 'weight',
  nhid: 'nhid',
  pref: 'pref',
  expires: 'expires',
  error: 'error',
  advmss: 'advmss',
  realm: 'flow',
  realms: 'flow',
};

/**
 * What `ip route` prints for people, as `ip -j route` would have it (ip/iproute.c of iproute2 6.1).
 * @throws InputError where it is none, or speaks of an encapsulation
 */
export const routesFromText = (file: string, contents: string): Json => {
  const places = new WeakMap<object, Position>();
  const routes: Fields[] = [];
  let hops: Fields[] = [];
  for (const [at, line] of contents.split('\n').entries()) {
    const words = line.trim().split(/\s+/);
    const position = { file, line: at + 1, column: line.search(/\S/) + 1 || 1 };
    if (line.trim() === '') continue;
    if (words.includes('encap')) throw new InputError(position, 'a route that encapsulates is not modelled', 'remove the line');
    const route = routes.at(-1);
    if (words[0] === 'nexthop' && route !== undefined) {
      if (!('nexthops' in route)) {
        hops = [];
        route['nexthops'] = hops;
      }
      const hop = readWords(words.slice(1));
      places.set(hop, position);
      hops.push(hop);
      continue;
    }
    const found = readRoute(words);
    if (found === undefined) {
      throw new InputError(position, 'expected a route as ip prints it: "10.0.0.0/8 via 10.1.0.1 dev eth0"', 'write the output of ip route show table all into it');
    }
    places.set(found, position);
    routes.push(found);
  }
  places.set(routes, { file, line: 1, column: 1 });
  return jsonOf(file, routes, places);
};

/** `[TYPE] PREFIX WORD VALUE …`; a unicast route names no type, and `-N` writes types as numbers. */
const readRoute = (words: readonly string[]): Fields | undefined => {
  const type = ROUTE_TYPES.find((known, number) => known === words[0] || String(number) === words[0]);
  const [destination = '', ...rest] = type === undefined ? words : words.slice(1);
  if (destination !== 'default' && readPrefix(destination) === undefined) return undefined;
  return { ...(type === undefined ? {} : { type }), dst: destination, ...readWords(rest) };
};

const readWords = (words: readonly string[]): Fields => {
  const found: Fields = {};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === 'via') {
      const family = words[at + 1] === 'inet' || words[at + 1] === 'inet6' ? words[at + 1] : undefined;
      at += family === undefined ? 1 : 2;
      Object.assign(found, family === undefined ? { gateway: words[at] } : { via: { family, host: words[at] } });
      continue;
    }
    // `mtu 1400`, `mtu lock 1400`: JSON has it among the metrics.
    if (word === 'mtu') {
      at += words[at + 1] === 'lock' ? 2 : 1;
      found['metrics'] = [{ mtu: Number(words[at]) }];
      continue;
    }
    const name = Object.hasOwn(PAIRS, word) ? PAIRS[word] : undefined;
    if (name === undefined) continue;
    at += 1;
    found[name] = name === 'flow' ? flowFromText(words[at] ?? '') : (words[at] ?? '');
  }
  return found;
};
