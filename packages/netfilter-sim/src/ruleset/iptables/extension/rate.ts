import { refuse, valueOf } from './option-values.ts';
import type { WrittenOption } from './extension.ts';

/** Units from the longest to the shortest, in seconds. */
const UNITS = [
  { name: 'day', begins: 'day', seconds: 86400 },
  { name: 'hour', begins: 'hour', seconds: 3600 },
  { name: 'min', begins: 'minute', seconds: 60 },
  { name: 'sec', begins: 'second', seconds: 1 },
] as const;

/** What one packet costs, in fractions of a second, and the seconds of the unit it was given in. */
export interface Rate {
  readonly period: number;
  /** As it was written, whatever the unit. */
  readonly count: number;
  readonly unitSeconds: number;
}

/** `5/min`, `5/m`, `5` (a second): parse_rate of libxt_limit.c, iptables 1.8.9. `scale` is the fractions per second. */
export const readRate = (option: WrittenOption, scale: number): Rate => {
  // The count is read by atoi, which stops at the first letter.
  const found = /^(\d+)[^/]*(?:\/([a-z]+))?$/i.exec(valueOf(option));
  const unitText = (found?.[2] ?? 'second').toLowerCase();
  const unit = UNITS.find(({ begins }) => begins.startsWith(unitText));
  const count = Number(found?.[1] ?? 0);
  if (unit === undefined || count === 0) return refuse(option, 'a rate such as 5/sec, 5/min, 5/hour or 5/day');
  const period = Math.floor((scale * unit.seconds) / count);
  return period === 0 ? refuse(option, `at most ${scale}/sec`) : { period, count, unitSeconds: unit.seconds };
};

/** The unit in which print_rate spells a period: the longest that loses nothing to rounding. */
const unitOf = (period: number, scale: number): (typeof UNITS)[number] => {
  let chosen: (typeof UNITS)[number] = UNITS[0];
  for (const unit of UNITS.slice(1)) {
    const whole = unit.seconds * scale;
    if (period > whole || Math.floor(whole / period) < whole % period) break;
    chosen = unit;
  }
  return chosen;
};

export const printRate = (period: number, scale: number): string => {
  const unit = unitOf(period, scale);
  return `${Math.floor((unit.seconds * scale) / period)}/${unit.name}`;
};

export const printedUnitSeconds = (period: number, scale: number): number => unitOf(period, scale).seconds;
