/*
 * 7. Every order.
 *
 * There are only so many orders in which two packets can move: all of them are walked, and counted. What a kernel makes of the clash
 * depends on its release.
 */
import { checkLaw, exploreRace, newRaceWorld } from '@nodelocal/netfilter-sim';
import type { Law } from '@nodelocal/netfilter-sim';
import { twoQuestions } from './two-questions.ts';

const LAWS: readonly Law[] = [
  { kind: 'no-packet-lost' },
  {
    kind: 'own',
    name: 'one pod answers both',
    check: ({ world }) => (new Set(world.lanes.map(({ flight }) => flight.packet.dst)).size === 1 ? { kind: 'holds' } : { kind: 'broken', why: 'there are two' }),
  },
];

for (const release of ['4.18', '6.18']) {
  const { host, state, flights } = twoQuestions(release);
  const { schedules, results } = exploreRace(host, newRaceWorld(state, flights));
  for (const law of LAWS) {
    const broken = results.filter(({ world }) => checkLaw(law, host, world, flights.map(({ packet }) => packet)).kind === 'broken');
    const share = broken.reduce((sum, result) => sum + result.share, 0);
    console.log(`Linux ${release}, ${law.kind === 'own' ? law.name : law.kind}: broken in ${Math.round(100 * share)} % of ${schedules} orders`);
  }
}

/* It prints:

Linux 4.18, no-packet-lost: broken in 97 % of 70 orders
Linux 4.18, one pod answers both: broken in 58 % of 70 orders
Linux 6.18, no-packet-lost: broken in 0 % of 70 orders
Linux 6.18, one pod answers both: broken in 49 % of 70 orders
*/
