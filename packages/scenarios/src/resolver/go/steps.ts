import { candidatesOf } from '../candidates.ts';
import type { ResolverConfig } from '../config.ts';
import type { Draw, LookupEvent, LookupResult, Step } from '../machine.ts';
import { answerTo } from '../query.ts';
import type { Query } from '../query.ts';
import type { ExchangeStep, GoExchange } from './exchange.ts';
import { ask, askNext, takeAnswer } from './exchange.ts';
import type { GoLookup } from './lookup.ts';

/** Looks a name up as Go's own resolver does, for addresses of both kinds (`goLookupIPCNAMEOrder`, net/dnsclient_unix.go). */
export const startGo = (name: string, config: ResolverConfig, nowMs: number, draw: Draw): Step<GoLookup> =>
  askCandidate({ config, candidates: candidatesOf(name, config), candidate: 0, rotated: 0, failure: undefined }, nowMs, draw);

type Search = Pick<GoLookup, 'config' | 'candidates' | 'candidate' | 'rotated' | 'failure'>;

const askCandidate = (search: Search, nowMs: number, draw: Draw): Step<GoLookup> => {
  const unasked: GoLookup = { ...search, exchanges: [], later: [], deadlineMs: nowMs, result: undefined };
  if (search.config.asking !== 'together') return begin({ ...unasked, later: ['AAAA'] }, 'A', nowMs, draw);
  // Two goroutines: the scheduler says which of them is first.
  const [one, other] = draw(2) === 0 ? (['AAAA', 'A'] as const) : (['A', 'AAAA'] as const);
  const first = begin(unasked, one, nowMs, draw);
  const second = begin(first.lookup, other, nowMs, draw);
  return { lookup: second.lookup, send: [...first.send, ...second.send] };
};

/** One exchange more for the present name. */
const begin = (lookup: GoLookup, type: Query['type'], nowMs: number, draw: Draw): Step<GoLookup> => {
  const { config, candidates, candidate, rotated } = lookup;
  const name = candidates[candidate]?.name ?? '.';
  const { exchange, send } = ask({ name, offset: rotated, asked: 0, transport: config.useVc ? 'tcp' : 'udp', type }, config, nowMs, draw);
  const exchanges = [...lookup.exchanges, exchange];
  return { lookup: { ...lookup, exchanges, rotated: config.rotate ? rotated + 1 : 0, deadlineMs: deadlineOf(exchanges) }, send };
};

const deadlineOf = (exchanges: readonly GoExchange[]): number => Math.min(...exchanges.map(({ deadlineMs }) => deadlineMs));

/** The lookup after an event; what is not for it changes nothing. */
export const stepGo = (lookup: GoLookup, event: LookupEvent, nowMs: number, draw: Draw): Step<GoLookup> => {
  if (lookup.result !== undefined) return { lookup, send: [] };
  const steps = lookup.exchanges.map((exchange): ExchangeStep => {
    const step = exchange.outcome === undefined ? stepExchange(exchange, event, lookup.config, nowMs, draw) : undefined;
    return step ?? { exchange, send: [] };
  });
  const exchanges = steps.map(({ exchange }) => exchange);
  const send = steps.flatMap((step) => step.send);
  const now: GoLookup = { ...lookup, exchanges, deadlineMs: deadlineOf(exchanges) };
  if (exchanges.some(({ outcome }) => outcome === undefined)) return { lookup: now, send };
  const [next, ...later] = now.later;
  return next === undefined ? conclude(now, nowMs, draw) : begin({ ...now, later }, next, nowMs, draw);
};

/** What an event does to one exchange; undefined where it is not for it. */
const stepExchange = (exchange: GoExchange, event: LookupEvent, config: ResolverConfig, nowMs: number, draw: Draw): ExchangeStep | undefined => {
  const { port, transport, name, query } = exchange;
  switch (event.kind) {
    case 'timeout':
      return nowMs < exchange.deadlineMs ? undefined : askNext(exchange, config, nowMs, draw, { kind: 'failed', why: 'timed-out' });
    case 'refused':
    case 'tcp-closed': {
      const own = event.kind === 'refused' ? transport === 'udp' && event.port === port : transport === 'tcp' && event.connection === port;
      return own ? askNext(exchange, config, nowMs, draw, { kind: 'failed', why: 'refused' }) : undefined;
    }
    case 'datagram':
    case 'tcp-answer': {
      const own = event.kind === 'datagram' ? transport === 'udp' && event.port === port : transport === 'tcp' && event.connection === port;
      const answer = own ? answerTo(event.message, name, [query]) : undefined;
      return answer && takeAnswer(exchange, answer.message, config, nowMs, draw);
    }
  }
};

/** Both questions are through: what one of them found is enough, and with nothing the search goes on whatever the reason. */
const conclude = (lookup: GoLookup, nowMs: number, draw: Draw): Step<GoLookup> => {
  const { exchanges, candidates, candidate } = lookup;
  const outcomes = exchanges.toSorted((a, b) => a.query.type.localeCompare(b.query.type)).flatMap(({ outcome }) => outcome ?? []);
  const addresses = outcomes.flatMap((outcome) => (outcome.kind === 'addresses' ? outcome.addresses : []));
  const asked = candidates[candidate];
  if (addresses.length > 0) return ended(lookup, { kind: 'resolved', name: asked?.name ?? '.', addresses });
  const failures = outcomes.flatMap((outcome) => (outcome.kind === 'addresses' ? [] : [outcome]));
  const failure = asked?.asIs === true ? (failures.at(-1) ?? lookup.failure) : (lookup.failure ?? failures[0]);
  return candidate + 1 < candidates.length
    ? askCandidate({ ...lookup, failure, candidate: candidate + 1 }, nowMs, draw)
    : ended(lookup, failure ?? { kind: 'not-found' });
};

const ended = (lookup: GoLookup, result: LookupResult): Step<GoLookup> => ({ lookup: { ...lookup, result }, send: [] });
