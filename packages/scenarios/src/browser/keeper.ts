import type { PageState } from '../report/page/state.ts';

/** Where the reader is, and who is told of it. */
export interface Keeper {
  readonly state: PageState;
  set(next: PageState): void;
}
