import { numberWithin, wholeNumber } from '../range.ts';
import type { FleetEvent, FleetPlan } from './plan.ts';

/** A lookup in three hours. */
const RAREST_PER_SECOND = 0.0001;

/** A plan by which nothing would be asked or counted, or never an end found. @throws RangeError that names the field */
export const checkPlan = (plan: FleetPlan): void => {
  const { seed, warmUpMs, durationMs, event } = plan;
  wholeNumber('seed', seed, Number.MIN_SAFE_INTEGER);
  for (const name of ['nodes', 'podsPerNode', 'services', 'namespaces', 'corednsPods', 'clusterTtlSeconds', 'outsideTtlSeconds'] as const) wholeNumber(name, plan[name], 1);
  wholeNumber('outsideNames', plan.outsideNames, 0);
  numberWithin('lookupsPerSecond', plan.lookupsPerSecond, RAREST_PER_SECOND);
  numberWithin('outsideShare', plan.outsideShare, 0, 1);
  numberWithin('zipf', plan.zipf, 0);
  numberWithin('warmUpMs', warmUpMs, 0);
  numberWithin('durationMs', durationMs, 0);
  if (durationMs <= warmUpMs) throw new RangeError(`durationMs is ${durationMs}, and nothing is left of it behind the warmUpMs of ${warmUpMs}`);
  checkEvent(event);
};

const checkEvent = (event: FleetEvent): void => {
  switch (event.kind) {
    case 'none':
      return;
    case 'rollout':
      numberWithin('event.startMs', event.startMs, 0);
      numberWithin('event.everyMs', event.everyMs, 0);
      numberWithin('event.gapMs', event.gapMs, 0);
      return;
    case 'outage':
      numberWithin('event.startMs', event.startMs, 0);
      numberWithin('event.lastsMs', event.lastsMs, 0);
      numberWithin('event.noticedMs', event.noticedMs, 0);
  }
};
