import { InputError } from '../../../error.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { printAddressOrMask, readHostAndMask } from '../../shared/address-values.ts';
import type { AddressAndMask } from '../../shared/address-values.ts';
import { readBounded, UINT32_MAX } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import { printProtocol, protocolByName } from '../../shared/protocol-names.ts';
import type { MatchModule, RuleScope, WrittenOption } from '../extension/extension.ts';
import { hasOption, is, not, numberValue, refuse, requireOption, valueOf } from '../extension/option-values.ts';

interface Test<Value> {
  readonly value: Value;
  readonly inverted: boolean;
}

interface PolicyElement {
  readonly reqid?: Test<number>;
  readonly spi?: Test<number>;
  readonly protocol?: Test<number>;
  readonly mode?: Test<'tunnel' | 'transport'>;
  readonly tunnelDestination?: Test<AddressAndMask>;
  readonly tunnelSource?: Test<AddressAndMask>;
}

/** Whether IPsec applies to the packet (net/netfilter/xt_policy.c). */
export interface PolicyMatch {
  readonly kind: 'policy';
  readonly direction: 'in' | 'out';
  readonly policy: 'ipsec' | 'none';
  readonly strict: boolean;
  readonly elements: readonly PolicyElement[];
}

const ELEMENTS_MAX = 4;

const invertible = { values: 1, invertible: true } as const;

const readElement = (options: readonly WrittenOption[], scope: RuleScope): PolicyElement => {
  const element: { -readonly [Key in keyof PolicyElement]: PolicyElement[Key] } = {};
  for (const option of options) {
    const { inverted } = option;
    const network = (): Test<AddressAndMask> => ({
      value: readHostAndMask(scope.family, valueOf(option)) ?? refuse(option, `an ${scope.family} address or prefix`),
      inverted,
    });
    switch (option.name) {
      case '--reqid':
        element.reqid = { value: numberValue(option, { min: 0, max: UINT32_MAX }), inverted };
        break;
      case '--spi':
        element.spi = { value: numberValue(option, { min: 0, max: UINT32_MAX }), inverted };
        break;
      case '--proto':
        element.protocol = { value: readProtocol(option), inverted };
        break;
      case '--mode':
        element.mode = { value: readMode(option), inverted };
        break;
      case '--tunnel-src':
        element.tunnelSource = network();
        break;
      case '--tunnel-dst':
        element.tunnelDestination = network();
        break;
    }
  }
  return element;
};

const IPCOMP = 108;

const readProtocol = (option: WrittenOption): number => {
  // Names are taken as /etc/protocols writes them.
  const name = valueOf(option);
  const number = readBounded(name, { min: 1, max: 255 }) ?? (/^(?:IPSEC-|[a-z]|IPCOMP$)/.test(name) ? protocolByName(name) : undefined);
  return number === PROTOCOL.ah || number === PROTOCOL.esp || number === IPCOMP ? number : refuse(option, 'esp, ah or ipcomp');
};

const readMode = (option: WrittenOption): 'tunnel' | 'transport' => {
  const mode = valueOf(option);
  return mode === 'tunnel' || mode === 'transport' ? mode : refuse(option, 'tunnel or transport');
};

/** `--next` begins another element. */
const splitElements = (options: readonly WrittenOption[]): readonly (readonly WrittenOption[])[] => {
  const elements: WrittenOption[][] = [[]];
  for (const option of options) {
    if (option.name === '--next') elements.push([]);
    else elements.at(-1)?.push(option);
  }
  return elements;
};

const OF_AN_ELEMENT: readonly string[] = ['--reqid', '--spi', '--proto', '--mode', '--tunnel-src', '--tunnel-dst'];

const checkOnce = (written: readonly WrittenOption[]): void => {
  for (const name of OF_AN_ELEMENT) {
    const [, second] = written.filter((option) => option.name === name);
    if (second !== undefined) {
      throw new InputError(second.position, `${name} is given twice`, 'put --next between elements');
    }
  }
};

const check = (written: readonly WrittenOption[], strict: boolean, scope: RuleScope): void => {
  if (strict && written.length === 0) {
    throw new InputError(scope.position, '--strict needs an element', 'add one of --reqid, --spi, --proto, --mode');
  }
  const tunnel = written.find(({ name }) => name.startsWith('--tunnel'));
  const inTunnelMode = written.some(
    (option) => option.name === '--mode' && valueOf(option) === 'tunnel' && !option.inverted,
  );
  if (tunnel !== undefined && !inTunnelMode) {
    throw new InputError(tunnel.position, `${tunnel.name} needs tunnel mode`, 'add --mode tunnel');
  }
};

const print = <Value>(name: string, test: Test<Value> | undefined, text: (value: Value) => string): readonly string[] =>
  test === undefined ? [] : [`${not(test.inverted)}${name} ${text(test.value)}`];

const printElement = (element: PolicyElement): string =>
  [
    ...print('--reqid', element.reqid, String),
    ...print('--spi', element.spi, (spi) => `0x${spi.toString(16)}`),
    ...print('--proto', element.protocol, printProtocol),
    ...print('--mode', element.mode, String),
    ...print('--tunnel-dst', element.tunnelDestination, printAddressOrMask),
    ...print('--tunnel-src', element.tunnelSource, printAddressOrMask),
  ].join(' ');

export const policy: MatchModule<'policy', PolicyMatch> = {
  name: 'policy',
  steady: 'always',
  options: {
    '--dir': { values: 1, invertible: false },
    '--pol': { values: 1, invertible: false },
    '--strict': { values: 0, invertible: false },
    '--next': { values: 0, invertible: false, repeatable: true },
    '--reqid': { ...invertible, repeatable: true },
    '--spi': { ...invertible, repeatable: true },
    '--proto': { ...invertible, repeatable: true },
    '--mode': { ...invertible, repeatable: true },
    '--tunnel-src': { ...invertible, repeatable: true },
    '--tunnel-dst': { ...invertible, repeatable: true },
  },

  parse(options, scope) {
    const directionOption = requireOption(options, '--dir', scope, 'in');
    const direction = valueOf(directionOption);
    if (direction !== 'in' && direction !== 'out') return refuse(directionOption, 'in or out');
    const polOption = options.find(({ name }) => name === '--pol');
    const pol = polOption === undefined ? 'ipsec' : valueOf(polOption);
    if (polOption !== undefined && pol !== 'ipsec' && pol !== 'none') refuse(polOption, 'ipsec or none');
    const strict = hasOption(options, '--strict');
    const next = options.find(({ name }) => name === '--next');
    if (next !== undefined && !strict) throw new InputError(next.position, '--next needs --strict', 'add --strict');
    const policy = pol === 'none' ? 'none' : 'ipsec';
    const written = splitElements(options.filter(({ name }) => name === '--next' || OF_AN_ELEMENT.includes(name)));
    if (written.length > ELEMENTS_MAX) {
      throw new InputError(scope.position, `more than ${ELEMENTS_MAX} elements`, 'drop some');
    }
    for (const element of written) checkOnce(element);
    const elements = written.map((element) => readElement(element, scope));
    if (policy === 'none') {
      if (strict) throw new InputError(scope.position, '--pol none has no --strict', 'remove it');
      return { kind: 'policy', direction, policy, strict: false, elements: [] };
    }
    for (const element of written) check(element, strict, scope);
    return { kind: 'policy', direction, policy, strict, elements };
  },

  placement: ({ direction }) =>
    direction === 'in'
      ? { hooks: ['PREROUTING', 'INPUT', 'FORWARD'] }
      : { hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'] },

  print: ({ direction, policy, strict, elements }) =>
    [`--dir ${direction} --pol ${policy}`, ...(strict ? ['--strict'] : []), elements.map(printElement).join(' --next ')]
      .filter((text) => text !== '')
      .join(' '),

  // No packet of the model has been through IPsec, nor will it go.
  evaluate: ({ policy }) => answer(policy === 'none'),
  describe: ({ direction, policy }) =>
    `IPsec ${is(policy === 'none')} ${direction === 'in' ? 'what it came by' : 'what it will go by'}`,
};
