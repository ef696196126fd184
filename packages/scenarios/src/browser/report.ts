import type { PageData } from '../report/page/data.ts';
import { drawStories } from '../report/page/body.ts';
import { printState, readState } from '../report/page/state.ts';
import type { Keeper } from './keeper.ts';
import { mountStories } from './stories.ts';

/* The script of a report: the page is there already, and this moves about in it. */

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
const root = document.getElementById('stories');

let state = readState(location.hash, data.stories);
const keeper: Keeper = {
  get state() {
    return state;
  },
  set(next) {
    state = next;
    history.replaceState(undefined, '', `#${printState(next)}`);
  },
};

let stop = (): void => {};
const start = (): void => {
  if (root === null) return;
  stop();
  root.innerHTML = drawStories(data, state);
  stop = mountStories(root, data, keeper);
};
addEventListener('hashchange', () => {
  state = readState(location.hash, data.stories);
  start();
});
start();
