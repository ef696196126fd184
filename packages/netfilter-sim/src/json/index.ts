/**
 * JSON that others wrote, read so that whatever is wrong with it is told with file, line and column.
 * @module @nodelocal/netfilter-sim/json
 */

export type { JsonPath } from './text.ts';
export type { Json } from './value.ts';
export { broken, elements, field, isAbsent, parseJson, text, textOr, whole, wholeOr } from './value.ts';
