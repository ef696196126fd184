import {
  FAILURES_WITHIN_MS,
  PATIENCE_MAX,
  RESTART_FIRST_MS,
  RESTART_MAX_MS,
  SILENCES_WITHIN_MS,
  SILENT_MAX_MS,
  STARTING_MAX_MS,
  UNSERVED_AT_START_MAX_MS,
  UNSERVED_MAX_MS,
} from './limits.ts';

/*
 * Who serves, who is to take over, and whether queries may be led here: the supervisor's decisions, without its processes. One
 * server serves; a spare one, which has read the program already, waits. Queries are led here only while one serves.
 */

/** A server process, by its number. */
interface StewardServer {
  readonly number: number;
  /**
   * `starting`: it reads its program; `prepared`: it waits; `promoted`: it was told to serve; `ending`: it was killed, or told to
   * stop.
   */
  readonly stage: 'starting' | 'prepared' | 'promoted' | 'serving' | 'ending';
  /** When something was heard of it last, in milliseconds. */
  readonly heardAt: number;
  /** At how many looks in a row it had been silent for too long. */
  readonly silentLooks: number;
}

export interface Stewardship {
  readonly keepsSpare: boolean;
  readonly servers: readonly StewardServer[];
  readonly nextNumber: number;
  /** When servers ended that were not told to. */
  readonly failures: readonly number[];
  /** When servers were killed that were silent. */
  readonly silences: readonly number[];
  /** No server is started before. */
  readonly startAt: number;
  /** Since when nobody serves; `undefined` while somebody does. */
  readonly unservedSince: number | undefined;
  /** Whether queries are led here, or, at the start, may be. */
  readonly diverts: boolean;
  readonly hasServed: boolean;
  readonly isStopping: boolean;
}

export type StewardEvent =
  | { readonly kind: 'looked' }
  | { readonly kind: 'prepared' | 'serving' | 'alive'; readonly server: number }
  /** The agent before is gone that served until now: queries may be led here, and what it had may not be free yet. */
  | { readonly kind: 'alone' }
  /** It is no more. `refused`: it said that its configuration cannot be served. */
  | { readonly kind: 'ended'; readonly server: number; readonly refused: boolean }
  | { readonly kind: 'stop' };

export type StewardEffect =
  | { readonly kind: 'start'; readonly server: number }
  /** It serves from here on. */
  | { readonly kind: 'promote'; readonly server: number }
  | { readonly kind: 'kill'; readonly server: number; readonly why: string }
  | { readonly kind: 'divert' }
  | { readonly kind: 'stop-diverting'; readonly why: string }
  /** Nothing has ever been served, nor can be. */
  | { readonly kind: 'give-up' };

export interface Decided {
  readonly state: Stewardship;
  readonly effects: readonly StewardEffect[];
}

/**
 * @param diverts whether queries may be led here already, by what an agent left that was killed
 * @param hasServed whether this configuration was served before: who refuses it now has another reason, such as a port that is not free yet
 */
export const beginStewardship = (keepsSpare: boolean, diverts: boolean, now: number, hasServed = false): Stewardship => ({
  keepsSpare,
  servers: [],
  nextNumber: 1,
  failures: [],
  silences: [],
  startAt: now,
  unservedSince: now,
  diverts,
  hasServed,
  isStopping: false,
});

const withStage = (state: Stewardship, server: number, stage: StewardServer['stage'], now: number): Stewardship => ({
  ...state,
  servers: state.servers.map((one) => (one.number === server ? { ...one, stage, heardAt: now, silentLooks: 0 } : one)),
});

/** The first failure within a while costs no time: most are the only one. */
const pauseAfter = (failures: number): number =>
  failures < 2 ? 0 : Math.min(RESTART_MAX_MS, RESTART_FIRST_MS * 2 ** (failures - 2));

const noteFailure = (state: Stewardship, now: number): Stewardship => {
  const failures = [...state.failures.filter((at) => now - at < FAILURES_WITHIN_MS), now];
  return { ...state, failures, startAt: now + pauseAfter(failures.length) };
};

/** What the event itself says; what follows from it is decided by `plan`. */
const take = (state: Stewardship, event: StewardEvent, now: number): Decided => {
  switch (event.kind) {
    case 'looked':
      return lookAtAll(state, now);
    case 'prepared':
      return { state: withStage(state, event.server, 'prepared', now), effects: [] };
    case 'serving':
      return { state: { ...withStage(state, event.server, 'serving', now), hasServed: true }, effects: [] };
    case 'alive':
      return {
        state: { ...state, servers: state.servers.map((one) => (one.number === event.server ? { ...one, heardAt: now, silentLooks: 0 } : one)) },
        effects: [],
      };
    case 'ended': {
      const { servers, hasServed, isStopping } = state;
      const left = { ...state, servers: servers.filter(({ number }) => number !== event.server) };
      if (isStopping) return { state: left, effects: [] };
      if (event.refused && !hasServed) return { state: { ...left, isStopping: true }, effects: [{ kind: 'give-up' }] };
      return { state: noteFailure(left, now), effects: [] };
    }
    case 'alone':
      return { state: { ...state, diverts: true, hasServed: true, unservedSince: now }, effects: [] };
    case 'stop':
      return { state: { ...state, isStopping: true }, effects: [] };
  }
};

/** For how long one may be silent that is in this stage, where nobody was killed for it. */
const silentMax = ({ stage }: StewardServer): number => (stage === 'serving' ? SILENT_MAX_MS : STARTING_MAX_MS);

/** Those that were silent for too long are killed; each is given a second look, and each kill makes more patient. */
const lookAtAll = (state: Stewardship, now: number): Decided => {
  const effects: StewardEffect[] = [];
  const silences = state.silences.filter((at) => now - at < SILENCES_WITHIN_MS);
  const patience = Math.min(PATIENCE_MAX, 2 ** silences.length);
  const servers = state.servers.map((one): StewardServer => {
    const silentMs = now - one.heardAt;
    if (one.stage === 'ending' || silentMs <= silentMax(one)) return one;
    if (one.silentLooks === 0 || silentMs <= silentMax(one) * patience) return { ...one, silentLooks: one.silentLooks + 1 };
    effects.push({ kind: 'kill', server: one.number, why: `nothing was heard of it for ${Math.round(silentMs / 100) / 10} s` });
    return { ...one, stage: 'ending' };
  });
  return { state: { ...state, servers, silences: [...silences, ...effects.map(() => now)] }, effects };
};

/** Somebody is to serve, and somebody to wait. */
const planServers = (state: Stewardship, now: number): Decided => {
  const effects: StewardEffect[] = [];
  let next = state;
  const has = (...stages: readonly StewardServer['stage'][]): StewardServer | undefined =>
    next.servers.find(({ stage }) => stages.includes(stage));
  const waiting = has('prepared');
  if (has('promoted', 'serving') === undefined && waiting !== undefined) {
    next = withStage(next, waiting.number, 'promoted', now);
    effects.push({ kind: 'promote', server: waiting.number });
  }
  const wanted = next.keepsSpare && has('serving') !== undefined ? 2 : 1;
  const there = next.servers.filter(({ stage }) => stage !== 'ending').length;
  if (there < wanted && now >= next.startAt) {
    const { nextNumber } = next;
    effects.push({ kind: 'start', server: nextNumber });
    next = {
      ...next,
      nextNumber: nextNumber + 1,
      servers: [...next.servers, { number: nextNumber, stage: 'starting', heardAt: now, silentLooks: 0 }],
    };
  }
  return { state: next, effects };
};

/** It serves, as far as one can tell. One that is silent may be let live, where the machine is slow; queries are not left to it. */
const isHeard = ({ stage, silentLooks }: StewardServer): boolean => stage === 'serving' && silentLooks < 2;

/** Queries are led here while somebody serves, and for a moment after. */
const planDiversion = (state: Stewardship, now: number): Decided => {
  if (state.servers.some(isHeard)) {
    const effects: StewardEffect[] = state.diverts && state.unservedSince === undefined ? [] : [{ kind: 'divert' }];
    // Also where a moment without a server passed unnoticed: the rules are looked at once more.
    return { state: { ...state, unservedSince: undefined, diverts: true }, effects };
  }
  const silent = state.servers.find(({ stage }) => stage === 'serving');
  const unservedSince = state.unservedSince ?? silent?.heardAt ?? now;
  const most = state.hasServed ? UNSERVED_MAX_MS : UNSERVED_AT_START_MAX_MS;
  const isTooLong = state.diverts && now - unservedSince >= most;
  return {
    state: { ...state, unservedSince, diverts: state.diverts && !isTooLong },
    effects: isTooLong ? [{ kind: 'stop-diverting', why: `no server for ${most / 1000} s` }] : [],
  };
};

/** What is to be done about an event, at a time in milliseconds of a clock that only goes on. */
export const decide = (state: Stewardship, event: StewardEvent, now: number): Decided => {
  const taken = take(state, event, now);
  // From then on the supervisor takes one step after the other by itself.
  if (taken.state.isStopping) return taken;
  const servers = planServers(taken.state, now);
  const diversion = planDiversion(servers.state, now);
  return { state: diversion.state, effects: [...taken.effects, ...servers.effects, ...diversion.effects] };
};
