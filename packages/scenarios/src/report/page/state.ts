import { beatsOf, SIDES } from '../draw/beats.ts';
import type { Shown, Side } from '../draw/beats.ts';
import type { Story } from '../story/story.ts';

/** Where a reader is: what the address says behind its #. */
export interface PageState {
  /** Names of stories; the right one may be missing. */
  readonly left: string;
  readonly right: string | undefined;
  readonly at: number;
  readonly opened: Readonly<Partial<Record<Side, string>>>;
}

/** With everything on the left, without it on the right: they come first. */
export const firstState = (stories: readonly Story[]): PageState => beginning(stories, stories[0]?.name ?? '', stories[1]?.name);

/** Where two stories begin to be side by side: both have a packet to show. */
export const beginning = (stories: readonly Story[], left: string, right: string | undefined): PageState => {
  const state: PageState = { left, right, at: 0, opened: {} };
  const beats = beatsOf(shownIn(state, stories));
  return { ...state, at: Math.max(0, ...SIDES.map((side) => beats.findIndex(({ side: of, moment }) => of === side && moment.way !== undefined))) };
};

/** What cannot be read is as at first. */
export const readState = (hash: string, stories: readonly Story[]): PageState => {
  const first = firstState(stories);
  const words = new Map(
    hash
      .replace(/^#/, '')
      .split('&')
      .map((pair): [string, string] => {
        const [key = '', value = ''] = pair.split('=');
        return [key, decodeWord(value)];
      }),
  );
  const named = (key: string): string | undefined => stories.find(({ name }) => name === words.get(key))?.name;
  const at = Number(words.get('at') ?? '');
  const [openedLeft, openedRight] = [words.get('open-a'), words.get('open-b')];
  const begun = beginning(stories, named('a') ?? first.left, words.get('b') === 'none' ? undefined : (named('b') ?? first.right));
  return {
    ...begun,
    at: Number.isInteger(at) && at > 0 ? at - 1 : begun.at,
    opened: { ...(openedLeft === undefined ? {} : { left: openedLeft }), ...(openedRight === undefined ? {} : { right: openedRight }) },
  };
};

/** A link that somebody cut off in the middle of a letter is still a link. */
const decodeWord = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
};

export const printState = ({ left, right, at, opened }: PageState): string =>
  [
    ['a', left],
    ['b', right ?? 'none'],
    ['at', String(at + 1)],
    ['open-a', opened.left],
    ['open-b', opened.right],
  ]
    .flatMap(([key = '', value]) => (value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`]))
    .join('&');

export const shownIn = ({ left, right }: PageState, stories: readonly Story[]): Shown => {
  const story = (name: string | undefined): Story | undefined => stories.find((other) => other.name === name);
  const [one, other] = [story(left), story(right)];
  return { ...(one === undefined ? {} : { left: one }), ...(other === undefined ? {} : { right: other }) };
};
