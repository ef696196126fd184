import { FlagError } from './flag-error.ts';

/** Whether a flag has a value of its own, or is said by its name alone. */
export type FlagShape = 'valued' | 'switch';

/** The texts that flags were given, the last one of each, in the order of these; a switch without a value is `true`. */
export type GivenFlags = ReadonlyMap<string, string>;

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** As Go's strconv.ParseBool; `undefined` where the text is neither. */
export const readBool = (text: string): boolean | undefined => {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
};

const notAFlag = (word: string, previous: string | undefined): FlagError => {
  // Go's flag package ends there, and what follows is lost: -conf too, where it comes after.
  if (previous !== undefined && readBool(word) !== undefined) {
    return new FlagError(`-${previous}`, `'${word}' is a word of its own here`, `write -${previous}=${word}`);
  }
  return new FlagError('', `'${word}' is not a flag, and there is nothing else to tell the agent`, 'leave it out, or put it after the flag that it belongs to');
};

/**
 * The flags of a command line as Go's flag package reads them: one dash or two, `=` or a word of its own for the value;
 * a switch has its value after `=` only. Whatever is no flag is refused, where Go stops reading.
 * @throws FlagError
 */
export const readWords = (argv: readonly string[], shapeOf: (name: string) => FlagShape | undefined): GivenFlags => {
  const given = new Map<string, string>();
  const give = (name: string, value: string): void => {
    given.delete(name);
    given.set(name, value);
  };
  let lastSwitch: string | undefined;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    const [, name, , value] = /^--?([^-=][^=]*)(=([^]*))?$/.exec(word) ?? [];
    if (name === undefined) {
      if (word === '--' && at === argv.length - 1) break;
      throw word === '--' ? notAFlag(argv[at + 1] ?? '', undefined) : notAFlag(word, lastSwitch);
    }
    const shape = shapeOf(name);
    if (shape === undefined) throw new FlagError(`-${name}`, 'there is no such flag', 'see -help');
    lastSwitch = undefined;
    if (value !== undefined) give(name, value);
    else if (shape === 'switch') {
      give(name, 'true');
      lastSwitch = name;
    } else {
      at += 1;
      const next = argv[at];
      if (next === undefined) throw new FlagError(`-${name}`, 'its value is missing', `write -${name} VALUE, or -${name}=VALUE`);
      give(name, next);
    }
  }
  return given;
};
