import { firstOf, refuseBody } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** What this server calls itself. */
export type NsidValue = string;

/** `nsid [DATA...]`; of several lines the first counts (CoreDNS plugin/nsid/setup.go). */
export const setup = ({ entries, machine }: Written): NsidValue => {
  const entry = firstOf(entries);
  refuseBody(entry);
  const given = entry.arguments.map(({ text }) => text);
  return given.length === 0 ? machine.hostname : given.join(' ');
};
