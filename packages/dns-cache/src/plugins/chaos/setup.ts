import { firstOf, refuseBody, takeArguments } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

export interface ChaosValue {
  readonly version: string;
  readonly authors: readonly string[];
  readonly hostname: string;
}

const AUTHORS: readonly string[] = ['The nodelocal authors'];

/** `chaos [VERSION] [AUTHORS...]`; of several lines the first counts (CoreDNS plugin/chaos/setup.go). */
export const setup = ({ entries, machine }: Written): ChaosValue => {
  const entry = firstOf(entries);
  refuseBody(entry);
  const [version, ...authors] = takeArguments(entry, 0, Number.POSITIVE_INFINITY).map(({ text }) => text);
  return {
    version: version ?? machine.software,
    authors: authors.length === 0 ? AUTHORS : [...new Set(authors)].toSorted(),
    hostname: machine.hostname,
  };
};
