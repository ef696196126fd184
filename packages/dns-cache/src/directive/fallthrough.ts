import type { Token } from '../corefile/lexer.ts';
import type { Zone } from '../corefile/zone.ts';
import { readZones, ROOT_ZONE } from '../corefile/zone.ts';
import { isWithin } from '../message/name.ts';

/** The zones whose queries go on to the next plugin where this one has no answer (CoreDNS plugin/pkg/fall). */
export type Fallthrough = readonly Zone[];

/** `fallthrough [ZONES...]`: without zones all of them. */
export const readFallthrough = (tokens: readonly Token[]): Fallthrough =>
  tokens.length === 0 ? [ROOT_ZONE] : tokens.flatMap(readZones);

export const fallsThrough = (zones: Fallthrough, name: string): boolean =>
  zones.some((zone) => isWithin(name, zone.folded));

export const describeFallthrough = (zones: Fallthrough): string =>
  zones.length === 0 ? 'no fallthrough' : `fallthrough ${zones.map(({ text }) => text).join(' ')}`;
