import { InvalidArgumentError } from 'commander';

/** Reads a number within limits; `whole`: without a fraction. */
export const readNumber =
  (least: number, most: number, kind: 'whole' | 'any' = 'any') =>
  (text: string): number => {
    const number = Number(text);
    const fits = /^\d+(\.\d+)?$/.test(text) && number >= least && number <= most && (kind === 'any' || Number.isInteger(number));
    if (!fits) throw new InvalidArgumentError(`expected a ${kind === 'whole' ? 'whole ' : ''}number from ${least} to ${most}.`);
    return number;
  };

/** `20%` or `0.2`. */
export const readShare = (text: string): number => {
  const [, digits, isPercent] = /^(\d+(?:\.\d+)?)(%)?$/.exec(text) ?? [];
  const share = Number(digits) / (isPercent === undefined ? 1 : 100);
  if (digits === undefined || share > 1) throw new InvalidArgumentError('expected a part of all: 20% or 0.2.');
  return share;
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `30s`, `5m`, in milliseconds. */
export const readDuration = (text: string): number => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS[unit ?? ''];
  if (digits === undefined || factor === undefined) throw new InvalidArgumentError('expected a time with its unit: 500ms, 30s, 5m.');
  return Number(digits) * factor;
};
