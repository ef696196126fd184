import { broken, field, isAbsent, textOr } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { QuotaStatement } from '../values/statement.ts';
import { countOr } from './json.ts';

const UNITS: Readonly<Record<string, number>> = { bytes: 1, kbytes: 1024, mbytes: 1024 * 1024 };

/** A named quota says its unit never: it is bytes then. */
const bytesIn = (body: Json, amount: string, unit: string): number => {
  const name = textOr(field(body, unit), 'bytes');
  return countOr(field(body, amount), 0) * (UNITS[name] ?? broken(field(body, unit), 'bytes, kbytes or mbytes'));
};

/** `{"val": 25, "val_unit": "mbytes", "inv": true}`; the object of a table says `bytes` and `used`. */
export const readQuota = (body: Json): QuotaStatement => ({
  kind: 'quota',
  bytes: isAbsent(field(body, 'bytes')) ? bytesIn(body, 'val', 'val_unit') : bytesIn(body, 'bytes', 'val_unit'),
  usedBytes: bytesIn(body, 'used', 'used_unit'),
  over: field(body, 'inv').value === true,
});
