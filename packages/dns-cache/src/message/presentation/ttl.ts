const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds, as `3600` or `1h30m` (BIND's and miekg/dns's way to write them). */
export const readTtl = (text: string): number | undefined => {
  if (!/^(?:\d{1,10}[smhdw])*(?:\d{1,10})?$/i.test(text) || text === '') return undefined;
  let seconds = 0;
  for (const [, digits, unit = 's'] of text.matchAll(/(\d+)([smhdw])?/gi)) {
    seconds += Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
  }
  return seconds <= 0xffffffff ? seconds : undefined;
};
