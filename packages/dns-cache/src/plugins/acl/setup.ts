import type { Network } from '../../address.ts';
import { readNetwork } from '../../address.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Zone } from '../../corefile/zone.ts';
import { refuseBody, takeZones } from '../../directive/arguments.ts';
import { typeName, typeNumber } from '../../message/numbers.ts';
import type { Written } from '../../plugin/written.ts';

export type AclAction = 'allow' | 'block' | 'filter' | 'drop';

/** What becomes of queries of some types from some networks. */
export interface AclPolicy {
  readonly action: AclAction;
  /** `undefined` is every type. */
  readonly types: readonly number[] | undefined;
  /** `undefined` is every client. */
  readonly networks: readonly Network[] | undefined;
}

/** The first policy that a query of these zones meets decides; where none does, the next rule is asked. */
interface AclRule {
  readonly zones: readonly Zone[];
  readonly policies: readonly AclPolicy[];
}

export type AclValue = readonly AclRule[];

const ACTIONS: readonly AclAction[] = ['allow', 'block', 'filter', 'drop'];

type Section = 'type' | 'net';

const sectionOf = ({ text }: Token): Section | undefined =>
  (['type', 'net'] as const).find((section) => section === text.toLowerCase());

const readType = (token: Token): number => {
  const type = typeNumber(token.text);
  // Only names that are assigned, in upper case, as in CoreDNS.
  if (type === undefined || typeName(type) !== token.text || token.text === `TYPE${type}`) {
    throw new CorefileError(token, `unexpected token '${token.text}'; expect legal QTYPE`, 'write a type, as AAAA, or *');
  }
  return type;
};

const readSource = (token: Token): Network => {
  const { text } = token;
  const network = readNetwork(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  if (network === undefined) {
    throw new CorefileError(token, `illegal CIDR notation '${text}'`, 'write an address, a network or *');
  }
  return network;
};

/** `type` or `net`, with the words that follow it. */
interface SectionWords {
  readonly name: Token;
  readonly words: readonly Token[];
}

const splitSections = (words: readonly Token[]): readonly SectionWords[] => {
  const [name, ...rest] = words;
  if (name === undefined) return [];
  if (sectionOf(name) === undefined) {
    throw new CorefileError(name, `unexpected token '${name.text}'; expect 'type | net'`);
  }
  const end = rest.findIndex((word) => sectionOf(word) !== undefined);
  const own = end < 0 ? rest : rest.slice(0, end);
  if (own.length === 0) throw new CorefileError(name, `no token specified in '${name.text}' section`);
  return [{ name, words: own }, ...splitSections(rest.slice(own.length))];
};

/** What the sections of this name say together; `undefined` where there is none, or one says `*`. */
const readSection = <Item>(
  sections: readonly SectionWords[],
  wanted: Section,
  read: (token: Token) => Item,
): readonly Item[] | undefined => {
  const words = sections.filter(({ name }) => sectionOf(name) === wanted).flatMap((section) => section.words);
  const items = words.filter(({ text }) => text !== '*').map(read);
  return words.length === 0 || items.length < words.length ? undefined : items;
};

const readPolicy = (option: Entry): AclPolicy => {
  refuseBody(option);
  const action = ACTIONS.find((one) => one === option.name.text.toLowerCase());
  if (action === undefined) {
    throw new CorefileError(option.name, `unexpected token '${option.name.text}'`, `expect ${ACTIONS.join(', ')}`);
  }
  const sections = splitSections(option.arguments);
  return {
    action,
    types: readSection(sections, 'type', readType),
    networks: readSection(sections, 'net', readSource),
  };
};

/** `acl [ZONES...] { ACTION [type TYPES...] [net SOURCES...] }`; each line is a rule (CoreDNS plugin/acl/setup.go). */
export const setup = ({ entries, zones }: Written): AclValue =>
  entries.map((entry) => ({ zones: takeZones(entry.arguments, zones), policies: entry.body.map(readPolicy) }));
