import { beatsOf, SIDES } from '../report/draw/beats.ts';
import type { Beat, Side } from '../report/draw/beats.ts';
import type { PageData } from '../report/page/data.ts';
import { drawParts, PARTS } from '../report/page/parts.ts';
import type { PartName } from '../report/page/parts.ts';
import { beginning, shownIn } from '../report/page/state.ts';
import type { PageState } from '../report/page/state.ts';
import { closest } from './closest.ts';
import type { Keeper } from './keeper.ts';
import { markStage, openStage } from './stage.ts';

/** Makes the stories in `root` answer to buttons, keys and touch. Gives back what stops that again. */
export const mountStories = (root: HTMLElement, data: PageData, keeper: Keeper): (() => void) => {
  let drawn: Partial<Record<PartName, string>> = {};
  const listening = new AbortController();

  const beats = (): readonly Beat[] => beatsOf(shownIn(keeper.state, data.stories));
  const refresh = (): void => {
    const parts = drawParts(data, keeper.state);
    for (const name of PARTS) {
      const part = document.getElementById(name);
      if (part !== null && drawn[name] !== parts[name]) replace(part, parts[name]);
    }
    drawn = parts;
    for (const side of SIDES) markStage(side, keeper.state.opened[side]);
    markBeat(root, keeper.state.at);
  };
  const go = (change: Partial<PageState>): void => {
    keeper.set({ ...keeper.state, ...change });
    refresh();
  };
  const stepTo = (at: number): void => go({ at: Math.max(0, Math.min(beats().length - 1, at)) });
  const step = (which: string | undefined): void => {
    const { at } = keeper.state;
    const loss = beats().findIndex(({ moment }, index) => moment.lost && index > at);
    const goals: Readonly<Record<string, number>> = { first: 0, back: at - 1, on: at + 1, last: beats().length - 1, loss: loss < 0 ? at : loss };
    stepTo(goals[which ?? ''] ?? at);
  };
  const open = (side: Side, stage: string): void => {
    keeper.set({ ...keeper.state, opened: { ...keeper.state.opened, [side]: stage } });
    openStage(shownIn(keeper.state, data.stories)[side], beats(), keeper.state.at, side, stage);
  };
  const openFrom = (target: EventTarget | null): void => {
    const stage = closest(target, '[data-stage]');
    const side = SIDES.find((name) => closest(stage, `#panel-${name}`) !== undefined);
    if (stage !== undefined && side !== undefined) open(side, stage.getAttribute('data-stage') ?? '');
  };

  const on = <Name extends keyof HTMLElementEventMap>(name: Name, act: (event: HTMLElementEventMap[Name]) => void): void =>
    root.addEventListener(name, act, { signal: listening.signal });
  on('click', ({ target }) => {
    const pressed = closest(target, '[data-step], [data-beat]');
    if (pressed?.hasAttribute('data-step') === true) step(pressed.getAttribute('data-step') ?? undefined);
    else if (pressed !== undefined) stepTo(Number(pressed.getAttribute('data-beat')));
    else openFrom(target);
  });
  on('focusin', ({ target }) => openFrom(target));
  on('change', ({ target }) => {
    if (!(target instanceof HTMLSelectElement)) return;
    if (target.id === 'choose-left') go(beginning(data.stories, target.value, keeper.state.right));
    if (target.id === 'choose-right') go(beginning(data.stories, keeper.state.left, target.value === 'none' ? undefined : target.value));
  });
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      if (event.key === 'ArrowRight') step('on');
      else if (event.key === 'ArrowLeft') step('back');
      else return;
      event.preventDefault();
    },
    { signal: listening.signal },
  );
  refresh();
  return () => listening.abort();
};

/** Whoever stood on a stage of a picture stands on the same stage of the next one. */
const replace = (part: HTMLElement, markup: string): void => {
  const focused = part.contains(document.activeElement) ? document.activeElement?.getAttribute('data-stage') : undefined;
  part.innerHTML = markup;
  if (focused !== undefined && focused !== null) part.querySelector<SVGElement>(`[data-stage="${CSS.escape(focused)}"]`)?.focus();
};

const markBeat = (root: HTMLElement, at: number): void => {
  for (const beat of root.querySelectorAll('[data-beat]')) {
    const isCurrent = Number(beat.getAttribute('data-beat')) === at;
    // With Tab one comes to the one moment that one is at, and on: the keys of the arrows step.
    beat.setAttribute('tabindex', isCurrent ? '0' : '-1');
    if (isCurrent) {
      beat.setAttribute('aria-current', 'step');
      keepInSight(beat);
    } else beat.removeAttribute('aria-current');
  }
};

/** Only the list is scrolled: the page stays where it is. */
const keepInSight = (beat: Element): void => {
  const list = beat.closest('ol');
  if (list === null) return;
  const [inner, outer] = [beat.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
};

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
