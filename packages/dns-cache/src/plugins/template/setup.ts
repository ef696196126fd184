import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Zone } from '../../corefile/zone.ts';
import { readZones } from '../../corefile/zone.ts';
import { refuseBody, takeArguments, unknownOption, wrongArguments } from '../../directive/arguments.ts';
import type { Fallthrough } from '../../directive/fallthrough.ts';
import { readFallthrough } from '../../directive/fallthrough.ts';
import type { Pattern } from '../../directive/pattern.ts';
import { takePattern } from '../../directive/pattern.ts';
import type { Section } from '../../message/check.ts';
import type { ExtendedError } from '../../message/extended-error.ts';
import { classNumber, RCODE, rcodeNumber, typeNumber } from '../../message/numbers.ts';
import type { Written } from '../../plugin/written.ts';
import { FUNCTION_NAMES } from './language/functions.ts';
import type { Template } from './language/parser.ts';
import { parseTemplate } from './language/parser.ts';
import { TemplateSyntaxError } from './language/syntax.ts';

/** Records that a template gives, for one section. */
export interface RecordTemplate {
  readonly section: Section;
  readonly template: Template;
}

/** What queries of a class, a type and some zones are answered with. */
export interface TemplateRule {
  readonly class: number;
  readonly type: number;
  readonly zones: readonly Zone[];
  /** The first that the name matches counts; none is any name. */
  readonly patterns: readonly Pattern[];
  readonly records: readonly RecordTemplate[];
  readonly rcode: number;
  readonly extendedError: ExtendedError | undefined;
  readonly fallthrough: Fallthrough;
}

export type TemplateValue = readonly TemplateRule[];

const SECTIONS: readonly Section[] = ['answer', 'additional', 'authority'];

const OPTIONS = ['match', ...SECTIONS, 'rcode', 'ederror', 'fallthrough', 'upstream'] as const;

const atLeastOne = (option: Entry): readonly Token[] => {
  if (option.arguments.length === 0) throw wrongArguments(option.name, `write ${option.name.text} TEXT...`);
  return option.arguments;
};

/** Where in the Corefile a place of the template's text is; quotes come before it, and lines may end in it. */
const positionIn = (token: Token, at: number): Token => {
  const lines = token.text.slice(0, at).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  if (lines.length > 1) return { ...token, line: token.line + lines.length - 1, column };
  return { ...token, column: token.column + column - 1 + (token.quoted ? 1 : 0) };
};

const takeTemplate = (token: Token): Template => {
  try {
    return parseTemplate(token.text, FUNCTION_NAMES);
  } catch (cause) {
    if (!(cause instanceof TemplateSyntaxError)) throw cause;
    const mend = `functions are ${[...FUNCTION_NAMES].join(', ')}`;
    throw new CorefileError(positionIn(token, cause.at), `could not compile template: ${cause.message}`, mend);
  }
};

const readRcode = (option: Entry): number => {
  const [token = option.name] = takeArguments(option, 1, 1, 'write rcode NAME, as NXDOMAIN');
  const rcode = rcodeNumber(token.text);
  // CoreDNS takes the names that miekg/dns has, which are in upper case.
  if (rcode === undefined || token.text !== token.text.toUpperCase()) {
    throw new CorefileError(token, `unknown rcode ${token.text}`, 'write it in upper case, as NXDOMAIN');
  }
  return rcode;
};

const readExtendedError = (option: Entry): ExtendedError => {
  const [code = option.name, text] = takeArguments(option, 1, 2, 'write ederror CODE [TEXT]');
  if (!/^\d{1,5}$/.test(code.text) || Number(code.text) > 0xffff) {
    throw new CorefileError(code, `not an extended error code: '${code.text}'`, 'give a number, as 15 (RFC 8914)');
  }
  return { code: Number(code.text), text: text?.text ?? '' };
};

const applyOption = (rule: TemplateRule, option: Entry): TemplateRule => {
  refuseBody(option);
  const name = OPTIONS.find((known) => known === option.name.text);
  switch (name) {
    case 'match':
      return { ...rule, patterns: [...rule.patterns, ...atLeastOne(option).map(takePattern)] };
    case 'answer':
    case 'additional':
    case 'authority': {
      const records = atLeastOne(option).map((token) => ({ section: name, template: takeTemplate(token) }));
      return { ...rule, records: [...rule.records, ...records] };
    }
    case 'rcode':
      return { ...rule, rcode: readRcode(option) };
    case 'ederror':
      return { ...rule, extendedError: readExtendedError(option) };
    case 'fallthrough':
      return { ...rule, fallthrough: readFallthrough(option.arguments) };
    case 'upstream':
      // CoreDNS still takes it, and always asks itself.
      return rule;
    case undefined:
      throw unknownOption(option.name, 'template', OPTIONS.slice(0, -1));
  }
};

/** A quoted word may hold several zones. */
const zonesOf = (tokens: readonly Token[], blockZones: readonly Zone[]): readonly Zone[] => {
  const zones = tokens.flatMap((token) =>
    token.text.split(/\s+/).filter((word) => word !== '').flatMap((text) => readZones({ ...token, text })),
  );
  return zones.length === 0 ? blockZones : zones;
};

const readRule = (entry: Entry, blockZones: readonly Zone[]): TemplateRule => {
  const mend = 'write template CLASS TYPE [ZONES...] { ... }';
  const [klass, type, ...zones] = entry.arguments;
  if (klass === undefined || type === undefined) throw wrongArguments(klass ?? entry.name, mend);
  const [classCode, typeCode] = [classNumber(klass.text), typeNumber(type.text)];
  if (classCode === undefined) throw new CorefileError(klass, `invalid query class ${klass.text}`, mend);
  if (typeCode === undefined) throw new CorefileError(type, `invalid RR type ${type.text}`, mend);
  return entry.body.reduce<TemplateRule>(applyOption, {
    class: classCode,
    type: typeCode,
    zones: zonesOf(zones, blockZones),
    patterns: [],
    records: [],
    rcode: RCODE.NOERROR,
    extendedError: undefined,
    fallthrough: [],
  });
};

/** `template CLASS TYPE [ZONES...] { ... }`; several are tried in their order (CoreDNS plugin/template/setup.go). */
export const setup = ({ entries, zones }: Written): TemplateValue => entries.map((entry) => readRule(entry, zones));
