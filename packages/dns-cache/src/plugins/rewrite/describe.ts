import { className, rcodeName, typeName } from '../../message/numbers.ts';
import { toHex } from '../../message/octets.ts';
import { matchText } from './rule/match.ts';
import type { Change, OptionSource, Revert, Rule } from './rule/rule.ts';
import type { RewriteValue } from './setup.ts';

const optionText = (option: OptionSource): string => {
  switch (option.kind) {
    case 'local':
      return `option ${option.code}${option.data.length === 0 ? '' : ` to 0x${toHex(option.data)}`}`;
    case 'variable':
      return `option ${option.code} to {${option.variable}}`;
    case 'metadata':
      return `option ${option.code} to {${option.label}}`;
    case 'nsid':
      return 'NSID';
    case 'subnet':
      return `client subnet of ${option.ipv4Bits} or ${option.ipv6Bits} bits`;
  }
};

const answerText = (revert: Extract<Change, { kind: 'name' }>['answers'][number]): string => {
  const { rewrite } = revert;
  const from = rewrite.kind === 'regex' ? JSON.stringify(rewrite.pattern.pattern()) : rewrite.from;
  return `  answer ${revert.kind} ${rewrite.kind} ${from} to ${rewrite.to}`;
};

const rangeText = ({ least, most }: Extract<Revert, { kind: 'ttl' }>): string =>
  least === most ? `${least} s` : `${least} to ${most} s`;

const changeText = (change: Change): readonly string[] => {
  switch (change.kind) {
    case 'type':
      return [`type ${typeName(change.from)} to ${typeName(change.to)}`];
    case 'class':
      return [`class ${className(change.from)} to ${className(change.to)}`];
    case 'name': {
      const back = change.auto ? ', and back in the answer' : '';
      return [`name ${matchText(change.match)} to ${change.to}${back}`, ...change.answers.map(answerText)];
    }
    case 'edns0':
      return [`edns0 ${change.action} ${optionText(change.option)}`];
    case 'ttl':
      return [`ttl ${matchText(change.match)} to ${rangeText(change)}`];
    case 'cname':
      return [`cname ${matchText(change.match)} to ${change.to}`];
    case 'rcode':
      return [`rcode ${matchText(change.match)} ${rcodeName(change.from)} to ${rcodeName(change.to)}`];
  }
};

const describeRule = ({ mode, change }: Rule): readonly string[] => {
  const [first = '', ...rest] = changeText(change);
  return [`rewrite ${mode} ${first}`, ...rest];
};

export const describe = (rules: RewriteValue): readonly string[] => rules.flatMap(describeRule);
