import { flightFrom, newHostState } from '@nodelocal/netfilter-sim';
import type { Host } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { readKernelVersion } from '../../src/kernel-version.ts';
import { outcomeOf } from '../../src/race/outcome.ts';
import { interleavings, runSchedule } from '../../src/race/schedule.ts';
import { newRaceWorld } from '../../src/race/world.ts';
import type { Made } from '../../src/race/world.ts';
import { lab, rules } from '../support/lab.ts';

/*
 * The three classic races and their kin, as a table: what each order of moves comes to on each kernel.
 * p is the packet that is confirmed first, q the other. Columns are the first release of each behaviour.
 */

const KERNELS = ['4.6', '4.18', '4.19', '5.0', '5.6', '5.10', '6.18', '7.0'] as const;
type Kernel = (typeof KERNELS)[number];

/** What becomes of q, and which counters rise: insert_failed, drop, clash_resolve. */
type Cell = 'both' | 'both, if' | 'both, cr' | 'lost, if' | 'lost, if drop';

const row = (...cells: readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell]): Readonly<Record<Kernel, Cell>> => ({
  '4.6': cells[0],
  '4.18': cells[1],
  '4.19': cells[2],
  '5.0': cells[3],
  '5.6': cells[4],
  '5.10': cells[5],
  '6.18': cells[6],
  '7.0': cells[7],
});

const DROPPED = 'lost, if drop';
const LOST = row('lost, if', DROPPED, DROPPED, DROPPED, DROPPED, DROPPED, DROPPED, DROPPED);
const NO_RACE = row('both', 'both', 'both', 'both', 'both', 'both', 'both', 'both');
//                                         4.6         4.18             4.19             5.0              5.6         5.10        6.18        7.0
const TABLE = {
  'R0: no nat in the way':             row('lost, if', 'both, if',      'both, if',      'both, if',      'both, if', 'both, cr', 'both, cr', 'both, cr'),
  'R1: same mapping, chosen in time':  row('lost, if', 'lost, if drop', 'both, if',      'both, if',      'both, if', 'both, cr', 'both, cr', 'both, cr'),
  'R2: same backend, chosen too late': row('lost, if', 'lost, if drop', 'lost, if drop', 'both, if',      'both, if', 'both, cr', 'both, cr', 'both, cr'),
  'R3: different backends':            row('lost, if', 'lost, if drop', 'lost, if drop', 'lost, if drop', 'both, if', 'both, cr', 'both, cr', 'both, cr'),
  'R4: masquerade, fully random':      row('lost, if', 'lost, if drop', 'lost, if drop', 'lost, if drop', 'both, if', 'both, cr', 'both, cr', 'both, cr'),
  'R5: two clients, one port':         LOST,
  'R6: TCP':                           LOST,
  'R6: ICMP':                          row('lost, if', DROPPED, DROPPED, DROPPED, DROPPED, DROPPED, DROPPED, 'both, cr'),
} as const;
type Race = keyof typeof TABLE;

const TRACKED = ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'];
const ONE_BACKEND = ['-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -j DNAT --to-destination 10.244.2.7:53'];
const TWO_BACKENDS = [
  '-A PREROUTING -d 10.96.0.10/32 -p udp -m statistic --mode nth --every 2 --packet 0 -j DNAT --to-destination 10.244.2.7',
  '-A PREROUTING -d 10.96.0.10/32 -p udp -j DNAT --to-destination 10.244.2.8',
];
const MASQUERADE = '-A POSTROUTING -o eth0 -j MASQUERADE';

const QUERY = 'pod1: udp 10.244.1.5:40000 > 10.96.0.10:53';
const DIRECT = QUERY.replace('10.96.0.10', '10.244.2.7');

interface Experiment {
  readonly rules: string;
  readonly packets: readonly [string, string];
  /** Which row applies, if q looked up before p was confirmed, and if q chose its source before that. */
  readonly race: (chosenInTime: boolean) => Race | 'none';
  /** The packets are no packets of one flow: they clash whenever the choice was made in time. */
  readonly separate?: boolean;
}

const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  'no nat table': { rules: rules({ filter: TRACKED }), packets: [DIRECT, DIRECT], race: () => 'R0: no nat in the way' },
  'a nat table without a rule for them': {
    rules: rules({ nat: [], filter: TRACKED }),
    packets: [DIRECT, DIRECT],
    race: (inTime) => (inTime ? 'R1: same mapping, chosen in time' : 'R2: same backend, chosen too late'),
  },
  'DNAT to one backend': {
    rules: rules({ nat: ONE_BACKEND, filter: TRACKED }),
    packets: [QUERY, QUERY],
    race: (inTime) => (inTime ? 'R1: same mapping, chosen in time' : 'R2: same backend, chosen too late'),
  },
  'DNAT to two backends in turn': {
    rules: rules({ nat: TWO_BACKENDS, filter: TRACKED }),
    packets: [QUERY, QUERY],
    race: () => 'R3: different backends',
  },
  'DNAT and a random masquerade': {
    rules: rules({ nat: [...ONE_BACKEND, `${MASQUERADE} --random-fully`], filter: TRACKED }),
    packets: [QUERY, QUERY],
    race: () => 'R4: masquerade, fully random',
  },
  'two clients behind a plain masquerade': {
    rules: rules({ nat: [MASQUERADE], filter: TRACKED }),
    packets: [DIRECT, DIRECT.replace('pod1', 'pod2').replace('10.244.1.5', '10.244.1.6')],
    race: (inTime) => (inTime ? 'R5: two clients, one port' : 'none'),
    separate: true,
  },
  'two SYNs': {
    rules: rules({ filter: TRACKED }),
    packets: [DIRECT.replace('udp', 'tcp'), DIRECT.replace('udp', 'tcp')],
    race: () => 'R6: TCP',
  },
  'two pings': {
    rules: rules({ filter: TRACKED }),
    packets: ['pod1: icmp 10.244.1.5 > 10.244.2.7 id 7', 'pod1: icmp 10.244.1.5 > 10.244.2.7 id 7'],
    race: () => 'R6: ICMP',
  },
};

const ORDERS = interleavings([4, 4]);

const cellOf = (host: Host, packets: readonly string[], order: readonly number[]): { readonly cell: Cell; readonly made: readonly Made[] } => {
  const flights = packets.map((packet) => flightFrom(host, packet, { kind: 'unknown' }));
  const { world, made } = runSchedule(host, newRaceWorld(newHostState(), flights), order);
  const { counters } = outcomeOf(world);
  const lost = world.lanes.some(({ flight: { stage } }) => stage.kind === 'ended' && stage.disposition.kind === 'dropped');
  const risen = [
    ...(counters.insertFailed > 0 ? ['if'] : []),
    ...(counters.drop > 0 ? ['drop'] : []),
    ...(counters.clashResolve > 0 ? ['cr'] : []),
  ].join(' ');
  return { cell: [lost ? 'lost' : 'both', ...(risen === '' ? [] : [risen])].join(', ') as Cell, made };
};

/** The row of the table for an order of moves. */
const rowFor = ({ race, separate = false }: Experiment, made: readonly Made[]): Readonly<Record<Kernel, Cell>> => {
  const at = (lane: number, move: Made['move']): number => made.findIndex((one) => one.lane === lane && one.move === move);
  const [p, q] = at(0, 'confirm') < at(1, 'confirm') ? [0, 1] : [1, 0];
  const confirmed = at(p, 'confirm');
  const racing = separate || at(q, 'look up') < confirmed;
  if (!racing) return NO_RACE;
  const found = race(at(q, 'translate source') < confirmed);
  return found === 'none' ? NO_RACE : TABLE[found];
};

describe.each(Object.entries(EXPERIMENTS))('%s', (_name, experiment) => {
  it.each(KERNELS)('on Linux %s: each of the 70 orders comes to what the table says', (kernel) => {
    const kernelVersion = readKernelVersion(kernel);
    if (kernelVersion === undefined) throw new RangeError(kernel);
    const host: Host = { ...lab(experiment.rules).host, kernelVersion };
    expect(ORDERS).toHaveLength(70);
    const wrong = ORDERS.flatMap((order) => {
      const { cell, made } = cellOf(host, experiment.packets, order);
      const expected = rowFor(experiment, made)[kernel];
      return cell === expected ? [] : [`${made.map(({ lane, move }) => `${lane}:${move}`).join(' ')}: ${cell}, not ${expected}`];
    });
    expect(wrong).toEqual([]);
  });
});
