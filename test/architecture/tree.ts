import { parseSync, Visitor } from 'oxc-parser';
import type { Expression } from 'oxc-parser';

/** The text of each file, by its path from the root of the repository; of files that are no code, whatever it is. */
export type Tree = ReadonlyMap<string, string>;

/** An import or a re-export as it is written; `type` ones too. */
export interface WrittenImport {
  /** `undefined`: what is imported shows only when it runs. */
  readonly specifier: string | undefined;
  /** From 1. */
  readonly line: number;
}

export const isCode = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path);

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** What a plain string says. */
const literal = (expression: Expression): string | undefined => {
  if (expression.type === 'Literal') return typeof expression.value === 'string' ? expression.value : undefined;
  if (expression.type !== 'TemplateLiteral' || expression.expressions.length > 0) return undefined;
  return expression.quasis[0]?.value.cooked ?? undefined;
};

/** What a file imports, wherever in it. @throws RangeError where it cannot be read */
export const importsOf = (path: string, text: string): readonly WrittenImport[] => {
  const { errors, program } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new RangeError(`${path}: ${error.message}`);
  const found: WrittenImport[] = [];
  const note = (specifier: string | undefined, { start }: { readonly start: number }): void => {
    found.push({ specifier, line: lineAt(text, start) });
  };
  new Visitor({
    ImportDeclaration: ({ source }) => note(source.value, source),
    ExportAllDeclaration: ({ source }) => note(source.value, source),
    ExportNamedDeclaration: ({ source }) => source && note(source.value, source),
    TSImportType: ({ source }) => note(source.value, source),
    ImportExpression: ({ source }) => note(literal(source), source),
  }).visit(program);
  return found;
};

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The file that the packages of the tree publish under a name such as `@nodelocal/dns-cache/server`. */
export const publishedIn = (tree: Tree): ReadonlyMap<string, string> =>
  new Map(
    [...tree].flatMap(([path, text]) => {
      const folder = /^(packages\/[^/]+)\/package\.json$/.exec(path)?.[1];
      if (folder === undefined) return [];
      const { name, exports = {} } = JSON.parse(text) as Manifest;
      return Object.entries(exports).map(([subpath, conditions]): readonly [string, string] => [
        `${name}${subpath.slice(1)}`,
        `${folder}${conditions['@nodelocal/source']?.slice(1) ?? ''}`,
      ]);
    }),
  );
