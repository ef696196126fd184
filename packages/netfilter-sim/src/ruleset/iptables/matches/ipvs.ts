import { InputError } from '../../../error.ts';
import { printAddressOrMask, readHostAndMask } from '../../shared/address-values.ts';
import type { AddressAndMask } from '../../shared/address-values.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { readBounded } from '../../shared/numbers.ts';
import { readPort } from '../../shared/ports.ts';
import { protocolByName } from '../../shared/protocol-names.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, not, refuse, valueOf } from '../extension/option-values.ts';

interface Test<Value> {
  readonly value: Value;
  readonly inverted: boolean;
}

/** Properties of a connection that IPVS balances (net/netfilter/xt_ipvs.c). */
export interface IpvsMatch {
  readonly kind: 'ipvs';
  readonly isIpvs?: { readonly inverted: boolean };
  readonly protocol?: Test<number>;
  readonly address?: Test<AddressAndMask>;
  readonly port?: Test<number>;
  readonly direction?: 'ORIGINAL' | 'REPLY';
  readonly method?: Test<'GATE' | 'IPIP' | 'MASQ'>;
  readonly controlPort?: Test<number>;
}

const NOT_MODELLED = 'connections of IPVS';
const METHODS = ['GATE', 'IPIP', 'MASQ'] as const;

const test = <Value>(
  option: WrittenOption | undefined,
  read: (option: WrittenOption) => Value,
): Test<Value> | undefined => (option === undefined ? undefined : { value: read(option), inverted: option.inverted });

const readProtocol = (option: WrittenOption): number =>
  readBounded(valueOf(option), { min: 0, max: 255 }) ?? protocolByName(valueOf(option)) ?? refuse(option, 'a protocol');

const readIpvsPort = (option: WrittenOption): number => readPort(valueOf(option)) ?? refuse(option, 'a port');

const readDirection = (option: WrittenOption | undefined): IpvsMatch['direction'] => {
  if (option === undefined) return undefined;
  const name = valueOf(option).toUpperCase();
  return name === 'ORIGINAL' || name === 'REPLY' ? name : refuse(option, 'ORIGINAL or REPLY');
};

const invertible = { values: 1, invertible: true } as const;

const print = <Value>(
  name: string,
  wanted: Test<Value> | undefined,
  text: (value: Value) => string,
): readonly string[] => (wanted === undefined ? [] : [`${not(wanted.inverted)}${name} ${text(wanted.value)}`]);

export const ipvs: MatchModule<'ipvs', IpvsMatch> = {
  name: 'ipvs',
  notModelled: NOT_MODELLED,
  options: {
    '--ipvs': { values: 0, invertible: true },
    '--vproto': invertible,
    '--vaddr': invertible,
    '--vport': invertible,
    '--vdir': { values: 1, invertible: false },
    '--vmethod': invertible,
    '--vportctl': invertible,
  },

  parse(options, scope) {
    if (options.length === 0) {
      throw new InputError(scope.position, 'match "ipvs" has no option', 'add one such as --ipvs');
    }
    const isIpvs = findOption(options, '--ipvs');
    const protocol = test(findOption(options, '--vproto'), readProtocol);
    const address = test(
      findOption(options, '--vaddr'),
      (option) =>
        readHostAndMask(scope.family, valueOf(option)) ?? refuse(option, `an ${scope.family} address or prefix`),
    );
    const port = test(findOption(options, '--vport'), readIpvsPort);
    const direction = readDirection(findOption(options, '--vdir'));
    const method = test(
      findOption(options, '--vmethod'),
      (option) => METHODS.find((name) => name === valueOf(option).toUpperCase()) ?? refuse(option, METHODS.join(', ')),
    );
    const controlPort = test(findOption(options, '--vportctl'), readIpvsPort);
    return {
      kind: 'ipvs',
      ...(isIpvs === undefined ? {} : { isIpvs: { inverted: isIpvs.inverted } }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(address === undefined ? {} : { address }),
      ...(port === undefined ? {} : { port }),
      ...(direction === undefined ? {} : { direction }),
      ...(method === undefined ? {} : { method }),
      ...(controlPort === undefined ? {} : { controlPort }),
    };
  },

  print: (match) =>
    [
      // Any other property already says that IPVS has it (libxt_ipvs.c, ipvs_mt_dump).
      ...(match.isIpvs === undefined ? [] : [`${not(match.isIpvs.inverted)}--ipvs`]),
      ...print('--vproto', match.protocol, String),
      ...print('--vaddr', match.address, printAddressOrMask),
      ...print('--vport', match.port, String),
      ...(match.direction === undefined ? [] : [`--vdir ${match.direction}`]),
      ...print('--vmethod', match.method, String),
      ...print('--vportctl', match.controlPort, String),
    ].join(' '),
  evaluate: () => notModelled(NOT_MODELLED),
  describe: (match) =>
    `its connection is ${match.isIpvs?.inverted === true ? 'not ' : ''}one of IPVS` +
    (match.address === undefined ? '' : `, virtual address ${printAddressOrMask(match.address.value)}`),
};
