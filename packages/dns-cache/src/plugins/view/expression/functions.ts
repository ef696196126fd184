import { addressOctets, networkHolds, plainAddress, readNetwork } from '../../../address.ts';
import { foldedText } from '../../../message/name.ts';
import { className, typeName } from '../../../message/numbers.ts';
import { bufferSize } from '../../../plugin/buffer-size.ts';
import type { ViewedQuery } from '../../../plugin/view.ts';
import type { Value, ValueType } from './compiled.ts';

interface ExpressionFunction {
  /** The types that each argument may have. */
  readonly parameters: readonly (readonly ValueType[])[];
  readonly result: ValueType;
  readonly call: (query: ViewedQuery, given: readonly Value[]) => Value | undefined;
}

const fact = (result: ValueType, call: (query: ViewedQuery) => Value): ExpressionFunction => ({
  parameters: [],
  result,
  call,
});

const TEXT: readonly ValueType[] = ['string'];

const ofText = (result: ValueType, call: (text: string) => Value | undefined): ExpressionFunction => ({
  parameters: [TEXT],
  result,
  call: (_, [text]) => (typeof text === 'string' ? call(text) : undefined),
});

/** An address or a network that is none has no value. */
const isInNetwork = (address: Value | undefined, network: Value | undefined): boolean | undefined => {
  const octets = typeof address === 'string' ? addressOctets(address) : undefined;
  const wanted = typeof network === 'string' ? readNetwork(network) : undefined;
  return octets && wanted && networkHolds(wanted, octets);
};

/** CoreDNS plugin/pkg/expression, DefaultEnv, and of expr-lang's own those that make numbers and text of each other. */
export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map<string, ExpressionFunction>([
  ['bufsize', fact('number', bufferSize)],
  ['class', fact('string', ({ query }) => className(query.question.class))],
  ['client_ip', fact('string', ({ client }) => plainAddress(client.address))],
  ['do', fact('boolean', ({ query }) => query.edns?.dnssecOk ?? false)],
  ['id', fact('number', ({ query }) => query.header.id)],
  ['incidr', {
    parameters: [TEXT, TEXT],
    result: 'boolean',
    call: (_, [address, network]) => isInNetwork(address, network),
  }],
  // A label that nobody has given is empty.
  ['metadata', { parameters: [TEXT], result: 'string', call: ({ labels }, [label]) => labels?.get(String(label)) ?? '' }],
  ['name', fact('string', ({ name }) => foldedText(name))],
  ['opcode', fact('number', ({ query }) => query.header.opcode)],
  ['port', fact('string', ({ client }) => String(client.port))],
  ['proto', fact('string', ({ transport }) => transport)],
  ['server_ip', fact('string', ({ local }) => plainAddress(local.address))],
  ['server_port', fact('string', ({ local }) => String(local.port))],
  ['size', fact('number', ({ query }) => query.octets)],
  ['type', fact('string', ({ query }) => typeName(query.question.type))],
  ['int', {
    parameters: [['string', 'number']],
    result: 'number',
    call(_, [value]) {
      const isNumber = typeof value === 'number' || /^[+-]?\d+$/.test(String(value));
      return isNumber ? Math.trunc(Number(value)) : undefined;
    },
  }],
  ['string', { parameters: [['string', 'number', 'boolean']], result: 'string', call: (_, [value]) => String(value) }],
  ['len', {
    parameters: [['string', 'array']],
    result: 'number',
    call: (_, [value]) => (typeof value === 'object' || typeof value === 'string' ? value.length : undefined),
  }],
  ['lower', ofText('string', (text) => text.toLowerCase())],
  ['upper', ofText('string', (text) => text.toUpperCase())],
]);
