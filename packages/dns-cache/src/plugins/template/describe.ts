import { describeFallthrough } from '../../directive/fallthrough.ts';
import { className, RCODE, rcodeName, typeName } from '../../message/numbers.ts';
import type { TemplateRule, TemplateValue } from './setup.ts';

const describeRule = (rule: TemplateRule): readonly string[] => {
  const { patterns, records, rcode, extendedError, fallthrough } = rule;
  const names = patterns.length === 0 ? 'any name' : patterns.map((one) => JSON.stringify(one.pattern())).join(' or ');
  return [
    `template ${className(rule.class)} ${typeName(rule.type)} for ${rule.zones.map(({ text }) => text).join(' ')}`,
    `  matches ${names}`,
    ...records.map(({ section, template }) => `  ${section} ${template.text}`),
    ...(rcode === RCODE.NOERROR ? [] : [`  rcode ${rcodeName(rcode)}`]),
    ...(extendedError === undefined ? [] : [`  ederror ${extendedError.code} ${extendedError.text}`.trimEnd()]),
    `  ${describeFallthrough(fallthrough)}`,
  ];
};

export const describe = (rules: TemplateValue): readonly string[] => rules.flatMap(describeRule);
