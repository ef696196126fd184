import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { refuseBody, takeArguments, wrongArguments } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

type HeaderFlag = 'aa' | 'ra' | 'rd';

interface HeaderRule {
  readonly flag: HeaderFlag;
  readonly state: boolean;
}

/** Rules in their order: of two for a flag the later counts. */
export interface HeaderValue {
  readonly query: readonly HeaderRule[];
  readonly response: readonly HeaderRule[];
}

const FLAGS: readonly HeaderFlag[] = ['aa', 'ra', 'rd'];

const readState = (token: Token): boolean => {
  const action = token.text.toLowerCase();
  if (action === 'set') return true;
  if (action === 'clear') return false;
  throw new CorefileError(token, `unknown flag action=${action}, should be set or clear`);
};

const readFlag = (token: Token): HeaderFlag => {
  const found = FLAGS.find((flag) => flag === token.text.toLowerCase());
  if (found === undefined) {
    throw new CorefileError(token, `unknown/unsupported flag=${token.text}`, `a flag is ${FLAGS.join(', ')}`);
  }
  return found;
};

const applyLine = (value: HeaderValue, option: Entry): HeaderValue => {
  refuseBody(option);
  const selector = option.name.text.toLowerCase();
  if (selector !== 'query' && selector !== 'response') {
    throw new CorefileError(option.name, `invalid selector=${selector} should be query or response`);
  }
  const mend = `write ${selector} set FLAGS... or ${selector} clear FLAGS...`;
  const [action = option.name, ...flags] = takeArguments(option, 1, Number.POSITIVE_INFINITY, mend);
  if (flags.length === 0) {
    throw new CorefileError(action, 'invalid length for flags, at least one should be provided', mend);
  }
  const state = readState(action);
  return { ...value, [selector]: [...value[selector], ...flags.map((token) => ({ flag: readFlag(token), state }))] };
};

/** `header { query|response set|clear FLAGS... }` (CoreDNS plugin/header/setup.go). */
export const setup = ({ entries }: Written): HeaderValue =>
  entries.reduce<HeaderValue>(
    (value, entry) => {
      takeArguments(entry, 0, 0);
      if (entry.body.length === 0) throw wrongArguments(entry.name, 'give it a block with a line at least');
      return entry.body.reduce(applyLine, value);
    },
    { query: [], response: [] },
  );
