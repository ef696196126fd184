import type { OptionShape } from '../extension/extension.ts';
import { BASE_OPTION_BY_NAME, BASE_OPTIONS } from './base-options.ts';
import type { BaseOption } from './base-options.ts';
import type { LoadedExtension } from './command.ts';

/** Whose option a long name is. */
export type Resolved =
  | { readonly kind: 'base'; readonly option: BaseOption }
  | { readonly kind: 'extension'; readonly name: string; readonly shape: OptionShape; readonly owner: LoadedExtension };

/** `--` and one letter at least. */
const ABBREVIATION_LENGTH_MIN = 3;

/**
 * Looks a long option up as getopt_long does with what xtables_merge_options gave it: iptables' own
 * first, then those of the extension named last; a unique beginning is enough.
 */
export const resolveOption = (
  text: string,
  extensions: readonly LoadedExtension[],
): Resolved | 'ambiguous' | undefined => {
  const base = BASE_OPTION_BY_NAME.get(text);
  if (base !== undefined) return { kind: 'base', option: base };
  for (let index = extensions.length - 1; index >= 0; index -= 1) {
    const found = findExact(text, extensions[index]);
    if (found !== undefined) return found;
  }
  if (text.length < ABBREVIATION_LENGTH_MIN) return undefined;
  // A match that is named twice has its options once, and they are for the last.
  const last = extensions.filter((owner, at) => !extensions.slice(at + 1).some(({ module }) => module === owner.module));
  const begun = [...beginningInBase(text), ...last.flatMap((owner) => beginningIn(text, owner))];
  return begun.length > 1 ? 'ambiguous' : begun[0];
};

const findExact = (text: string, owner: LoadedExtension | undefined): Resolved | undefined => {
  if (owner === undefined) return undefined;
  const { options } = owner.module;
  const direct = Object.hasOwn(options, text) ? options[text] : undefined;
  if (direct !== undefined) return { kind: 'extension', name: text, shape: direct, owner };
  const aliased = Object.entries(options).find(([, { aliases }]) => aliases?.includes(text) === true);
  return aliased === undefined ? undefined : { kind: 'extension', name: aliased[0], shape: aliased[1], owner };
};

const begins = (text: string, name: string, aliases: readonly string[] = []): boolean =>
  name.startsWith(text) || aliases.some((alias) => alias.startsWith(text));

const beginningInBase = (text: string): readonly Resolved[] =>
  BASE_OPTIONS.filter(({ name, aliases }) => begins(text, name, aliases)).map((option) => ({ kind: 'base', option }));

const beginningIn = (text: string, owner: LoadedExtension): readonly Resolved[] =>
  Object.entries(owner.module.options)
    .filter(([name, { aliases }]) => begins(text, name, aliases))
    .map(([name, shape]) => ({ kind: 'extension', name, shape, owner }));
