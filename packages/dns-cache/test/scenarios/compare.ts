import type { CheckedMessage } from '../../src/message/check.ts';
import { checkMessage } from '../../src/message/check.ts';
import { toWireRecord } from '../../src/message/kept.ts';
import { foldedText, foldName } from '../../src/message/name.ts';
import { className, rcodeName, TYPE, typeName } from '../../src/message/numbers.ts';
import type { Edns } from '../../src/message/opt.ts';
import type { Expectation, ScenarioRecord } from './scenario.ts';

type Section = 'answer' | 'authority';

/**
 * The answer, and where there is none the authority section that says so. What unbound puts beside an answer comes from
 * its RRset cache, other messages and its own idea of what is worth passing on; here it is the upstream's own.
 */
const sectionsOf = ({ match, answer }: Expectation): readonly Section[] => {
  if (match.includes('all')) return answer.length > 0 ? ['answer'] : ['answer', 'authority'];
  return match.includes('answer') ? ['answer'] : [];
};

interface Line {
  readonly text: string;
  readonly ttl: number | undefined;
}

type EdnsOption = Edns['options'][number];

const COOKIE = 10;
const EXTENDED_ERROR = 15;
/** A TTL may be a second off: ages are whole seconds. */
const TTL_SLACK = 1;

const sorted = (lines: readonly Line[]): readonly Line[] => lines.toSorted((a, b) => (a.text < b.text ? -1 : 1));

const expectedLine = ({ name, type, class: klass, ttl, ttlDefault, rdataHex }: ScenarioRecord): Line => ({
  text: `${name.toLowerCase()} ${klass} ${type} ${rdataHex.toLowerCase()}`,
  ttl: ttlDefault === true ? undefined : ttl,
});

const sameLines = (ours: readonly Line[], theirs: readonly Line[], withTtl: boolean): boolean =>
  ours.length === theirs.length &&
  ours.every(({ text, ttl }, at) => {
    const expected = theirs[at];
    if (expected?.text !== text) return false;
    return !withTtl || expected.ttl === undefined || Math.abs((ttl ?? 0) - expected.ttl) <= TTL_SLACK;
  });

const show = (lines: readonly Line[]): string => lines.map(({ text, ttl }) => `${text} ${ttl ?? '-'}`).join('; ');

/** What a scenario finds wrong. */
export interface Difference {
  readonly about: 'answer' | 'authority' | 'rcode' | 'flags' | 'options' | 'silence' | 'upstream';
  readonly text: string;
}

const linesOf = (message: CheckedMessage, section: Section): readonly Line[] =>
  sorted(
    message.records
      .filter((record) => record.section === section && record.type !== TYPE.OPT)
      .map((span) => {
        const { name, class: klass, type, rdata } = toWireRecord(message.bytes, span);
        const data = Buffer.from(rdata).toString('hex');
        return { text: `${foldedText(foldName(name))} ${className(klass)} ${typeName(type)} ${data}`, ttl: span.ttl };
      }),
  );

const optionText = ({ code, data }: EdnsOption): string =>
  Buffer.from([code >>> 8, code & 255, data.length >>> 8, data.length & 255, ...data]).toString('hex');

/** How OPT differs: in extended errors where the scenario names one, in all options where it compares them. */
const optionDifferences = (options: readonly EdnsOption[], { match, ednsHex }: Expectation): readonly Difference[] => {
  const wanted = match.find((word) => word.startsWith('ede='))?.slice(4);
  const errors = options.filter(({ code }) => code === EXTENDED_ERROR);
  const told = errors.map(({ data }) => String(((data[0] ?? 0) << 8) | (data[1] ?? 0)));
  const all = options.map(optionText).join('');
  return [
    ...(wanted === undefined || told.includes(wanted) ? [] : [`no extended error ${wanted}`]),
    ...(!match.includes('ednsdata') || all === (ednsHex ?? '')
      ? []
      : [`options ${all} in place of ${ednsHex ?? 'none'}`]),
    ...(match.includes('server_cookie') && !options.some(({ code }) => code === COOKIE) ? ['no server cookie'] : []),
  ].map((text) => ({ about: 'options' as const, text }));
};

/** Where the answer is not what the scenario wants. D1, D9 are masked: AA and AD are not compared, nor RA, which is the upstream's. */
export const differencesOf = (bytes: Uint8Array, expected: Expectation): readonly Difference[] => {
  const message = checkMessage(bytes);
  if (message.kind === 'malformed') return [{ about: 'silence', text: `malformed: ${message.reason}` }];
  const { match, flags } = expected;
  const { rcode, recursionDesired, truncated } = message.header;
  const all = match.includes('all');
  const differences: Difference[] = [];
  if ((all || match.includes('rcode')) && rcode !== expected.rcode) {
    differences.push({ about: 'rcode', text: `${rcodeName(rcode)} in place of ${rcodeName(expected.rcode)}` });
  }
  for (const [flag, set] of [
    ['RD', recursionDesired],
    ['TC', truncated],
  ] as const) {
    if (all && set !== flags.includes(flag))
      differences.push({ about: 'flags', text: `${flag} is ${set ? 'set' : 'clear'}` });
  }
  for (const section of sectionsOf(expected)) {
    const ours = linesOf(message, section);
    const theirs = sorted(expected[section].map(expectedLine));
    if (!sameLines(ours, theirs, match.includes('ttl'))) {
      differences.push({ about: section, text: `${section} has ${show(ours)} in place of ${show(theirs)}` });
    }
  }
  return [...differences, ...optionDifferences(message.edns?.options ?? [], expected)];
};
