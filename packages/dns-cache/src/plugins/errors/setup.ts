import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { onlyOnce, refuseBody, takeArguments, takeDuration, unknownOption } from '../../directive/arguments.ts';
import type { Pattern } from '../../directive/pattern.ts';
import { takePattern } from '../../directive/pattern.ts';
import type { LogLevel } from '../../engine/effect.ts';
import type { Written } from '../../plugin/written.ts';

export type ErrorLevel = Exclude<LogLevel, 'fatal'>;

/** Errors that are counted for a while instead of each having its line. */
export interface Consolidation {
  readonly periodMs: number;
  readonly pattern: Pattern;
  readonly level: ErrorLevel;
  /** Whether the first has its line nonetheless. */
  readonly showFirst: boolean;
}

export interface ErrorsValue {
  /** Log where an internal error came from. */
  readonly stacktrace: boolean;
  /** The first whose pattern an error matches counts it. */
  readonly consolidations: readonly Consolidation[];
}

const LEVELS: readonly ErrorLevel[] = ['warning', 'error', 'info', 'debug'];

const SHOW_FIRST = 'show_first';

const readLevel = (token: Token | undefined): ErrorLevel => {
  if (token === undefined) return 'error';
  const found = LEVELS.find((level) => level === token.text);
  if (found === undefined) {
    const mend = `a level is ${LEVELS.join(', ')}; ${SHOW_FIRST} comes last`;
    throw new CorefileError(token, `unknown log level argument in consolidate: '${token.text}'`, mend);
  }
  return found;
};

const readConsolidation = (option: Entry): Consolidation => {
  refuseBody(option);
  const mend = `write consolidate DURATION REGEXP [LEVEL] [${SHOW_FIRST}]`;
  const [period = option.name, pattern = option.name, ...rest] = takeArguments(option, 2, 4, mend);
  const showFirst = rest.at(-1)?.text === SHOW_FIRST;
  const [level, surplus] = showFirst ? rest.slice(0, -1) : rest;
  if (surplus !== undefined) throw new CorefileError(surplus, `unexpected argument: '${surplus.text}'`, mend);
  return {
    periodMs: takeDuration(period, 'the period'),
    pattern: takePattern(pattern),
    level: readLevel(level),
    showFirst,
  };
};

const applyOption = (value: ErrorsValue, option: Entry): ErrorsValue => {
  switch (option.name.text) {
    case 'stacktrace':
      refuseBody(option);
      return { ...value, stacktrace: true };
    case 'consolidate':
      return { ...value, consolidations: [...value.consolidations, readConsolidation(option)] };
    default:
      throw unknownOption(option.name, 'errors', ['stacktrace', 'consolidate']);
  }
};

/** `errors [stdout] { stacktrace, consolidate ... }` (CoreDNS plugin/errors/setup.go). */
export const setup = ({ entries }: Written): ErrorsValue => {
  const entry = onlyOnce(entries);
  const [destination] = takeArguments(entry, 0, 1);
  if (destination !== undefined && destination.text !== 'stdout') {
    throw new CorefileError(destination, `invalid log file: '${destination.text}'`, 'only stdout is supported');
  }
  return entry.body.reduce<ErrorsValue>(applyOption, { stacktrace: false, consolidations: [] });
};
