import { HOOK_NAMES } from '../story/way.ts';
import type { HookName, WalkedWay } from '../story/way.ts';

/** A rectangle of the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In on the left and down to the programs, up again on the right and out: narrow enough for a telephone, twice on a screen. */
export interface Places {
  readonly width: number;
  readonly height: number;
  readonly in: Box;
  readonly out: Box;
  readonly routing: Box;
  readonly routingOut: Box;
  readonly programs: Box;
  readonly hooks: Readonly<Record<HookName, Box>>;
}

export const ROW = { title: 22, height: 24, gap: 3 } as const;

const WIDTH = 380;
const COLUMN = 180;
const LEFT = 2;
const RIGHT = WIDTH - COLUMN - 2;
/** What OUTPUT sends passes FORWARD by on this side. */
const PASSAGE = 14;
const BETWEEN = 18;
const PILL = 26;
const ROUTING = 44;

export const placesFor = (hooks: WalkedWay['hooks']): Places => {
  const heights = Object.fromEntries(HOOK_NAMES.map((hook) => [hook, heightOf(hooks[hook].stages.length)])) as Readonly<Record<HookName, number>>;
  const top = 2 + PILL + BETWEEN;
  const left = stack(LEFT, top, [heights.PREROUTING, ROUTING, heights.INPUT]);
  const right = stack(RIGHT, top, [heights.POSTROUTING, heights.FORWARD, heights.OUTPUT, ROUTING]);
  const [prerouting, routing, input] = left as readonly [Box, Box, Box];
  const [postrouting, forward, output, routingOut] = right as readonly [Box, Box, Box, Box];
  const bottom = Math.max(below(input), below(routingOut)) + BETWEEN;
  return {
    width: WIDTH,
    height: bottom + PILL + 2,
    in: { x: LEFT, y: 2, width: COLUMN, height: PILL },
    out: { x: RIGHT, y: 2, width: COLUMN, height: PILL },
    routing,
    routingOut,
    programs: { x: LEFT, y: bottom, width: WIDTH - 2 * LEFT, height: PILL },
    hooks: { PREROUTING: prerouting, INPUT: input, FORWARD: { ...forward, width: COLUMN - PASSAGE }, OUTPUT: output, POSTROUTING: postrouting },
  };
};

const heightOf = (stages: number): number => ROW.title + stages * (ROW.height + ROW.gap) + ROW.gap;

export const below = ({ y, height }: Box): number => y + height;

const stack = (x: number, top: number, heights: readonly number[]): readonly Box[] => {
  let y = top;
  return heights.map((height) => {
    const box = { x, y, width: COLUMN, height };
    y += height + BETWEEN;
    return box;
  });
};
