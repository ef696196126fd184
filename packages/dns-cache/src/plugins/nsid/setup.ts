import { onlyOnce, refuseBody } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** What this server calls itself. */
export type NsidValue = string;

/** `nsid [DATA...]` (CoreDNS plugin/nsid/setup.go). */
export const setup = ({ entries, machine }: Written): NsidValue => {
  const entry = onlyOnce(entries);
  refuseBody(entry);
  const given = entry.arguments.map(({ text }) => text);
  return given.length === 0 ? machine.hostname : given.join(' ');
};
