import { PLAIN, printNote } from '@nodelocal/netfilter-sim';
import type { Paint } from '@nodelocal/netfilter-sim';
import type { Exchange } from '../../preflight/way/exchange.ts';
import { askerWords, serverWords } from '../../preflight/words/question.ts';
import { passageWords } from '../../preflight/words/way.ts';
import type { Fault } from '../diagnoses/index.ts';
import type { DoctorReport, Looked } from '../report.ts';
import { isOpen } from '../unknown.ts';
import { faultWords, harmWords } from './fault.ts';
import { unknownWords } from './unknown.ts';

/** The report for a person; the first line says whether anything is to be mended. Without `paint` it has no colours. */
export const describeDoctor = (report: DoctorReport, paint: Paint = PLAIN): readonly string[] => [
  paint.strong(verdictLine(report)),
  '',
  ...(report.kind === 'to-mend' ? report.faults.flatMap((fault, at) => faultLines(fault, at + 1, paint)) : []),
  ...askedLines(report, paint),
  ...section('What is not known', report.unknown.map(unknownWords), paint),
  ...report.notes.map((note) => paint.note(`note: ${printNote(note)}`)),
];

const verdictLine = (report: DoctorReport): string => {
  switch (report.kind) {
    case 'sound': {
      const who = report.pods.length === 0 ? 'processes of the node' : 'pods and processes of the node';
      return `sound: ${who} are answered by ${report.device} at ${report.addresses.join(' and ')}, and nothing of it is tracked`;
    }
    case 'to-mend':
      return `to mend: ${report.faults.length} ${report.faults.length === 1 ? 'fault' : 'faults'}; the first: ${faultWords(report.faults[0])}`;
    case 'not-known':
      return `not known: ${report.unknown.filter(isOpen).slice(0, 1).map(unknownWords).join('') || 'where the cache would listen (name it by --addresses)'}`;
  }
};

const faultLines = (fault: Fault, number: number, paint: Paint): readonly string[] => {
  const { mend, harm } = fault;
  const commands = mend.map(({ where, text }) => `     ${where === 'node' ? '#' : '$'} ${text}`);
  return [
    paint.strong(`${number}. ${faultWords(fault)}`),
    `   ${harmWords(harm)}; ${commands.length === 0 ? 'no command is known that mends it' : 'to mend it:'}`,
    ...commands,
    '',
  ];
};

const askedLines = ({ asked, device }: Looked, paint: Paint): readonly string[] => {
  const heads = new Map<string, readonly Exchange[]>();
  for (const one of asked) {
    const who = askerWords(one.question.asker);
    const head = `${who.slice(0, 1).toUpperCase()}${who.slice(1)} asks ${serverWords(one.question)}`;
    heads.set(head, [...(heads.get(head) ?? []), one]);
  }
  return [...heads].flatMap(([head, all]) => [paint.strong(head), ...all.flatMap((one) => exchangeLines(one, device)), '']);
};

/** Of TCP the first packet and the answer tell enough, where all of them arrive. */
const exchangeLines = ({ question, legs, result }: Exchange, device: string): readonly string[] =>
  legs
    .filter(({ name }, at) => at === 0 || name === 'answer' || (result.kind !== 'answered' && name === result.leg))
    .map(({ name, passage }, at) => {
      const what = `${question.protocol} ${at === 0 ? 'query' : name}:`;
      return `  ${what.padEnd(12)} ${passageWords(passage, at === 0 && question.asker.kind !== 'cache' ? device : '', "the cache's")}`;
    });

const section = (head: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : [paint.strong(head), ...new Set(lines.map((line) => `  ${line}`)), ''];
