import { ScenarioError } from '../scenario/error.ts';
import type { LookupStart, ScenarioLookup } from '../scenario/lookup.ts';
import type { Link } from '../scenario/links.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Habit } from '../scenario/server.ts';

interface Range {
  readonly least: number;
  readonly most?: number;
  readonly isWhole?: true;
}

const TIME: Range = { least: 0 };
const SHARE: Range = { least: 0, most: 1 };
/** As the form of a file has it, whose limits these are. */
const TIMES: Range = { least: 1, most: 100_000, isWhole: true };
/** The least that a link of IPv4 has to carry (RFC 791). */
const LARGEST_BYTES: Range = { least: 68, isWhole: true };

/** @throws ScenarioError */
const check = (path: string, value: number | undefined, { least, most = Number.MAX_SAFE_INTEGER, isWhole }: Range): void => {
  if (value === undefined) return;
  const fits = isWhole === true ? Number.isInteger(value) : Number.isFinite(value);
  if (fits && value >= least && value <= most) return;
  const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
  throw new ScenarioError(path, `${value} is no ${isWhole === true ? 'whole ' : ''}number from ${least}${upTo}`);
};

/** Times, shares and counts that nothing can have: what is not above or below anything never happens, or always. @throws ScenarioError */
export const checkNumbers = ({ links, lookups, servers, events, watchedMs }: Pick<Scenario, 'links' | 'lookups' | 'servers' | 'events' | 'watchedMs'>): void => {
  check('watchedMs', watchedMs, TIME);
  for (const [name, link] of Object.entries(links) as readonly [string, Link][]) checkLink(link, `links.${name}`);
  for (const [at, lookup] of lookups.entries()) checkLookup(lookup, `lookups[${at}]`);
  for (const [at, { delayMs, habits }] of servers.entries()) {
    check(`servers[${at}].delayMs`, delayMs, TIME);
    checkHabits(habits, `servers[${at}].habits`);
  }
  for (const [at, { atMs, what }] of events.entries()) {
    check(`events[${at}].atMs`, atMs, TIME);
    if (what.kind === 'agent-started') check(`events[${at}].what.rulesAfterMs`, what.rulesAfterMs, TIME);
    if (what.kind === 'server-changes') checkHabits(what.habits, `events[${at}].what.habits`);
  }
};

const checkLink = ({ delayMs, lossShare, largestBytes }: Link, path: string): void => {
  check(`${path}.delayMs`, delayMs, TIME);
  check(`${path}.lossShare`, lossShare, SHARE);
  check(`${path}.largestBytes`, largestBytes, LARGEST_BYTES);
};

const checkLookup = ({ start, repeat }: ScenarioLookup, path: string): void => {
  checkStart(start, `${path}.start`);
  check(`${path}.repeat.times`, repeat?.times, TIMES);
  check(`${path}.repeat.everyMs`, repeat?.everyMs, TIME);
};

const checkStart = (start: LookupStart, path: string): void => {
  switch (start.kind) {
    case 'at':
      return check(`${path}.atMs`, start.atMs, TIME);
    case 'after':
      return check(`${path}.afterMs`, start.afterMs, TIME);
  }
};

const checkHabits = (habits: readonly Habit[], path: string): void => {
  for (const [at, { for: pattern, does }] of habits.entries()) {
    check(`${path}[${at}].for.share`, pattern.share, SHARE);
    if (does.kind === 'slow') check(`${path}[${at}].does.byMs`, does.byMs, TIME);
  }
};
