/*
 * 6. A race, and a law of one's own.
 *
 * Two packets of one socket arrive together, as a resolver's A and AAAA do. fast-check makes up orders in which the kernel could move
 * them on, looks for one that breaks the law, and shrinks it to the turns that matter.
 */
import { drawSchedule, newRaceWorld, printSchedule, runSchedule } from '@nodelocal/netfilter-sim';
import type { Turn } from '@nodelocal/netfilter-sim';
import { schedules } from '@nodelocal/netfilter-sim/fast-check';
import * as fc from 'fast-check';
import { twoQuestions } from './two-questions.ts';

const { host, state, flights } = twoQuestions('6.18');
const play = (order: readonly Turn[]) => runSchedule(host, newRaceWorld(state, flights), order);

// The law: what one socket asks, one pod answers.
const found = fc.check(
  fc.property(schedules(flights.length, { draws: true }), (order) => {
    const [first, second] = play(order).world.lanes.map(({ flight }) => flight.packet.dst);
    return first === second;
  }),
  { seed: 1 },
);

const [order = []] = found.counterexample ?? [];
const { made, world } = play(order);
console.log(`broken by --schedule ${printSchedule(order)}:`);
console.log(drawSchedule(made, flights.length).join('\n'));
console.log(world.lanes.map(({ flight }) => flight.packet.dst));

/* It prints:

broken by --schedule 1,1:n,2:
packet 1                      packet 2
look up                       ·
translate destination (n)     ·
·                             look up
translate source              ·
confirm                       ·
·                             translate destination (y)
·                             translate source
·                             confirm
[ '10.0.2.8', '10.0.2.7' ]
*/
