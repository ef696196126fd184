import { unusual } from './generate/settings.ts';
import type { Observation, SeenPacket } from './observation.ts';
import { recordLine } from './record.ts';
import type { Ruling } from './referee.ts';

/** A disagreement for people: the case, both traces side by side, and what differs. */
export const report = ({ case: of, kernel, model, differences, endedAtMs }: Extract<Ruling, { kind: 'disagreed' }>): string => {
  const events = of.events.flatMap((event, at) => [
    `${at}: ${event.kind === 'send' ? JSON.stringify(event.packet) : JSON.stringify(event)}`,
    ...sideBySide(kernel, model, at),
  ]);
  const settings = Object.entries(unusual(of.sysctls)).map(([name, value]) => `${name}=${value}`);
  return [
    `${of.family}, node ${of.node}, ${settings.join(' ')}`,
    ...(of.sets === undefined ? [] : [of.sets.trimEnd()]),
    of.rules.split('\n').filter((line) => line.startsWith('*') || line.startsWith('-A') || / DROP /.test(line)).join('\n'),
    ...(of.nftables === undefined ? [] : [of.nftables.rules]),
    ...events,
    'as a line of regressions.jsonl, once it says why:',
    recordLine({ of, why: '', kernel, endedAtMs }),
    'differences:',
    ...differences.map(({ where, kernel, model }) => `  ${where}\n    kernel: ${kernel}\n    model:  ${model}`),
  ].join('\n');
};

const COLUMN = 44;

const sideBySide = (kernel: Observation, model: Observation, at: number): readonly string[] => {
  const [left, right] = [lines(kernel.packets[at]), lines(model.packets[at])];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const [a = '', b = ''] = [left[row], right[row]];
    return `   ${a === b ? ' ' : '|'} ${a.padEnd(COLUMN)} ${b}`;
  });
};

const lines = (packet: SeenPacket | undefined): readonly string[] =>
  packet === undefined
    ? []
    : [
        ...packet.trace,
        packet.result,
        ...packet.answerTrace.map((mark) => `  ${mark}`),
        ...packet.answers.map((answer) => `  ${answer}`),
        ...(packet.errno === 0 ? [] : [`errno ${packet.errno}`]),
      ];
