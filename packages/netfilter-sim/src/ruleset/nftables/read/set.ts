import { broken, elements, field, isAbsent, text, textOr } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import type { DataType } from '../values/data-type.ts';
import type { Data, NftElement, NftSetReference } from '../values/element.ts';
import type { NftSet } from '../values/rule-set.ts';
import { readParts } from './component.ts';
import { countOr, isObject, named } from './json.ts';
import { readLimit } from './limit.ts';
import { readVerdict } from './verdict.ts';

/** What a set has in each of its elements. */
export interface SetShape {
  readonly key: readonly DataType[];
  /** Absent: no map. */
  readonly data?: readonly DataType[] | 'verdict';
}

/** The sets of a table by name; `unknown` has types that the model cannot read. */
export type SetTypes = ReadonlyMap<string, SetShape | 'unknown'>;

/** A named set or map with its elements. */
export const readSet = (json: Json, shape: SetShape): NftSet => {
  const size = field(json, 'size');
  const found = field(json, 'elem');
  return {
    name: text(field(json, 'name')),
    ...shape,
    timeoutMs: countOr(field(json, 'timeout'), 0) * 1000,
    ...(isAbsent(size) ? {} : { sizeMax: countOr(size, 0) }),
    elements: isAbsent(found) ? [] : elements(found).map((element) => readElement(element, shape)),
  };
};

/**
 * `"@name"` or `{"set": […]}`, with keys of these types; `undefined` where the model cannot read its types.
 * @throws InputError where the table has no such set, or one of other types.
 */
export const readReference = (
  json: Json,
  shape: SetShape,
  sets: SetTypes,
): (SetShape & { readonly reference: NftSetReference }) | undefined => {
  if (!isObject(json)) return readNamed(json, shape, sets);
  const { name, body } = named(json);
  if (name !== 'set') return broken(json, 'a set');
  const [first] = elements(body);
  const own = first === undefined ? shape : narrowed(first, shape);
  return {
    ...own,
    reference: { kind: 'anonymous', elements: elements(body).map((element) => readElement(element, own)) },
  };
};

/** Behind a key may be fewer parts than could be: an address, or an address and a port. */
const narrowed = (element: Json, { key, data }: SetShape): SetShape => {
  if (data === undefined || data === 'verdict') return { key, ...(data === undefined ? {} : { data }) };
  const value = elements(element)[1];
  const parts =
    value !== undefined && isObject(value) && named(value).name === 'concat' ? elements(named(value).body).length : 1;
  return { key, data: data.slice(0, parts) };
};

const readNamed = (json: Json, shape: SetShape, sets: SetTypes): ReturnType<typeof readReference> => {
  const written = text(json);
  const name = written.startsWith('@') ? written.slice(1) : broken(json, 'a set, or @ and the name of one');
  const found = sets.get(name) ?? broken(json, 'the name of a set of this table');
  if (found === 'unknown') return undefined;
  const fits = found.key.length === shape.key.length && (found.data === undefined) === (shape.data === undefined);
  return fits
    ? { ...found, reference: { kind: 'named', name } }
    : broken(json, `a ${shape.data === undefined ? 'set' : 'map'} with keys of ${shape.key.join(' . ')}`);
};

const readElement = (json: Json, { key, data }: SetShape): NftElement => {
  if (data === undefined) return readKey(json, key);
  const [left, right, ...more] = elements(json);
  if (left === undefined || right === undefined || more.length > 0) return broken(json, 'a key and what is behind it');
  return { ...readKey(left, key), data: readData(right, data) };
};

const readData = (json: Json, types: NonNullable<SetShape['data']>): Data =>
  types === 'verdict'
    ? { kind: 'verdict', verdict: readVerdict(json) ?? broken(json, 'a verdict') }
    : { kind: 'parts', parts: readParts(json, types) };

const ELEMENT_NAMES: ReadonlySet<string> = new Set(['val', 'timeout', 'expires', 'comment', 'counter', 'limit']);

const readKey = (json: Json, types: readonly DataType[]): NftElement => {
  const wrapped = isObject(json) && named(json).name === 'elem' ? named(json).body : undefined;
  const value = wrapped === undefined ? json : field(wrapped, 'val');
  const key = value.value === '*' ? 'any' : readParts(value, types);
  if (wrapped === undefined) return { key };
  const [expires, limit, comment] = [
    field(wrapped, 'expires'),
    field(wrapped, 'limit'),
    textOr(field(wrapped, 'comment'), undefined),
  ];
  const unknown = Object.keys(wrapped.value as object).find((name) => !ELEMENT_NAMES.has(name));
  const timeout = isAbsent(expires) ? field(wrapped, 'timeout') : expires;
  return {
    key,
    ...(isAbsent(timeout) ? {} : { expiresInMs: countOr(timeout, 0) * 1000 }),
    ...(isAbsent(limit) ? {} : { limit: readLimit(limit) }),
    ...(unknown === undefined ? {} : { unknown }),
    ...(comment === undefined ? {} : { comment }),
  };
};
