import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { refuseBody, takeArguments, unknownOption } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

export interface LocalValue {
  /** Whether `localhost.` before any other domain is the host itself too. */
  readonly localhostPrefix: boolean;
}

const readLocalhostPrefix = (option: Entry): boolean => {
  if (option.name.text !== 'localhost_prefix') throw unknownOption(option.name, 'local', ['localhost_prefix']);
  refuseBody(option);
  const mend = 'write localhost_prefix on or localhost_prefix off';
  const [word = option.name] = takeArguments(option, 1, 1, mend);
  if (word.text !== 'on' && word.text !== 'off') throw new CorefileError(word, `neither on nor off: '${word.text}'`, mend);
  return word.text === 'on';
};

/** `local { localhost_prefix on|off }` (CoreDNS plugin/local/setup.go). */
export const setup = ({ entries }: Written): LocalValue => {
  for (const entry of entries) takeArguments(entry, 0, 0);
  const localhostPrefix = entries.flatMap(({ body }) => body.map(readLocalhostPrefix)).at(-1) ?? true;
  return { localhostPrefix };
};
