import type { WalkedWay } from '../story/way.ts';
import { element } from './markup.ts';
import { below } from './places.ts';
import type { Box, Places } from './places.ts';

interface Arrow {
  readonly path: string;
  readonly taken: boolean;
}

/** Every way that the kernel has; those that the packet took are drawn last, over the others. */
export const drawArrows = (way: WalkedWay, places: Places, side: string): string => {
  const all = arrowsOf(way, places);
  return (
    `<defs><marker id="head-${side}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>` +
    [...all.filter(({ taken }) => !taken), ...all.filter(({ taken }) => taken)]
      .map(({ path, taken }) => element('path', { class: taken ? 'way' : 'way away', d: path, 'marker-end': `url(#head-${side})` }))
      .join('')
  );
};

const arrowsOf = ({ inDevice, outDevice, end, hooks, routing }: WalkedWay, places: Places): readonly Arrow[] => {
  const { PREROUTING, INPUT, FORWARD, OUTPUT, POSTROUTING } = hooks;
  const boxes = places.hooks;
  const left = boxes.PREROUTING.x + boxes.PREROUTING.width / 2;
  const right = boxes.POSTROUTING.x + boxes.POSTROUTING.width / 2;
  const beside = boxes.OUTPUT.x + boxes.OUTPUT.width - 6;
  const across = places.routing.y + places.routing.height / 2;
  const down = (from: Box, to: Box): string => `M${left} ${below(from)} V${to.y - 1}`;
  const up = (from: Box, to: Box, x = right): string => `M${x} ${from.y} V${below(to) + 1}`;
  return [
    { path: down(places.in, boxes.PREROUTING), taken: PREROUTING.reached },
    { path: down(boxes.PREROUTING, places.routing), taken: PREROUTING.reached && (routing.input !== undefined || INPUT.reached) },
    { path: down(places.routing, boxes.INPUT), taken: INPUT.reached },
    { path: down(boxes.INPUT, places.programs), taken: INPUT.reached && end === 'delivered' },
    { path: `M${places.routing.x + places.routing.width} ${across} H${boxes.FORWARD.x - 1}`, taken: FORWARD.reached },
    { path: up(boxes.FORWARD, boxes.POSTROUTING), taken: FORWARD.reached && POSTROUTING.reached },
    { path: up(places.programs, places.routingOut), taken: OUTPUT.reached || routing.output !== undefined },
    { path: up(places.routingOut, boxes.OUTPUT), taken: OUTPUT.reached },
    { path: up(boxes.OUTPUT, boxes.POSTROUTING, beside), taken: OUTPUT.reached && POSTROUTING.reached },
    { path: up(boxes.POSTROUTING, places.out), taken: outDevice !== undefined || (inDevice === undefined && PREROUTING.reached) },
  ];
};
