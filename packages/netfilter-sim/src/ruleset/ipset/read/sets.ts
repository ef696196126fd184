import { InputError } from '../../../error.ts';
import { atMs } from '../../../time.ts';
import type { Instant } from '../../../time.ts';
import type { IpSets } from '../values/set.ts';
import { readElements } from './element.ts';
import { readHeader } from './header.ts';
import { refuse } from './part.ts';
import { readWords } from './words.ts';
import { checkText } from '../../../range.ts';

/**
 * The output of `ipset save`, or such lines by hand: sets and their elements. `file` is the name that errors show, `ipset-save` unless
 * said; the text is taken as printed at the instant 0 unless `now` is said.
 * @param now when the elements' timeouts begin to run
 * @throws InputError where `ipset restore` would refuse it; TypeError for what is no text
 */
export const parseIpSets = (text: string, { file = 'ipset-save', now = atMs(0) }: { readonly file?: string; readonly now?: Instant } = {}): IpSets => {
  checkText('text', text);
  const sets: IpSets = new Map();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [command, name, ...rest] = readWords(line, file, at + 1);
    if (command === undefined || command.text === 'COMMIT') continue;
    if (command.text !== 'create' && command.text !== 'add') refuse(command, 'create or add', 'write the output of ipset save into it');
    if (name === undefined) throw new InputError(command.position, 'the name of the set is missing', `write ${command.text} NAME …`);
    if (command.text === 'create') {
      if (sets.has(name.text)) refuse(name, 'a name that no set has yet', 'remove one of the two');
      sets.set(name.text, readHeader(name, rest));
    } else {
      const set = sets.get(name.text) ?? refuse(name, 'a set that was created before', `add a line "create ${name.text} TYPE"`);
      readElements(sets, set, { line: name, words: rest, now });
    }
  }
  return sets;
};
