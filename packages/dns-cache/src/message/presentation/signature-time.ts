import { fromU16 } from '../octets.ts';

const DAY_SECONDS = 86_400;
/** A day of a year that begins with March: the leap day is its last. */
const dayOfYear = (monthFromMarch: number): number => Math.floor((153 * monthFromMarch + 2) / 5);
const ERA_DAYS = 146_097;
/** From the first of March of the year 0 until 1970. */
const EPOCH_DAYS = 719_468;

/** Days since 1970 in the Gregorian calendar. */
const daysOf = (year: number, month: number, day: number): number => {
  const years = month <= 2 ? year - 1 : year;
  const era = Math.floor(years / 400);
  const ofEra = years - era * 400;
  return era * ERA_DAYS + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + dayOfYear((month + 9) % 12) + day - 1 - EPOCH_DAYS;
};

/** The moment that `YYYYMMDDHHmmSS`, or seconds since 1970, says (RFC 4034 §3.2); its octets are seconds modulo 2³². */
export const readSignatureTime = (text: string): Uint8Array | undefined => {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined && !(/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32)) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts ?? [];
  if (parts !== undefined && (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)) return undefined;
  const seconds = parts === undefined ? Number(text) : daysOf(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second;
  return fromU16((seconds >>> 16) & 0xffff, seconds & 0xffff);
};

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** As a date, of the 136 years from 1970 on. */
export const signatureTimeText = (seconds: number): string => {
  const days = Math.floor(seconds / DAY_SECONDS) + EPOCH_DAYS;
  const era = Math.floor(days / ERA_DAYS);
  const ofEra = days - era * ERA_DAYS;
  const years = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const date = [month, ofYear - dayOfYear(fromMarch) + 1, Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return `${era * 400 + years + (month <= 2 ? 1 : 0)}${date.map(twoDigits).join('')}`;
};
