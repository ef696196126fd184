import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, refuse, valueOf } from '../extension/option-values.ts';
import { describePorts, holdsPorts, PORT_OPTIONS, printPorts, readPorts } from './ports.ts';
import type { PortTests } from './ports.ts';

interface ChunkTest {
  readonly quantifier: 'any' | 'all' | 'only';
  /** `DATA:Be`, in the order in which they are printed; none where `every` or empty. */
  readonly chunks: readonly string[] | 'ALL' | 'NONE';
  readonly inverted: boolean;
}

/** Ports and chunks of an SCTP packet (net/netfilter/xt_sctp.c). */
export interface SctpMatch extends PortTests {
  readonly kind: 'sctp';
  readonly chunks?: ChunkTest;
}

/** Names in the order of their numbers, with the letters of their flags (libxt_sctp.c). */
const CHUNKS: readonly (readonly [name: string, flags: string])[] = [
  ['DATA', 'UBEI'],
  ['INIT', ''],
  ['INIT_ACK', ''],
  ['SACK', ''],
  ['HEARTBEAT', ''],
  ['HEARTBEAT_ACK', ''],
  ['ABORT', 'T'],
  ['SHUTDOWN', ''],
  ['SHUTDOWN_ACK', ''],
  ['ERROR', ''],
  ['COOKIE_ECHO', ''],
  ['COOKIE_ACK', ''],
  ['ECN_ECNE', ''],
  ['ECN_CWR', ''],
  ['SHUTDOWN_COMPLETE', 'T'],
  ['I_DATA', 'UBEI'],
  ['ASCONF_ACK', ''],
  ['RE_CONFIG', ''],
  ['PAD', ''],
  ['ASCONF', ''],
  ['FORWARD_TSN', ''],
  ['I_FORWARD_TSN', ''],
];

const readChunks = (option: WrittenOption): ChunkTest => {
  const quantifier = valueOf(option);
  if (quantifier !== 'any' && quantifier !== 'all' && quantifier !== 'only') {
    refuse(option, 'any, all or only, then chunk names');
  }
  const list = valueOf(option, 1);
  const base = { quantifier: quantifier as ChunkTest['quantifier'], inverted: option.inverted };
  if (list === 'ALL' || list === 'NONE') return { ...base, chunks: list };
  const given = list.split(',').map((text) => {
    const [name = '', flags] = text.split(':');
    const known = CHUNKS.find(([chunk]) => chunk === name.toUpperCase());
    if (known === undefined) {
      return refuse(
        option,
        `chunk names such as ${CHUNKS.slice(0, 4)
          .map(([chunk]) => chunk)
          .join(', ')}`,
        1,
      );
    }
    const unknownFlags = (flags ?? '').replaceAll(new RegExp(`[${known[1]}]`, 'gi'), '');
    if (unknownFlags !== '') refuse(option, `flags of ${known[0]} among ${known[1] || 'none'}`, 1);
    return { name: known[0], text: flags === undefined ? known[0] : `${known[0]}:${flags}` };
  });
  const chunks = CHUNKS.flatMap(([name]) => given.find((chunk) => chunk.name === name)?.text ?? []);
  return { ...base, chunks };
};

const printChunks = ({ quantifier, chunks }: ChunkTest): string =>
  `${quantifier} ${typeof chunks === 'string' ? chunks : chunks.join(',')}`;

export const sctp: MatchModule<'sctp', SctpMatch> = {
  name: 'sctp',
  notModelledFor: 'chunk types',
  loadedBy: PROTOCOL.sctp,
  steady: 'always',
  options: { ...PORT_OPTIONS, '--chunk-types': { values: 2, invertible: true } },
  placement: () => ({ protocols: [PROTOCOL.sctp] }),

  parse(options) {
    const chunks = findOption(options, '--chunk-types');
    return {
      kind: 'sctp',
      ...readPorts(options, 'low-first'),
      ...(chunks === undefined ? {} : { chunks: readChunks(chunks) }),
    };
  },

  print: (match) =>
    [
      ...printPorts(match),
      ...(match.chunks === undefined
        ? []
        : [`${not(match.chunks.inverted)}--chunk-types ${printChunks(match.chunks)}`]),
    ].join(' '),

  evaluate(match, { packet }) {
    if (packet.kind !== 'ported' || packet.protocol !== PROTOCOL.sctp || packet.fragment === 'later') return 'no-match';
    if (!holdsPorts(match, packet)) return 'no-match';
    return match.chunks === undefined ? answer(true) : notModelled('the chunks of an SCTP packet');
  },

  describe: (match) =>
    [
      ...describePorts(match),
      ...(match.chunks === undefined
        ? []
        : [`its SCTP chunks ${is(match.chunks.inverted)} ${printChunks(match.chunks)}`]),
    ].join(' and ') || 'it is an SCTP packet',
};
