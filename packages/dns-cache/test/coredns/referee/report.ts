import type { Judgement } from './judge.ts';

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
};

/** What no row explains of a conversation, a paragraph each. */
export const leftText = ({ recorded, left }: Judgement): string =>
  left
    .map(({ step, kind, theirs, ours, row }) => {
      const what = step < 0 ? '' : ` step ${step} ${short(recorded.case.steps[step])}`;
      return `${recorded.id}${what}\n  ${kind}${row === undefined ? '' : ` (${row} may not explain it in a plain conversation)`}\n  CoreDNS: ${short(theirs)}\n  here:    ${short(ours)}\n`;
    })
    .join('');

/** How much the rows have explained, and what it comes to; its last line counts steps. */
export const sumText = (judgements: readonly Judgement[]): string => {
  const counts = new Map<string, number>();
  for (const { explained } of judgements) for (const row of new Set(explained.map((one) => one.row))) counts.set(row ?? '', (counts.get(row ?? '') ?? 0) + 1);
  const sum = (of: (judgement: Judgement) => number): number => judgements.reduce((all, judgement) => all + of(judgement), 0);
  const skipped = sum((judgement) => judgement.skipped);
  const failed = sum(({ left }) => new Set(left.map(({ step }) => step)).size);
  const passed = sum(({ steps }) => steps) - skipped - failed;
  const rows = [...counts].toSorted(([, one], [, other]) => other - one).map(([row, count]) => `  ${row}: ${count}`);
  return [
    'conversations in which a row explains something',
    ...rows,
    `${judgements.length} conversations, ${judgements.filter(({ left }) => left.length > 0).length} with something unexplained`,
    `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    '',
  ].join('\n');
};
