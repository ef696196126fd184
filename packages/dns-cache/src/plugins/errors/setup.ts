import { CorefileError } from '../../corefile/error.ts';
import { notBuilt, onlyOnce, takeArguments, unknownOption } from '../arguments.ts';
import type { Written } from '../plugin.ts';

export interface ErrorsValue {
  readonly destination: 'stdout';
}

/** CoreDNS's options that are still to come. */
const LATER = ['stacktrace', 'consolidate'];

/** `errors [stdout]` (CoreDNS plugin/errors/setup.go). */
export const setup = ({ entries }: Written): ErrorsValue => {
  const entry = onlyOnce(entries);
  const [destination] = takeArguments(entry, 0, 1);
  if (destination !== undefined && destination.text !== 'stdout') {
    throw new CorefileError(destination, `invalid log file: '${destination.text}'`, 'only stdout is supported');
  }
  for (const { name } of entry.body) {
    throw LATER.includes(name.text)
      ? notBuilt(`option '${name.text}' of 'errors'`, name)
      : unknownOption(name, 'errors', LATER);
  }
  return { destination: 'stdout' };
};
