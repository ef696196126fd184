import { lacksPorts, protocolOf } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, is, not, numberValue, refuse, valueOf } from '../extension/option-values.ts';
import { describePorts, holdsPorts, PORT_OPTIONS, printPorts, readPorts } from './ports.ts';
import type { PortTests } from './ports.ts';
import { unwrittenPorts } from './unwritten-ports.ts';

const TYPES = [
  'REQUEST',
  'RESPONSE',
  'DATA',
  'ACK',
  'DATAACK',
  'CLOSEREQ',
  'CLOSE',
  'RESET',
  'SYNC',
  'SYNCACK',
  'INVALID',
] as const;

/** Ports and types of a DCCP packet (net/netfilter/xt_dccp.c). */
export interface DccpMatch extends PortTests {
  readonly kind: 'dccp';
  readonly types?: { readonly names: readonly (typeof TYPES)[number][]; readonly inverted: boolean };
  readonly option?: { readonly number: number; readonly inverted: boolean };
}

/** Whole names, in the order of the numbers (parse_dccp_types of libxt_dccp.c). */
const readTypes = (option: WrittenOption): readonly (typeof TYPES)[number][] => {
  const given = valueOf(option).toUpperCase().split(',');
  if (!given.every((name) => (TYPES as readonly string[]).includes(name))) refuse(option, `a comma list of ${TYPES.join(', ')}`);
  return TYPES.filter((name) => given.includes(name));
};

export const dccp: MatchModule<'dccp', DccpMatch> = {
  name: 'dccp',
  notModelledFor: 'types and options, ports that were not written',
  loadedBy: PROTOCOL.dccp,
  steady: 'always',
  options: {
    ...PORT_OPTIONS,
    '--dccp-types': { values: 1, invertible: true },
    '--dccp-option': { values: 1, invertible: true },
  },
  placement: () => ({ protocols: [PROTOCOL.dccp] }),

  parse(options) {
    const types = findOption(options, '--dccp-types');
    const option = findOption(options, '--dccp-option');
    return {
      kind: 'dccp',
      ...readPorts(options, 'resolver'),
      ...(types === undefined ? {} : { types: { names: readTypes(types), inverted: types.inverted } }),
      ...(option === undefined
        ? {}
        : { option: { number: numberValue(option, { min: 1, max: 255 }), inverted: option.inverted } }),
    };
  },

  print: (match) =>
    [
      ...printPorts(match, 'always'),
      ...(match.types === undefined ? [] : [`${not(match.types.inverted)}--dccp-types ${match.types.names.join(',')}`]),
      ...(match.option === undefined ? [] : [`${not(match.option.inverted)}--dccp-option ${match.option.number}`]),
    ].join(' '),

  evaluate(match, { packet }) {
    if (lacksPorts(packet) && protocolOf(packet) === PROTOCOL.dccp) return unwrittenPorts(match, 'a DCCP packet');
    if (packet.kind !== 'ported' || packet.protocol !== PROTOCOL.dccp || packet.fragment === 'later') return 'no-match';
    if (!holdsPorts(match, packet)) return 'no-match';
    return match.types === undefined && match.option === undefined
      ? answer(true)
      : notModelled('types and options of a DCCP packet');
  },

  describe: (match) =>
    [
      ...describePorts(match),
      ...(match.types === undefined
        ? []
        : [`its DCCP type ${is(match.types.inverted)} ${match.types.names.join(' or ')}`]),
      ...(match.option === undefined
        ? []
        : [`DCCP option ${match.option.number} ${is(match.option.inverted)} present`]),
    ].join(' and ') || 'it is a DCCP packet',
};
