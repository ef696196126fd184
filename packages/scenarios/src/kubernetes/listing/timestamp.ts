import { daysSinceEpoch } from '@nodelocal/netfilter-sim';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { broken, text } from '@nodelocal/netfilter-sim/json';

const DAY_SECONDS = 86_400;

/** Seconds since 1970 of a `creationTimestamp`, which the API server writes in UTC, to the second. */
export const timestampIn = (json: Json): number => {
  const [, ...found] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(text(json)) ?? [];
  const [year, month, day, hours, minutes, seconds] = found.map(Number);
  if (year === undefined || month === undefined || day === undefined || hours === undefined || minutes === undefined || seconds === undefined) {
    return broken(json, 'a time such as 2026-11-30T08:00:00Z');
  }
  return daysSinceEpoch({ year, month, day }) * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds;
};
