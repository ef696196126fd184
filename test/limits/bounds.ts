import { parseSync } from 'oxc-parser';
import type { Expression } from 'oxc-parser';

/** A number of the code that bounds what it does. */
export interface Bound {
  readonly name: string;
  readonly value: string;
  /** The comment above it, in one line. */
  readonly what: string;
}

type Known = ReadonlyMap<string, number>;

/** Numbers, and what is reckoned of numbers; `undefined` for all else. */
const numberOf = (node: Expression, known: Known): number | undefined => {
  if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : undefined;
  if (node.type === 'Identifier') return known.get(node.name);
  if (node.type === 'TSAsExpression') return numberOf(node.expression, known);
  if (node.type === 'UnaryExpression' && node.operator === '-') {
    const inner = numberOf(node.argument, known);
    return inner === undefined ? undefined : -inner;
  }
  if (node.type !== 'BinaryExpression' || node.left.type === 'PrivateIdentifier') return undefined;
  const [left, right] = [numberOf(node.left, known), numberOf(node.right, known)];
  return left === undefined || right === undefined ? undefined : OPERATORS[node.operator]?.(left, right);
};

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '**': (left, right) => left ** right,
  '<<': (left, right) => left << right,
};

const UNITS: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/_MS(_|$)/, ' ms'],
  [/SECONDS/, ' s'],
  [/_(OCTETS|BYTES)(_|$)/, ' octets'],
  [/PERCENTAGE/, ' %'],
];

const written = (name: string, value: number): string => `${value.toLocaleString('en-GB')}${UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? ''}`;

/** What a comment says, in the one line that a table has for it. */
const inOneLine = (comment: string): string =>
  comment
    .replaceAll(/^\s*\*+ ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', String.raw`\|`)
    .trim();

const isBound = (path: string, name: string): boolean => /(?:^|[/-])limits\.ts$/.test(path) || /(?:^|_)(?:MAX|MIN)(?:_|$)/.test(name);

/**
 * The constants of a file that bound something, with the comment above them; what stands right below another shares its comment, and
 * what has none is a detail of its file.
 */
export const boundsIn = (path: string, text: string): readonly Bound[] => {
  const { program, comments } = parseSync(path, text);
  const known = new Map<string, number>();
  const found: Bound[] = [];
  let above = { line: -1, what: '' };
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  for (const node of program.body) {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
    const [{ id, init } = { id: undefined, init: null }] = declaration.declarations;
    if (id?.type !== 'Identifier' || init === null) continue;
    const value = numberOf(init, known);
    if (value === undefined) continue;
    known.set(id.name, value);
    const line = lineAt(node.start);
    const own = comments.find((comment) => comment.value.startsWith('*') && lineAt(comment.end) === line - 1);
    const what = own === undefined ? (above.line === line - 1 ? above.what : '') : inOneLine(own.value);
    above = { line: lineAt(node.end), what };
    if (what !== '' && isBound(path, id.name)) found.push({ name: id.name, value: written(id.name, value), what });
  }
  return found;
};
