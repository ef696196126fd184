import { notrack } from './notrack.ts';
import type { NotrackTarget } from './notrack.ts';

export type Target = NotrackTarget;

export const TARGETS = { NOTRACK: notrack };
