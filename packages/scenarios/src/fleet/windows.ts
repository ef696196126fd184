import type { FleetEvent, FleetPlan } from './plan.ts';

/** A part of the time that is looked at by itself. */
export interface Window {
  readonly name: 'all' | 'before' | 'during' | 'after';
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Without an event all that comes after the time to warm up; else what was before it, during and after. */
export const windowsOf = ({ event, nodes, warmUpMs, durationMs }: FleetPlan): readonly Window[] => {
  if (event.kind === 'none') return [{ name: 'all', fromMs: warmUpMs, untilMs: durationMs }];
  const endMs = Math.min(event.startMs + spanMs(event, nodes), durationMs);
  const windows: readonly Window[] = [
    { name: 'before', fromMs: warmUpMs, untilMs: event.startMs },
    { name: 'during', fromMs: event.startMs, untilMs: endMs },
    { name: 'after', fromMs: endMs, untilMs: durationMs },
  ];
  return windows.filter(({ fromMs, untilMs }) => untilMs > fromMs);
};

/** How long an event takes. */
const spanMs = (event: Exclude<FleetEvent, { kind: 'none' }>, nodes: number): number => {
  switch (event.kind) {
    case 'rollout':
      return (nodes - 1) * event.everyMs + Math.max(event.gapMs, event.everyMs);
    case 'outage':
      return event.lastsMs;
  }
};
