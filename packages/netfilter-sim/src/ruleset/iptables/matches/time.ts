import { InputError } from '../../../error.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { readBounded } from '../../shared/numbers.ts';
import { answer } from '../../shared/outcome.ts';
import { DAY_SECONDS, dateOfDay, daysSinceEpoch, weekdayOf } from '../extension/calendar.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { excludeTogether, findOption, hasOption, nameThatBegins, refuse, valueOf } from '../extension/option-values.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const MONTHDAYS = Array.from({ length: 31 }, (_, index) => index + 1);

/** The date and the time of day (net/netfilter/xt_time.c). */
export interface TimeMatch {
  readonly kind: 'time';
  /** Seconds of the day. */
  readonly dayStart: number;
  readonly dayStop: number;
  readonly monthdays: readonly number[];
  readonly weekdays: readonly (typeof WEEKDAYS)[number][];
  /** Seconds since 1970. */
  readonly dateStart: number;
  readonly dateStop: number;
  readonly kernelZone: boolean;
  readonly contiguous: boolean;
}

const DAY_END = 86_399;
/** INT_MAX is where libxt_time.c ends time by default. */
const DATE_MAX = 2 ** 31 - 1;

const readDayTime = (option: WrittenOption | undefined, otherwise: number): number => {
  if (option === undefined) return otherwise;
  const found = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(valueOf(option));
  const [hours, minutes, seconds] = [Number(found?.[1]), Number(found?.[2]), Number(found?.[3] ?? 0)];
  return found === null || hours > 23 || minutes > 59 || seconds > 59
    ? refuse(option, 'hh:mm or hh:mm:ss')
    : hours * 3600 + minutes * 60 + seconds;
};

const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?)?)?$/;

const readDate = (option: WrittenOption | undefined, otherwise: number): number => {
  if (option === undefined) return otherwise;
  const found = DATE.exec(valueOf(option));
  const [year, month, day] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 1), Number(found?.[3] ?? 1)];
  const [hours, minutes, seconds] = [Number(found?.[4] ?? 0), Number(found?.[5] ?? 0), Number(found?.[6] ?? 0)];
  const inside = year >= 1970 && year <= 2038 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!inside || hours > 23 || minutes > 59 || seconds > 59) {
    return refuse(option, 'YYYY-MM-DDThh:mm:ss or its beginning');
  }
  return Math.min(DATE_MAX, daysSinceEpoch({ year, month, day }) * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds);
};

const readList = <Item extends string | number>(
  option: WrittenOption | undefined,
  all: readonly Item[],
  read: (text: string) => Item | undefined,
  expected: string,
): readonly Item[] => {
  if (option === undefined) return all;
  const given = new Set(
    valueOf(option)
      .split(',')
      .filter((text) => text !== '')
      .map((text) => read(text) ?? refuse(option, expected)),
  );
  if (given.size === 0) refuse(option, expected);
  return all.filter((item) => given.has(item) !== option.inverted);
};

const readWeekday = (text: string): (typeof WEEKDAYS)[number] | undefined => {
  const number = readBounded(text, { min: 1, max: 7 });
  return number === undefined ? (text.length < 2 ? undefined : nameThatBegins(WEEKDAYS, text)) : WEEKDAYS[number - 1];
};

const two = (number: number): string => `${number}`.padStart(2, '0');

const printDayTime = (seconds: number): string =>
  `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;

const printDate = (seconds: number): string => {
  const { year, month, day } = dateOfDay(Math.floor(seconds / DAY_SECONDS));
  return `${year}-${two(month)}-${two(day)}T${printDayTime(seconds % DAY_SECONDS)}`;
};

/** time_mt (6.12). `stamp`: seconds since 1970 in the zone that the rule means. */
const holdsAt = (match: TimeMatch, stamp: number): boolean => {
  const { dayStart, dayStop, contiguous } = match;
  if (stamp < match.dateStart || stamp > match.dateStop) return false;
  const second = ((stamp % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
  const inside =
    dayStart < dayStop ? second >= dayStart && second <= dayStop : second >= dayStart || second <= dayStop;
  if (!inside) return false;
  // The hours behind midnight belong to the day before.
  const carried = contiguous && dayStart >= dayStop && second <= dayStop ? 1 : 0;
  const day = Math.floor(stamp / DAY_SECONDS) - carried;
  const weekday = WEEKDAYS[weekdayOf(day)];
  if (weekday === undefined || !match.weekdays.includes(weekday)) return false;
  return match.monthdays.length === MONTHDAYS.length || match.monthdays.includes(dateOfDay(day).day);
};

const one = { values: 1, invertible: false } as const;
const flag = { values: 0, invertible: false } as const;

export const time: MatchModule<'time', TimeMatch> = {
  name: 'time',
  notModelledFor: 'clocks that were not told (`--at`), the kernel’s own zone',
  options: {
    '--timestart': one,
    '--timestop': one,
    '--monthdays': { values: 1, invertible: true },
    '--weekdays': { values: 1, invertible: true },
    '--datestart': one,
    '--datestop': one,
    '--kerneltz': flag,
    '--localtz': flag,
    '--utc': flag,
    '--contiguous': flag,
  },

  parse(options, scope) {
    excludeTogether(options, ['--kerneltz', '--localtz', '--utc']);
    const dayStart = readDayTime(findOption(options, '--timestart'), 0);
    const dayStop = readDayTime(findOption(options, '--timestop'), DAY_END);
    const contiguous = hasOption(options, '--contiguous');
    if (contiguous && dayStart <= dayStop) {
      throw new InputError(scope.position, '--contiguous needs a --timestop below --timestart', 'remove it');
    }
    return {
      kind: 'time',
      dayStart,
      dayStop,
      monthdays: readList(
        findOption(options, '--monthdays'),
        MONTHDAYS,
        (text) => readBounded(text, { min: 1, max: 31 }),
        'days from 1 to 31',
      ),
      weekdays: readList(findOption(options, '--weekdays'), WEEKDAYS, readWeekday, 'days from Mon to Sun'),
      dateStart: readDate(findOption(options, '--datestart'), 0),
      dateStop: readDate(findOption(options, '--datestop'), DATE_MAX),
      kernelZone: hasOption(options, '--kerneltz') || hasOption(options, '--localtz'),
      contiguous,
    };
  },

  print: (match) =>
    [
      ...(match.dayStart === 0 && match.dayStop === DAY_END
        ? []
        : [`--timestart ${printDayTime(match.dayStart)}`, `--timestop ${printDayTime(match.dayStop)}`]),
      ...(match.monthdays.length === MONTHDAYS.length ? [] : [`--monthdays ${match.monthdays.join(',')}`]),
      ...(match.weekdays.length === WEEKDAYS.length ? [] : [`--weekdays ${match.weekdays.join(',')}`]),
      ...(match.dateStart === 0 ? [] : [`--datestart ${printDate(match.dateStart)}`]),
      `--datestop ${printDate(match.dateStop)}`,
      ...(match.kernelZone ? ['--kerneltz'] : []),
      ...(match.contiguous ? ['--contiguous'] : []),
    ].join(' '),

  evaluate(match, { wallClock }) {
    if (wallClock === undefined) return notModelled('what the clock of the node says');
    if (!match.kernelZone) return answer(holdsAt(match, wallClock.utcSeconds));
    if (wallClock.minutesWest === undefined) return notModelled("the kernel's time zone");
    return answer(holdsAt(match, wallClock.utcSeconds - 60 * wallClock.minutesWest));
  },

  describe: (match) =>
    [
      `the time of day is from ${printDayTime(match.dayStart)} to ${printDayTime(match.dayStop)}`,
      ...(match.weekdays.length === WEEKDAYS.length ? [] : [`the weekday is ${match.weekdays.join(' or ')}`]),
      ...(match.monthdays.length === MONTHDAYS.length
        ? []
        : [`the day of the month is ${match.monthdays.join(' or ')}`]),
    ].join(' and '),
};
