import type { Endpoint } from '../address.ts';
import { readPort } from '../address.ts';
import { readDuration } from '../corefile/duration.ts';
import type { Position } from '../corefile/error.ts';
import { CorefileError, placeText } from '../corefile/error.ts';
import type { Entry } from '../corefile/grammar.ts';
import type { Token } from '../corefile/lexer.ts';
import type { Zone } from '../corefile/zone.ts';
import { readZones } from '../corefile/zone.ts';

/** The checks that directives share; each throws a CorefileError that says where and what. */

export const wrongArguments = (after: Token, mend = ''): CorefileError =>
  new CorefileError(after, `Wrong argument count or unexpected line ending after '${after.text}'`, mend);

/** Between `least` and `most` arguments. */
export const takeArguments = (entry: Entry, least: number, most: number, mend = ''): readonly Token[] => {
  const given = entry.arguments;
  const surplus = given[most];
  if (surplus !== undefined) throw wrongArguments(surplus, mend);
  if (given.length < least) throw wrongArguments(given.at(-1) ?? entry.name, mend);
  return given;
};

/** A directive is only set up where it is written. */
const present = <Item>(item: Item | undefined): Item => {
  if (item === undefined) throw new RangeError('a directive that is not written was configured');
  return item;
};

export const firstOf = <Item>(items: readonly Item[]): Item => present(items[0]);

export const lastOf = <Item>(items: readonly Item[]): Item => present(items.at(-1));

/** The one line on which a block has the directive. */
export const onlyOnce = (entries: readonly Entry[]): Entry => {
  const second = entries[1];
  const first = firstOf(entries);
  if (second !== undefined) {
    throw new CorefileError(
      second.name,
      `'${second.name.text}' can only be used once per server block`,
      `it is already at ${placeText(first.name, second.name)}`,
    );
  }
  return first;
};

export const refuseBody = (entry: Entry): void => {
  const inner = entry.body[0];
  if (inner !== undefined) throw new CorefileError(inner.name, `'${entry.name.text}' has no block of options`);
};

/** A directive of one word: neither arguments nor options on any of its lines. */
export const takeNothing = (entries: readonly Entry[]): void => {
  for (const entry of entries) {
    takeArguments(entry, 0, 0);
    refuseBody(entry);
  }
};

export const notBuilt = (what: string, at: Position): CorefileError =>
  new CorefileError(at, `${what} is not built yet`, 'remove it to go on without');

export const unknownOption = (option: Token, directive: string, known: readonly string[]): CorefileError =>
  new CorefileError(option, `unknown option '${option.text}' of '${directive}'`, `known are ${known.join(', ')}`);

export const readInteger = (token: Token): number | undefined =>
  /^[+-]?\d{1,15}$/.test(token.text) ? Number(token.text) : undefined;

export const takeInteger = (token: Token, what: string): number => {
  const value = readInteger(token);
  if (value === undefined) throw new CorefileError(token, `${what} is not a whole number: '${token.text}'`);
  return value;
};

export const takeDuration = (token: Token, what: string): number => {
  const value = readDuration(token.text);
  if (value === undefined) {
    const mend = 'write a number and a unit, as in 5s or 1m30s';
    throw new CorefileError(token, `${what} is not a duration: '${token.text}'`, mend);
  }
  return value;
};

/** The zones that words name; those of the server block where there are none. */
export const takeZones = (tokens: readonly Token[], blockZones: readonly Zone[]): readonly Zone[] =>
  tokens.length === 0 ? blockZones : tokens.flatMap(readZones);

/** `HOST:PORT`, `:PORT` or `[IPV6]:PORT`, as Go's net.SplitHostPort takes them. */
export const takeEndpoint = (token: Token): Endpoint => {
  const [, bracketed, plain = '', digits] = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^:]*)$/.exec(token.text) ?? [];
  if (digits === undefined) {
    throw new CorefileError(token, `not an address and a port: '${token.text}'`, 'write HOST:PORT or :PORT');
  }
  const port = readPort(digits);
  if (port === undefined) throw new CorefileError(token, `not a port: '${digits}'`, 'a port is 0 to 65535');
  return { address: bracketed ?? plain, port };
};
