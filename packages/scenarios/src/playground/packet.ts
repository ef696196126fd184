import { explore, flightFrom, printPacket, seededChance } from '@nodelocal/netfilter-sim';
import type { CapturedNode, Exploration, Journey, Possibility } from '@nodelocal/netfilter-sim';
import { wayOf } from '../report/story/walked-way.ts';
import type { WalkedEnd } from '../report/story/way.ts';
import type { Moment, Party, Story } from '../report/story/story.ts';
import type { Walked } from './walked.ts';
import { wayBack } from './way-back.ts';
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
    stories: shown.map((one, at) => storyOf(one, wayBack(host, one, seed), { name: nameOf(found, at, where), seed })),
    assumptions: [],
    notes: tooMany(found, where),
  };
};

const tooMany = ({ kind, possibilities }: Exploration, where: string): readonly string[] =>
  possibilities.length <= SHOWN_MAX ? [] : [`there are ${kind === 'too-many' ? 'more than ' : ''}${possibilities.length} ways${where}; the first ${SHOWN_MAX} are shown`];

const nameOf = ({ possibilities }: Exploration, at: number, where: string): string => `${possibilities.length === 1 ? 'the way' : `way ${at + 1} of ${possibilities.length}`}${where === '' ? ' on this node' : where}`;

const storyOf = ({ journey, decisions, probability }: Possibility, back: Journey | undefined, named: Pick<Story, 'name' | 'seed'>): Story => {
  const way = wayOf(journey);
  const facts = [
    { what: 'what becomes of it', value: way.ending },
    { what: 'as', value: printPacket(journey.packet) },
    { what: 'how often', value: probability === undefined ? 'not known' : `${(100 * probability).toFixed(1)} %` },
    { what: 'it hangs on', value: decisions.map(({ choice, answer }) => `${choice.what}: ${answer ? 'yes' : 'no'}`).join('; ') || 'nothing but the packet' },
    { what: 'what becomes of an answer', value: back === undefined ? '-' : `${wayOf(back).ending}, as ${printPacket(back.packet)}` },
  ];
  return { ...named, sentence: `The packet is ${way.ending}.`, facts, moments: momentsOf(journey, back), entries: [], lives: [], endMs: 0, waits: [] };
};

/** The packet, what the host itself says to it, and what comes back. There is no time here: they are in their order. */
const momentsOf = (journey: Journey, back: Journey | undefined): readonly Moment[] => [
  { ...momentOf(journey, 'beyond'), from: wayOf(journey).inDevice === undefined ? 'node' : 'pod', who: 'the packet', kind: 'happened', because: undefined },
  ...journey.answers.map((answer): Moment => ({ ...momentOf(answer, 'pod'), from: 'node', who: 'the node answers', kind: 'answer', because: 0 })),
  ...(back === undefined ? [] : [{ ...momentOf(back, 'pod'), from: wayOf(back).inDevice === undefined ? 'node' : 'beyond', who: 'an answer, if there is one', kind: 'answer', because: 0 } as const]),
];

const momentOf = (journey: Journey, leavesTo: Party): Pick<Moment, 'atMs' | 'to' | 'what' | 'lost' | 'waitedMs' | 'way'> => {
  const way = wayOf(journey);
  const end = ENDS[way.end];
  return { atMs: 0, to: end === 'left' ? leavesTo : end, what: way.packet, lost: way.end === 'lost', waitedMs: undefined, way };
};

/** Whom a packet reaches; `left`: whoever is behind the device. */
const ENDS: Readonly<Record<WalkedEnd, Party | 'left' | undefined>> = { delivered: 'node', left: 'left', lost: undefined, held: undefined, 'not-modelled': undefined };
