import type { Network } from '../../address.ts';
import { readNetwork } from '../../address.ts';
import type { ClientBits } from '../../clients/ledger.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { onlyOnce, refuseBody, takeArguments, takeInteger, unknownOption } from '../../directive/arguments.ts';
import { takeBits, WHOLE_ADDRESSES } from '../../directive/client-bits.ts';
import type { Written } from '../../plugin/written.ts';

/** What becomes of a query that its client should not have sent yet. */
type Over = 'truncate' | 'refuse' | 'drop';

export interface LimitValue {
  /** Queries of a client. */
  readonly perSecond: number;
  readonly burst: number;
  readonly over: Over;
  readonly bits: ClientBits;
  readonly exempt: readonly Network[];
  readonly hitsAreFree: boolean;
}

const RATE_MAX = 1_000_000;
const ACTIONS: readonly Over[] = ['truncate', 'refuse', 'drop'];
const OPTIONS = ['over', 'prefix', 'except', 'hits'] as const;

const takeCount = (token: Token, what: string): number => {
  const count = takeInteger(token, what);
  if (count < 1 || count > RATE_MAX) throw new CorefileError(token, `${what} cannot be ${token.text}`, `write 1 to ${RATE_MAX}`);
  return count;
};

const takeOver = (option: Entry): Over => {
  const mend = `write over ${ACTIONS.join('|')}`;
  const [word = option.name] = takeArguments(option, 1, 1, mend);
  const action = ACTIONS.find((one) => one === word.text);
  if (action === undefined) throw new CorefileError(word, `not known what to do: '${word.text}'`, mend);
  return action;
};

const takeNetwork = (token: Token): Network => {
  const { text } = token;
  const network = readNetwork(text.includes('/') ? text : `${text}/${text.includes(':') ? WHOLE_ADDRESSES.ipv6 : WHOLE_ADDRESSES.ipv4}`);
  if (network === undefined) throw new CorefileError(token, `not a network: '${text}'`, 'write an address or a network, as 10.0.0.0/8');
  return network;
};

const takeHits = (option: Entry): boolean => {
  const mend = 'write hits free|counted';
  const [word = option.name] = takeArguments(option, 1, 1, mend);
  if (word.text !== 'free' && word.text !== 'counted') throw new CorefileError(word, `hits are not '${word.text}'`, mend);
  return word.text === 'free';
};

const applyOption = (value: LimitValue, option: Entry): LimitValue => {
  refuseBody(option);
  const name = OPTIONS.find((known) => known === option.name.text);
  switch (name) {
    case 'over':
      return { ...value, over: takeOver(option) };
    case 'prefix':
      return { ...value, bits: takeBits(option) };
    case 'except':
      return { ...value, exempt: [...value.exempt, ...takeArguments(option, 1, Number.POSITIVE_INFINITY, 'write except NETWORKS').map(takeNetwork)] };
    case 'hits':
      return { ...value, hitsAreFree: takeHits(option) };
    case undefined:
      throw unknownOption(option.name, 'limit', OPTIONS);
  }
};

/** `limit QUERIES [BURST] { over truncate|refuse|drop, prefix IPV4BITS IPV6BITS, except NETWORKS..., hits free|counted }` */
export const setup = ({ entries }: Written): LimitValue => {
  const entry = onlyOnce(entries);
  const [rate = entry.name, burst] = takeArguments(entry, 1, 2, 'write limit QUERIES_A_SECOND [BURST]');
  const perSecond = takeCount(rate, 'the queries a second');
  const plain: LimitValue = {
    perSecond,
    burst: burst === undefined ? perSecond : takeCount(burst, 'the burst'),
    over: 'truncate',
    bits: WHOLE_ADDRESSES,
    exempt: [],
    hitsAreFree: false,
  };
  return entry.body.reduce(applyOption, plain);
};
