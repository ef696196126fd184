import { wholeNumber } from '../../../range.ts';

export const DAY_SECONDS = 86_400;

/** Days from 0000-03-01, where the years of this reckoning begin, to 1970-01-01. */
const EPOCH_DAYS = 719_468;
/** The Gregorian calendar repeats itself after 400 years. */
const ERA_DAYS = 146_097;

/** JavaScript's dates go as far. */
const YEAR_MAX = 271_821;

/** A day of the calendar, as `-m time` writes it. */
export interface CalendarDate {
  /** Of the Gregorian calendar. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/**
 * Days since 1970-01-01 in the Gregorian calendar; a day that the month does not have is one of the next, as to the kernel.
 * @throws RangeError for a number that is none of a date
 */
export const daysSinceEpoch = (date: CalendarDate): number => {
  const year = wholeNumber('year', date.year, -YEAR_MAX, YEAR_MAX);
  const month = wholeNumber('month', date.month, 1, 12);
  const day = wholeNumber('day', date.day, 1, 31);
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * ERA_DAYS + yearOfEra * 365 + leapDays + dayOfYear - EPOCH_DAYS;
};

/** The date so many days after 1970-01-01. */
export const dateOfDay = (sinceEpoch: number): CalendarDate => {
  const days = sinceEpoch + EPOCH_DAYS;
  const era = Math.floor(days / ERA_DAYS);
  const dayOfEra = days - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted + (shifted < 10 ? 3 : -9);
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
};

/** 0 is Monday: 1970-01-01 was a Thursday. */
export const weekdayOf = (sinceEpoch: number): number => (((sinceEpoch + 3) % 7) + 7) % 7;
