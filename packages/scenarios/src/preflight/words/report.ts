import { PLAIN, printNote } from '@nodelocal/netfilter-sim';
import type { Paint } from '@nodelocal/netfilter-sim';
import type { Asked, Examined, PreflightReport, Reason } from '../report.ts';
import { findingWords } from './finding.ts';
import { askerWords, lossWords, serverWords } from './question.ts';
import { passageWords } from './way.ts';

/** The report for a person; the first line says whether it will work. Without `paint` it has no colours. */
export const describePreflight = (report: PreflightReport, paint: Paint = PLAIN): readonly string[] => {
  const first = paint.strong(verdictLine(report));
  if (report.kind === 'refused') return [first];
  return [
    first,
    ...furtherReasons(report),
    '',
    ...askedLines(report, paint),
    ...section('What else is to be known of this node', report.findings.map((finding) => findingWords(finding, report.device)), paint),
    ...section('What is not known', unknownLines(report), paint),
    ...report.notes.map((note) => paint.note(`note: ${printNote(note)}`)),
  ];
};

const verdictLine = (report: PreflightReport): string => {
  switch (report.kind) {
    case 'will-work': {
      const who = report.pods.length === 0 ? 'processes of the node' : 'pods and processes of the node';
      return `will work: ${who} are answered by ${report.device} at ${report.addresses.join(' and ')}`;
    }
    case 'will-not-work':
      return `will not work: ${reasonWords(report.reasons[0], report)}`;
    case 'not-known':
      return `not known: ${reasonWords(report.reasons[0], report)}`;
    case 'refused':
      return `will not work: the node refuses the new rules: ${report.where}: ${report.why}`;
  }
};

const reasonWords = (reason: Reason | undefined, { device }: Examined): string => {
  if (reason === undefined) return 'for no reason';
  switch (reason.kind) {
    case 'finding':
      return findingWords(reason.finding, device);
    case 'exchange':
      return lossWords(reason.exchange);
  }
};

const furtherReasons = (report: Exclude<PreflightReport, { kind: 'refused' }>): readonly string[] =>
  report.kind === 'will-work' ? [] : report.reasons.slice(1).map((reason) => `  and ${reasonWords(reason, report)}`);

const askedLines = ({ asked, device }: Examined, paint: Paint): readonly string[] => {
  const heads = new Map<string, Asked[]>();
  for (const one of asked) {
    const { question } = one.later;
    const head = `${capital(askerWords(question.asker))} asks ${serverWords(question)}`;
    heads.set(head, [...(heads.get(head) ?? []), one]);
  }
  return [...heads].flatMap(([head, all]) => [paint.strong(head), ...all.flatMap((one) => questionLines(one, device)), '']);
};

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Of TCP the first packet and the answer tell enough, where all of them arrive. */
const questionLines = ({ now, later: { question, legs, result } }: Asked, device: string): readonly string[] => {
  const line = (what: string, words: string): string => `  ${`${question.protocol} ${what}:`.padEnd(12)} ${words}`;
  const shown = legs.filter(({ name }, at) => at === 0 || name === 'answer' || (result.kind !== 'answered' && name === result.leg));
  const owner = question.asker.kind === 'cache' ? '' : device;
  return [
    ...(now === undefined ? [] : [line('now', passageWords(now, ''))]),
    ...shown.map(({ name, passage }, at) => line(at === 0 ? 'then' : name === 'answer' ? 'answer' : name, passageWords(passage, at === 0 ? owner : ''))),
  ];
};

const unknownLines = ({ asked, socketsKnown, pods }: Examined): readonly string[] => [
  ...(pods.length === 0 ? ['no pod was found: name one by --pod DEVICE:ADDRESS'] : []),
  ...(socketsKnown ? [] : ['who listens on this node: a port that is taken would not be seen (ss -lntuH prints it, for ss.txt)']),
  ...openQuestions(asked),
];

/** A line for each thing that decides. */
const openQuestions = (asked: readonly Asked[]): readonly string[] => {
  const groups = new Map<string, string[]>();
  for (const { later } of asked) {
    if (later.result.kind !== 'not-known') continue;
    const key = JSON.stringify([later.result.way.end, later.result.way.hangsOn]);
    groups.set(key, [...(groups.get(key) ?? []), lossWords(later)]);
  }
  return [...groups.values()].map(([first = '', ...others]) => `${first}${others.length === 0 ? '' : `; and so ${others.length} more`}`);
};

const section = (head: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : [paint.strong(head), ...new Set(lines.map((line) => `  ${line}`)), ''];
