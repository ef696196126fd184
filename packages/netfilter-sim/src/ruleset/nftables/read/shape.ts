import { elements, field, isAbsent, text } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import { isDataType } from '../values/data-type.ts';
import type { DataType } from '../values/data-type.ts';
import { typesOf } from '../values/expression.ts';
import { readExpression } from './expression.ts';
import { isObject } from './json.ts';
import type { SetShape, SetTypes } from './set.ts';

const NO_SETS: SetTypes = new Map();

/** `ipv4_addr`, a list of such, `ipv4_addr . inet_service`, or `{"typeof": …}`; `undefined` where one is not known. */
const readTypes = (json: Json): readonly DataType[] | undefined => {
  if (isObject(json)) return readTypeOf(field(json, 'typeof'));
  const names = Array.isArray(json.value) ? elements(json).map(text) : text(json).split(' . ');
  const types = names.filter(isDataType);
  return types.length === names.length ? types : undefined;
};

const readTypeOf = (json: Json): readonly DataType[] | undefined => {
  const parts = Array.isArray(json.value) ? elements(json) : [json];
  const types = parts.map((part) => typesOf(readExpression(part, { sets: NO_SETS, expected: [] })));
  return types.some((one) => one.length === 0) ? undefined : types.flat();
};

export const readShape = (json: Json): SetShape | 'unknown' => {
  const key = readTypes(field(json, 'type'));
  if (key === undefined) return 'unknown';
  const map = field(json, 'map');
  if (isAbsent(map)) return { key };
  if (map.value === 'verdict') return { key, data: 'verdict' };
  const data = readTypes(map);
  return data === undefined ? 'unknown' : { key, data };
};
