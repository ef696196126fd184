import type { FleetPlan, Restart } from './plan.ts';

/** What happens to the agent of a node, and when. */
export interface Restarting {
  readonly restart: Restart;
  readonly endMs: number;
  /** When the next one is there. */
  readonly againMs: number;
  readonly keepsCaches: boolean;
}

export const restartOf = ({ event }: FleetPlan, node: number): Restarting | undefined => {
  if (event.kind !== 'rollout') return undefined;
  const { restart, keepsCaches } = event;
  const endMs = event.startMs + node * event.everyMs;
  return { restart, endMs, againMs: restart === 'taken-over' ? endMs : endMs + event.gapMs, keepsCaches };
};
