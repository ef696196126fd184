import { explore, flightFrom, printPacket, seededChance } from '@nodelocal/netfilter-sim';
import type { CapturedNode, Exploration, Journey, Possibility } from '@nodelocal/netfilter-sim';
import { wayOf } from '../report/story/walked-way.ts';
import type { Moment, Story } from '../report/story/story.ts';
import type { Walked } from './walked.ts';
import { withoutCache } from './without-cache.ts';

const NOBODY = { kind: 'unknown' } as const;

/** More ways than these are told of, and not shown. */
const SHOWN_MAX = 12;

/** Every way that a packet can take, a story each; and beside them those of the same node without its cache. */
export const walkPacket = (node: CapturedNode, text: string, seed: number): Walked => {
  const here = walk(node, text, seed, '');
  const bare = withoutCache(node);
  if (bare === undefined) return here;
  const other = walk(bare, text, seed, ' without NodeLocal DNSCache');
  return { stories: sideBySide(here.stories, other.stories), assumptions: [], notes: [...here.notes, ...other.notes] };
};

/** The first way here, the first of the others, and then the rest: the first two stand beside each other. */
const sideBySide = (here: readonly Story[], other: readonly Story[]): readonly Story[] => [...here.slice(0, 1), ...other.slice(0, 1), ...here.slice(1), ...other.slice(1)];

const walk = (node: Pick<CapturedNode, 'host' | 'state'>, text: string, seed: number, where: string): Walked => {
  const { host, state } = node;
  const found = explore(host, state, flightFrom(host, text, NOBODY), { ports: seededChance(seed) });
  const shown = found.possibilities.slice(0, SHOWN_MAX);
  return {
    stories: shown.map((one, at) => storyOf(one, nameOf(found, at, where), seed)),
    assumptions: [],
    notes: tooMany(found, where),
  };
};

const tooMany = ({ kind, possibilities }: Exploration, where: string): readonly string[] =>
  possibilities.length <= SHOWN_MAX ? [] : [`there are ${kind === 'too-many' ? 'more than ' : ''}${possibilities.length} ways${where}; the first ${SHOWN_MAX} are shown`];

const nameOf = ({ possibilities }: Exploration, at: number, where: string): string => `${possibilities.length === 1 ? 'the way' : `way ${at + 1} of ${possibilities.length}`}${where === '' ? ' on this node' : where}`;

const storyOf = ({ journey, decisions, probability }: Possibility, name: string, seed: number): Story => {
  const way = wayOf(journey);
  return {
    name,
    seed,
    sentence: `The packet is ${way.ending}.`,
    facts: [
      { what: 'what becomes of it', value: way.ending },
      { what: 'as', value: printPacket(journey.packet) },
      { what: 'how often', value: probability === undefined ? 'not known' : `${(100 * probability).toFixed(1)} %` },
      { what: 'it hangs on', value: decisions.map(({ choice, answer }) => `${choice.what}: ${answer ? 'yes' : 'no'}`).join('; ') || 'nothing but the packet' },
    ],
    moments: momentsOf(journey),
    entries: [],
    lives: [],
    endMs: 0,
    waits: [],
  };
};

/** The packet, and what the host says to it. */
const momentsOf = (journey: Journey): readonly Moment[] => [
  momentOf(journey, 'the packet', undefined),
  ...journey.answers.map((answer) => momentOf(answer, 'the node answers', 0)),
];

const momentOf = (journey: Journey, who: string, because: number | undefined): Moment => {
  const way = wayOf(journey);
  const comesIn = way.inDevice !== undefined;
  return {
    atMs: 0,
    from: comesIn ? 'pod' : 'node',
    to: way.end === 'lost' || way.end === 'not-modelled' || way.end === 'held' ? undefined : way.end === 'delivered' ? 'node' : 'beyond',
    who,
    what: way.packet,
    kind: because === undefined ? 'happened' : 'answer',
    lost: way.end === 'lost',
    because,
    waitedMs: undefined,
    way,
  };
};
