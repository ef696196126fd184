import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SILENCES_WITHIN_MS, SILENT_MAX_MS, UNSERVED_AT_START_MAX_MS, UNSERVED_MAX_MS } from '../../../src/node/stewardship/limits.ts';
import type { Decided, StewardEffect, StewardEvent, Stewardship } from '../../../src/node/stewardship/steward.ts';
import { beginStewardship, decide } from '../../../src/node/stewardship/steward.ts';

/** A steward with its clock: what it decides about each event, and what it has come to. */
class Story {
  state: Stewardship;
  now = 0;
  constructor(keepsSpare = true) {
    this.state = beginStewardship(keepsSpare, true, 0);
  }

  tell(event: StewardEvent, atMs = 0): readonly StewardEffect[] {
    this.now += atMs;
    const decided: Decided = decide(this.state, event, this.now);
    this.state = decided.state;
    return decided.effects;
  }

  /** Looks each quarter of a second for so long, while these say that they are there. */
  wait(ms: number, ...alive: readonly number[]): readonly StewardEffect[] {
    const effects: StewardEffect[] = [];
    for (let passed = 0; passed < ms; passed += 250) {
      this.now += 250;
      for (const server of alive) effects.push(...this.tell({ kind: 'alive', server }));
      effects.push(...this.tell({ kind: 'looked' }));
    }
    return effects;
  }
}

const died = (server: number): StewardEvent => ({ kind: 'ended', server, refused: false });

/** Server 1 serves, server 2 waits. */
const settled = (): Story => {
  const story = new Story();
  story.tell({ kind: 'looked' });
  story.tell({ kind: 'prepared', server: 1 });
  story.tell({ kind: 'serving', server: 1 }, 200);
  story.tell({ kind: 'prepared', server: 2 }, 200);
  return story;
};

describe('a steward', () => {
  it('has rules of an agent that is gone taken away where its own server does not come', () => {
    const story = new Story();
    story.state = beginStewardship(true, false, 0);
    expect(story.wait(10_000).map(({ kind }) => kind)).toEqual(['start']);
    story.tell({ kind: 'alone' });
    const effects = story.wait(UNSERVED_MAX_MS);
    expect(effects.filter(({ kind }) => kind === 'stop-diverting')).toHaveLength(1);
  });

  it('starts one server, leads queries to it once it serves, and then a spare one', () => {
    const story = new Story();
    expect(story.tell({ kind: 'looked' })).toEqual([{ kind: 'start', server: 1 }]);
    expect(story.tell({ kind: 'looked' })).toEqual([]);
    expect(story.tell({ kind: 'prepared', server: 1 })).toEqual([{ kind: 'promote', server: 1 }]);
    expect(story.tell({ kind: 'serving', server: 1 })).toEqual([{ kind: 'start', server: 2 }, { kind: 'divert' }]);
    expect(story.tell({ kind: 'prepared', server: 2 })).toEqual([]);
    expect(story.wait(10_000, 1, 2)).toEqual([]);
  });

  it('keeps no spare where none is wanted', () => {
    const story = new Story(false);
    story.tell({ kind: 'looked' });
    story.tell({ kind: 'prepared', server: 1 });
    expect(story.tell({ kind: 'serving', server: 1 })).toEqual([{ kind: 'divert' }]);
    expect(story.tell(died(1))).toEqual([{ kind: 'start', server: 2 }]);
  });

  it('has the spare go on at once, and starts another', () => {
    const story = settled();
    expect(story.tell(died(1))).toEqual([{ kind: 'promote', server: 2 }]);
    expect(story.tell({ kind: 'serving', server: 2 }, 100)).toEqual([{ kind: 'start', server: 3 }, { kind: 'divert' }]);
  });

  it('says once that nobody serves, and leads queries here again when somebody does', () => {
    const story = settled();
    story.tell(died(2));
    story.tell(died(1));
    const effects = story.wait(5000).filter(({ kind }) => kind === 'stop-diverting');
    expect(effects).toHaveLength(1);
    const server = story.state.servers[0]?.number ?? 0;
    expect(story.tell({ kind: 'prepared', server })).toEqual([{ kind: 'promote', server }]);
    expect(story.tell({ kind: 'serving', server })).toContainEqual({ kind: 'divert' });
  });

  it('takes away what it may have found at the start, where no server comes in time', () => {
    const story = new Story();
    story.tell({ kind: 'looked' });
    expect(story.wait(UNSERVED_AT_START_MAX_MS - 250)).toEqual([]);
    expect(story.wait(250)).toMatchObject([{ kind: 'stop-diverting' }]);
  });

  it('waits ever longer with servers that keep failing, but not before the second', () => {
    const story = settled();
    story.tell(died(2));
    expect(story.state.startAt).toBe(story.now);
    const pauses: number[] = [];
    for (let times = 0; times < 8; times += 1) {
      const server = story.state.servers.at(-1)?.number ?? 0;
      story.tell(died(server));
      pauses.push(story.state.startAt - story.now);
      story.tell({ kind: 'looked' }, Math.max(0, story.state.startAt - story.now));
    }
    expect(pauses).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, expect.any(Number)]);
  });

  it('kills a server that is silent, at the second look, and has the other go on', () => {
    const story = settled();
    const effects = story.wait(SILENT_MAX_MS + 500, 2);
    expect(effects).toMatchObject([{ kind: 'kill', server: 1 }, { kind: 'promote', server: 2 }]);
  });

  it('is more patient after each kill for silence, but leaves no query to one that is silent', () => {
    const story = settled();
    story.wait(SILENT_MAX_MS + 500, 2);
    story.tell(died(1));
    story.tell({ kind: 'serving', server: 2 });
    story.tell({ kind: 'prepared', server: 3 });
    expect(story.wait(SILENT_MAX_MS + 500, 3)).toMatchObject([{ kind: 'stop-diverting' }]);
    expect(story.tell({ kind: 'alive', server: 2 })).toEqual([{ kind: 'divert' }]);
    const effects = story.wait(2 * SILENT_MAX_MS + 500, 3);
    expect(effects).toMatchObject([{ kind: 'stop-diverting' }, { kind: 'kill', server: 2 }, { kind: 'promote', server: 3 }]);
    expect(story.state.silences).toHaveLength(2);
    story.wait(SILENCES_WITHIN_MS, 3);
    expect(story.state.silences).toEqual([]);
  });

  it('lets a slow machine take longer each time to start a server, up to five minutes', () => {
    const story = new Story(false);
    story.tell({ kind: 'looked' });
    const took: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      const startedAt = story.now;
      while (!story.wait(250).some(({ kind }) => kind === 'kill'));
      took.push(Math.round((story.now - startedAt) / 10_000) * 10);
      story.tell(died(story.state.servers[0]?.number ?? 0));
      while (story.state.servers.length === 0) story.wait(250);
    }
    expect(took).toEqual([20, 40, 80, 160, 320, 320]);
  });

  it('kills nobody when the machine itself stood still', () => {
    const story = settled();
    expect(story.tell({ kind: 'looked' }, 60_000)).toEqual([]);
    story.tell({ kind: 'alive', server: 1 });
    story.tell({ kind: 'alive', server: 2 });
    expect(story.tell({ kind: 'looked' }, 250)).toEqual([]);
  });

  it('gives up where the configuration can never be served, and not where it could be once', () => {
    const story = new Story();
    story.tell({ kind: 'looked' });
    expect(story.tell({ kind: 'ended', server: 1, refused: true })).toEqual([{ kind: 'give-up' }]);
    const later = settled();
    expect(later.tell({ kind: 'ended', server: 1, refused: true })).toEqual([{ kind: 'promote', server: 2 }]);
  });

  it('starts and promotes nobody once it is told to stop', () => {
    const story = settled();
    story.tell({ kind: 'stop' });
    expect([...story.tell(died(1)), ...story.tell(died(2)), ...story.wait(5000)]).toEqual([]);
  });
});

/** Whatever servers do, in whatever order, at whatever time. */
const happening = fc.record({
  what: fc.constantFrom('prepared', 'serving', 'alive', 'died', 'looked'),
  who: fc.nat({ max: 3 }),
  afterMs: fc.nat({ max: 1500 }),
});

describe('whatever happens', () => {
  it('queries are not led here for longer than they may be without a server, and one server is told to serve at a time', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const story = new Story();
        let diverts = true;
        const follow = (effects: readonly StewardEffect[]): void => {
          for (const { kind } of effects) {
            if (kind === 'divert') diverts = true;
            if (kind === 'stop-diverting') diverts = false;
          }
        };
        follow(story.tell({ kind: 'looked' }));
        for (const { what, who, afterMs } of happenings) {
          const { servers } = story.state;
          const one = servers[who % Math.max(1, servers.length)];
          // Looks come in any case.
          for (let passed = 0; passed < afterMs; passed += 250) follow(story.tell({ kind: 'looked' }, Math.min(250, afterMs - passed)));
          if (one !== undefined && what === 'died') follow(story.tell(died(one.number)));
          if (one?.stage === 'starting' && what === 'prepared') follow(story.tell({ kind: 'prepared', server: one.number }));
          if (one?.stage === 'promoted' && what === 'serving') follow(story.tell({ kind: 'serving', server: one.number }));
          if (one !== undefined && what === 'alive') follow(story.tell({ kind: 'alive', server: one.number }));
          follow(story.tell({ kind: 'looked' }));
          const active = story.state.servers.filter(({ stage }) => stage === 'promoted' || stage === 'serving');
          expect(active.length).toBeLessThanOrEqual(1);
          expect(story.state.servers.filter(({ stage }) => stage !== 'ending').length).toBeLessThanOrEqual(2);
          expect(diverts).toBe(story.state.diverts);
          const { unservedSince, hasServed } = story.state;
          const most = hasServed ? UNSERVED_MAX_MS : UNSERVED_AT_START_MAX_MS;
          if (unservedSince !== undefined && story.now - unservedSince >= most) expect(diverts).toBe(false);
        }
      }),
    );
  });
});
