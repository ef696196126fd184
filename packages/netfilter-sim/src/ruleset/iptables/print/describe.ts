import { printAddressAndMask } from '../../shared/address-values.ts';
import { printProtocol } from '../../shared/protocol-names.ts';
import type { InterfaceTest } from '../extension/interface-test.ts';
import { is } from '../extension/option-values.ts';
import { matchModule } from '../matches/index.ts';
import { targetModule } from '../targets/index.ts';
import type { AddressTest, Rule, RuleTarget } from '../values/rule-set.ts';

const VERDICTS = {
  ACCEPT: 'let it through this table',
  DROP: 'drop it',
  RETURN: 'go back to the chain that led here',
  QUEUE: 'hand it to a program',
} as const;

/** One rule as a sentence: "If the destination is 10.96.0.10/32 and …: leave it out of connection tracking." */
export const describeRule = (rule: Rule): string => {
  const remarks = rule.matches.flatMap((match) => (match.kind === 'comment' ? [match.text] : []));
  const conditions = [
    ...describeAddress('source', rule.source),
    ...describeAddress('destination', rule.destination),
    ...describeInterface('it came in by', rule.inInterface),
    ...describeInterface('it goes out by', rule.outInterface),
    ...(rule.protocol === undefined
      ? []
      : [`the protocol ${is(rule.protocol.inverted)} ${printProtocol(rule.protocol.number)}`]),
    ...(rule.fragment === undefined ? [] : [`it ${is(rule.fragment.inverted)} a second or further fragment`]),
    ...rule.matches.flatMap((match) => (match.kind === 'comment' ? [] : [matchModule(match).describe(match)])),
  ];
  const condition = conditions.length === 0 ? 'Any packet' : `If ${conditions.join(' and ')}`;
  const remark = remarks.length === 0 ? '' : ` (“${remarks.join('”, “')}”)`;
  return `${condition}: ${describeTarget(rule.target)}.${remark}`;
};

const describeAddress = (side: string, test: AddressTest | undefined): readonly string[] =>
  test === undefined ? [] : [`the ${side} ${is(test.inverted)} ${printAddressAndMask(test)}`];

const describeInterface = (verb: string, test: InterfaceTest | undefined): readonly string[] => {
  if (test === undefined) return [];
  const device = test.kind === 'prefix' ? `a device whose name begins with ${test.name}` : test.name;
  return [test.inverted ? `not ${verb} ${device}` : `${verb} ${device}`];
};

const describeTarget = (target: RuleTarget): string => {
  switch (target.kind) {
    case 'none':
      return 'count it';
    case 'verdict':
      return VERDICTS[target.verdict];
    case 'jump':
      return `go through ${target.chain}`;
    case 'goto':
      return `go on in ${target.chain} for good`;
    case 'extension':
      return targetModule(target.target).describe(target.target);
  }
};
