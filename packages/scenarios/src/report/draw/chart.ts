import { element, escape } from './markup.ts';

/** The ground that charts are drawn on, as wide as a telephone. */
export const FRAME = { width: 380, height: 224, left: 34, right: 372, top: 44, bottom: 190 } as const;

interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Axes with their ticks, and what is drawn between them. */
export const frame = (label: string, ticksX: readonly Tick[], ticksY: readonly Tick[], ...drawn: readonly string[]): string =>
  element(
    'svg',
    { viewBox: `0 0 ${FRAME.width} ${FRAME.height}`, class: 'chart', role: 'img', 'aria-label': label },
    ...ticksY.map(({ at, label: text }) => element('path', { class: 'grid', d: `M${FRAME.left} ${at} H${FRAME.right}` }) + element('text', { class: 'tick y', x: FRAME.left - 6, y: at + 4 }, escape(text))),
    ...ticksX.map(({ at, label: text }, index) =>
      element('text', { class: `tick ${index === 0 ? 'first' : index === ticksX.length - 1 ? 'last' : ''}`, x: at, y: FRAME.bottom + 18 }, escape(text)),
    ),
    element('path', { class: 'axis', d: `M${FRAME.left} ${FRAME.bottom} H${FRAME.right}` }),
    ...drawn,
  );

/** The same figures for those who do not see the picture. */
export const asTable = (summary: string, label: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  element(
    'details',
    {},
    element('summary', {}, summary),
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...head.map((cell) => element('th', { scope: 'col' }, escape(cell) || '<span class="unseen">which</span>')))),
        element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map((cell) => element('td', {}, escape(cell)))))),
      ),
    ),
  );

/** Whose line is which, above the picture: in it, lines would run through the letters. */
export const legend = (at: number, side: string, name: string): string =>
  element('path', { class: `series ${side}`, d: `M${FRAME.left} ${12 + at * 16} h26` }) + element('text', { class: `label ${side}`, x: FRAME.left + 32, y: 16 + at * 16 }, escape(name));
