import { lastOf, refuseBody, takeArguments } from '../../directive/arguments.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Written } from '../../plugin/written.ts';

/** The folder. */
export type RootValue = Token;

/** `root PATH`; the last of several lines counts (CoreDNS plugin/root/root.go). */
export const setup = ({ entries }: Written): RootValue =>
  lastOf(
    entries.flatMap((entry) => {
      refuseBody(entry);
      return takeArguments(entry, 1, 1, 'write root PATH');
    }),
  );
