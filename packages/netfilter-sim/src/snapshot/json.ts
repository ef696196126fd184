import { InputError } from '../error.ts';

/** One field of a tool's JSON, with the way to it for messages. */
export interface Json {
  readonly file: string;
  readonly path: string;
  readonly value: unknown;
}

/** @throws InputError with the place where the text stops being JSON, as far as the engine tells it. */
export const parseJson = (file: string, text: string): Json => {
  try {
    return { file, path: '', value: JSON.parse(text) as unknown };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    const before = text.slice(0, offset).split('\n');
    const position = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    throw new InputError(position, 'this is not JSON', 'write the output of the command into it, unchanged');
  }
};

/** @throws InputError: a tool's output lacks what it always has. */
export const broken = ({ file, path }: Json, expected: string): never => {
  throw new InputError({ file, line: 1, column: 1 }, `${path === '' ? 'the document' : path}: expected ${expected}`);
};

export const elements = (json: Json): readonly Json[] =>
  Array.isArray(json.value)
    ? json.value.map((value: unknown, at) => ({ ...json, path: `${json.path}[${at}]`, value }))
    : broken(json, 'a list');

export const field = (json: Json, name: string): Json => {
  const { value } = json;
  if (typeof value !== 'object' || value === null) return broken(json, 'an object');
  const path = json.path === '' ? name : `${json.path}.${name}`;
  return { ...json, path, value: (value as Readonly<Record<string, unknown>>)[name] };
};

export const isAbsent = ({ value }: Json): boolean => value === undefined;

export const text = (json: Json): string =>
  typeof json.value === 'string' ? json.value : broken(json, 'text');

/** iproute2 prints numbers as such or, with `-N`, as text. */
export const whole = (json: Json): number => {
  const number = typeof json.value === 'string' ? Number(json.value) : json.value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : broken(json, 'a whole number');
};

export const textOr = <Other>(json: Json, other: Other): string | Other => (isAbsent(json) ? other : text(json));

export const wholeOr = <Other>(json: Json, other: Other): number | Other => (isAbsent(json) ? other : whole(json));
