import { lacksPorts, protocolOf } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, refuse, valueOf } from '../extension/option-values.ts';
import { describePorts, holdsPorts, PORT_OPTIONS, printPorts, readPorts } from './ports.ts';
import type { PortTests } from './ports.ts';
import { unwrittenPorts } from './unwritten-ports.ts';

interface ChunkTest {
  readonly quantifier: 'any' | 'all' | 'only';
  /** `DATA:Be`, in the order in which they are printed. */
  readonly chunks: readonly string[] | 'ALL' | 'NONE';
  readonly inverted: boolean;
}

/** Ports and chunks of an SCTP packet (net/netfilter/xt_sctp.c). */
export interface SctpMatch extends PortTests {
  readonly kind: 'sctp';
  readonly chunks?: ChunkTest;
}

/**
 * Names in the order of their numbers, with the letters of their flags in the order in which those are printed
 * (libxt_sctp.c, 1.8.9); flags of I_DATA are taken, but not printed.
 */
const CHUNKS: readonly (readonly [name: string, flags: string])[] = [
  ['DATA', 'IUBE'],
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
  ['I_DATA', 'IUBE'],
  ['ASCONF_ACK', ''],
  ['RE_CONFIG', ''],
  ['PAD', ''],
  ['FORWARD_TSN', ''],
  ['ASCONF', ''],
  ['I_FORWARD_TSN', ''],
];

const QUANTIFIERS = ['any', 'all', 'only'] as const;

/** Each name with all the flags that are written behind it, wherever it stands in the list. */
const readChunkList = (option: WrittenOption): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const text of valueOf(option, 1).split(',').filter((item) => item !== '')) {
    const [written = '', flags = ''] = text.split(':');
    const [name, letters] = CHUNKS.find(([chunk]) => chunk === written.toUpperCase()) ?? refuse(option, `chunk names such as ${CHUNKS[0]?.[0]}`, 1);
    if (flags.toUpperCase().split('').some((flag) => !letters.includes(flag))) {
      refuse(option, `flags of ${name} among ${letters || 'none'}`, 1);
    }
    found.set(name, (found.get(name) ?? '') + flags);
  }
  return found;
};

/** A capital letter asks for the flag, a small one for its absence; the capital counts where both are written. */
const printFlags = (letters: string, written: string): string =>
  letters
    .split('')
    .map((letter) => (written.includes(letter) ? letter : written.includes(letter.toLowerCase()) ? letter.toLowerCase() : ''))
    .join('');

const readChunks = (option: WrittenOption): ChunkTest => {
  const quantifier =
    QUANTIFIERS.find((name) => name === valueOf(option).toLowerCase()) ?? refuse(option, 'any, all or only, then chunk names');
  const base = { quantifier, inverted: option.inverted };
  const list = valueOf(option, 1).toUpperCase();
  if (list === 'ALL' || list === 'NONE') return { ...base, chunks: list };
  const given = readChunkList(option);
  const chunks = CHUNKS.flatMap(([name, letters]) => {
    const written = given.get(name);
    if (written === undefined) return [];
    const flags = name === 'I_DATA' ? '' : printFlags(letters, written);
    return [flags === '' ? name : `${name}:${flags}`];
  });
  return { ...base, chunks: chunks.length === 0 ? 'NONE' : chunks };
};

const printChunks = ({ quantifier, chunks }: ChunkTest): string =>
  `${quantifier} ${typeof chunks === 'string' ? chunks : chunks.join(',')}`;

export const sctp: MatchModule<'sctp', SctpMatch> = {
  name: 'sctp',
  notModelledFor: 'chunk types, ports that were not written',
  loadedBy: PROTOCOL.sctp,
  steady: 'always',
  options: { ...PORT_OPTIONS, '--chunk-types': { values: 2, invertible: true } },
  placement: () => ({ protocols: [PROTOCOL.sctp] }),

  parse(options) {
    const chunks = findOption(options, '--chunk-types');
    return {
      kind: 'sctp',
      ...readPorts(options, 'number'),
      ...(chunks === undefined ? {} : { chunks: readChunks(chunks) }),
    };
  },

  print: (match) =>
    [
      ...printPorts(match, 'always'),
      ...(match.chunks === undefined
        ? []
        : [`${not(match.chunks.inverted)}--chunk-types ${printChunks(match.chunks)}`]),
    ].join(' '),

  evaluate(match, { packet }) {
    if (lacksPorts(packet) && protocolOf(packet) === PROTOCOL.sctp) return unwrittenPorts(match, 'an SCTP packet');
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
