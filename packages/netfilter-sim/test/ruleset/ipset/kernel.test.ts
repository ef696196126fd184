import { address, leaving, port, printIpSets, readNode, run, seededChance } from '@nodelocal/netfilter-sim';
import type { Family, Node, NodeFile, SetType } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SET_TYPES } from '../../../src/ruleset/ipset/values/set-type.ts';
import { inNamespace, skipped, whyNot } from '../../support/namespace.ts';
import { untilLocal } from '../../support/local-addresses.ts';
import { savedCounters } from '../../support/saved-counters.ts';
import { ADDRESSES, experiments } from './generate.ts';
import type { Experiment } from './generate.ts';
import { comparable, takeLines } from './lines.ts';

/** What both tell of an experiment: which lines were taken, what the rules counted, what the sets are now. */
interface Observation {
  readonly taken: readonly boolean[];
  readonly counters: readonly string[];
  readonly sets: readonly string[];
}

const SEND = `
const { createSocket } = require('node:dgram');
const packets = JSON.parse(process.argv[1]);
const send = async ({ src, dst, sport, dport }) => {
  const socket = createSocket({ type: src.includes(':') ? 'udp6' : 'udp4', reuseAddr: true });
  await new Promise((resolve) => socket.bind(sport, src, resolve));
  await new Promise((resolve) => socket.send('abcd', dport, dst, resolve));
  socket.close();
};
packets.reduce((before, packet) => before.then(() => send(packet)), Promise.resolve());
`;

const SET_UP = ['ip link set lo up', ...ADDRESSES.ipv6.map((own) => `ip -6 addr add ${own}/128 dev lo nodad`), untilLocal(ADDRESSES.ipv6)].join('\n');
const COMMANDS: Readonly<Record<Family, string>> = { ipv4: 'iptables-legacy', ipv6: 'ip6tables-legacy' };

/** `mangle INPUT 2: 3 packets, 96 bytes`, from `iptables-save -c`. */
const readCounters = (saved: string): readonly string[] =>
  [...savedCounters(saved)]
    .filter(([place]) => !place.endsWith(' 0'))
    .map(([place, counted]) => `${place}: ${counted.replace(':', ' packets, ')} bytes`)
    .sort();

const onKernel = ({ family, sets, rules, packets }: Experiment): Observation => {
  const command = COMMANDS[family];
  const script = [
    SET_UP,
    ...sets.map((line) => `ipset ${line} 2>/dev/null; echo taken $?`),
    `${command}-restore <<'RULES' || exit 1\n${rules}RULES`,
    `'${process.execPath}' -e '${SEND.replaceAll("'", `'"'"'`)}' '${JSON.stringify(packets)}' || exit 1`,
    `${command}-save -c`,
    'echo SETS',
    'ipset save',
  ].join('\n');
  const { code, stdout, stderr } = inNamespace(script);
  if (code !== 0) throw new Error(`${stderr}\n${script}`);
  const [before = '', saved = ''] = stdout.split('SETS\n');
  const lines = before.split('\n');
  return {
    taken: lines.filter((line) => line.startsWith('taken ')).map((line) => line === 'taken 0'),
    counters: readCounters(before),
    sets: comparable(saved),
  };
};

const nodeWith = (contents: Readonly<Partial<Record<NodeFile, string>>>): Node => {
  const { stdout } = inNamespace(`${SET_UP}\nip -j addr\nip -j -N route show table all`);
  const [addresses = '', routes = ''] = stdout.split('\n');
  return readNode({ folder: 'here', contents: { 'ip-addr.json': addresses, 'ip-route.json': routes, ...contents } });
};

const onModel = ({ family, sets, rules, packets }: Experiment): Observation => {
  const { taken, text } = takeLines(sets);
  const { host, state } = nodeWith({ [family === 'ipv4' ? 'iptables-save.txt' : 'ip6tables-save.txt']: rules, 'ipset-save.txt': text });
  for (const { src, dst, sport, dport } of packets) {
    const packet = { kind: 'udp', family, src: address(src), dst: address(dst), sport: port(sport), dport: port(dport), ttl: 64, tos: 0, payloadBytes: 4 } as const;
    run(host, state, leaving(packet, { origin: 'socket', owner: { kind: 'no-socket' } }), seededChance(1));
  }
  const counters = [...host.ruleSets[family].tables.values()].flatMap(({ name, chains }) =>
    [...chains.values()].flatMap((chain) =>
      chain.rules.map((_, at) => {
        const { packets: count, bytes } = state.counters.get(`${family} ${name} ${chain.name} ${at + 1}`) ?? { packets: 0, bytes: 0 };
        return `${name} ${chain.name} ${at + 1}: ${count} packets, ${bytes} bytes`;
      }),
    ),
  );
  return { taken, counters: counters.sort(), sets: comparable(printIpSets(state.sets, state.now)) };
};

const create = (type: SetType): string =>
  `ipset create s ${type} ${type === 'bitmap:port' ? 'range 0-9' : type.startsWith('bitmap') ? 'range 10.0.0.0/24' : ''}`;

const types = (Object.keys(SET_TYPES) as readonly SetType[]).filter((type) => !type.includes('mac') && whyNot(create(type)) === undefined);
const why = whyNot(`${create('list:set')}\n${SET_UP}\niptables-legacy -S -t mangle\nip6tables-legacy -S -t filter`);
const missing = (Object.keys(SET_TYPES) as readonly SetType[]).filter((type) => !types.includes(type));

describe.skipIf(why !== undefined)(`ipsets on this kernel${skipped(why)}`, () => {
  it(`take what the kernel takes, find what it finds and change as it changes (not here: ${missing.join(', ')})`, { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(experiments(types), (experiment) => {
        expect(onModel(experiment)).toEqual(onKernel(experiment));
      }),
      { numRuns: Number(process.env['KERNEL_RUNS'] ?? 15) },
    );
  });
});
